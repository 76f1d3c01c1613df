"""A study as one file to carry, ``.medsstudy``, and what comes back, ``.medsratings``.

Both are zip files in the form that any program opens, with parts in JSON that are stored as they
are, not packed: what a part is said to hold is what it takes on the disk, and no small file can
fill the memory. The same content has the same bytes on every machine.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study import StudyPlan
from medsdesk.core.study_rating import AuditEntry, StudyRating
from medsdesk.studies.merging import moment
from medsdesk.studies.plan_format import fingerprint, read_plan

T = TypeVar("T")

FileKind = Literal["study", "ratings"]

FILE_FORMAT = 1
ENDINGS: Mapping[FileKind, str] = {"study": ".medsstudy", "ratings": ".medsratings"}
MOST_BYTES = 512 << 20
"""Of a whole file: a study of 10,000 items with long texts has some 200 MiB."""

_MANIFEST = "manifest.json"
_PARTS: Mapping[FileKind, tuple[str, ...]] = {
    "study": (_MANIFEST, "plan.json"),
    "ratings": (_MANIFEST, "ratings.json", "trail.json"),
}
_NAMES = {"study": "study bundle", "ratings": "rating file"}
_MOST_MANIFEST = 64 << 10
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that zip knows: the same bytes every time
_AGAIN = "Ask for the file again, and take it as it comes."


@dataclass(frozen=True, slots=True)
class Part:
    """What the manifest says of a part."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands first in a file.

    Attributes:
        format: Of the file; a newer one is refused.
        kind: What it is.
        study_id: The study.
        study: Its name, for people.
        plan_sha256: Of the study's plan.
        raters: Whom it is for, or whose ratings it holds.
        version: Version of MedsDesk that wrote it.
        closed: Raters whose sets were closed, which they cannot change any more.
        parts: The other parts by name.
    """

    format: int
    kind: FileKind
    study_id: str
    study: str
    plan_sha256: str
    raters: tuple[str, ...]
    version: str
    closed: tuple[str, ...]
    parts: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class StudyBundle:
    """A study to be rated on another machine.

    Attributes:
        manifest: What the file says of itself.
        plan_text: The plan as it was frozen.
        plan: The plan.
    """

    manifest: Manifest
    plan_text: str
    plan: StudyPlan


@dataclass(frozen=True, slots=True)
class RatingFile:
    """Ratings that come back.

    Attributes:
        manifest: What the file says of itself.
        rows: The ratings.
        trail: The audit rows of the machine they were given on.
    """

    manifest: Manifest
    rows: tuple[StudyRating, ...]
    trail: tuple[AuditEntry, ...]


def write_bundle(plan_text: str, raters: Sequence[str], version: str) -> bytes:
    """Return the bytes of a study bundle.

    Raises:
        UserFacingError: The plan is not good, has no such rater, or is too large.
    """
    plan = read_plan(plan_text)
    known = [assignment.rater for assignment in plan.assignments]
    for rater in raters:
        if rater not in known:
            raise UserFacingError(
                f"The study has no rater '{rater}'.", f"Choose one of {', '.join(known)}."
            )
    return _written(
        Manifest(
            format=FILE_FORMAT,
            kind="study",
            study_id=plan.id,
            study=plan.name,
            plan_sha256=fingerprint(plan_text),
            raters=tuple(raters),
            version=version,
            closed=(),
            parts={},
        ),
        {"plan.json": plan_text.encode("utf-8")},
    )


def write_ratings(
    plan: StudyPlan,
    plan_sha256: str,
    rows: Sequence[StudyRating],
    trail: Sequence[AuditEntry],
    closed: Sequence[str],
    version: str,
) -> bytes:
    """Return the bytes of a rating file.

    Args:
        plan: The plan.
        plan_sha256: Its fingerprint.
        rows: The ratings, in any order.
        trail: The audit rows of the machine they were given on, in any order.
        closed: Raters whose sets were closed there.
        version: MedsDesk's version.
    """
    parts = {
        "ratings.json": _encoded(sorted(rows, key=lambda row: row.id)),
        "trail.json": _encoded(sorted(trail, key=lambda entry: (entry.at, entry.id))),
    }
    return _written(
        Manifest(
            format=FILE_FORMAT,
            kind="ratings",
            study_id=plan.id,
            study=plan.name,
            plan_sha256=plan_sha256,
            raters=tuple(sorted({row.rater for row in rows})),
            version=version,
            closed=tuple(sorted(closed)),
            parts={},
        ),
        parts,
    )


def read_bundle(data: bytes) -> StudyBundle:
    """Return the study that a bundle holds.

    Raises:
        UserFacingError: It is cut off, changed, newer, or something else.
    """
    manifest, parts = _read(data, "study")
    plan_text = _text(parts["plan.json"])
    plan = read_plan(plan_text, manifest.plan_sha256)
    if plan.id != manifest.study_id:
        raise UserFacingError("The study bundle holds the plan of another study.", _AGAIN)
    return StudyBundle(manifest, plan_text, plan)


def read_ratings(data: bytes, plan: StudyPlan, plan_sha256: str) -> RatingFile:
    """Return the ratings that a file holds, if they are of this study and of this plan.

    Raises:
        UserFacingError: It is cut off, changed, newer, something else, or of another study.
    """
    manifest, parts = _read(data, "ratings")
    if manifest.study_id != plan.id:
        raise UserFacingError(
            f"The rating file is of another study: '{manifest.study}'.",
            f"Choose a file of the study '{plan.name}', or open the workspace of the other one.",
        )
    if manifest.plan_sha256 != plan_sha256:
        raise UserFacingError(
            "The rating file was made under another version of the study's plan.",
            "Ratings of two plans cannot be put together; ask which plan the rater was given.",
        )
    rows = _decoded(parts["ratings.json"], tuple[StudyRating, ...], "ratings")
    trail = _decoded(parts["trail.json"], tuple[AuditEntry, ...], "trail")
    _check_rows(rows, plan, plan_sha256)
    return RatingFile(manifest, rows, trail)


def peek(data: bytes) -> Manifest:
    """Return what a file says of itself, whichever of the two it is.

    Raises:
        UserFacingError: It is neither, or a newer MedsDesk wrote it.
    """
    return _opened(data)[0]


def _written(manifest: Manifest, parts: Mapping[str, bytes]) -> bytes:
    made = {name: Part(fingerprint(data), len(data)) for name, data in parts.items()}
    manifest = replace(manifest, parts=made)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in ((_MANIFEST, _encoded(manifest)), *parts.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3  # else it tells on which system the file was made
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    if file.tell() > MOST_BYTES:
        raise UserFacingError(
            f"The {_NAMES[manifest.kind]} would have more than {MOST_BYTES >> 20} MiB.",
            "Make a study with fewer items or shorter texts.",
        )
    return file.getvalue()


def _read(data: bytes, kind: FileKind) -> tuple[Manifest, dict[str, bytes]]:
    manifest, archive = _opened(data)
    if manifest.kind != kind:
        raise UserFacingError(
            f"This is a {_NAMES[manifest.kind]}, not a {_NAMES[kind]}.",
            "Import a study bundle with 'study import', and a rating file with 'study merge'.",
        )
    with archive:
        names = [entry.filename for entry in archive.infolist()]
        if tuple(names) != _PARTS[kind] or set(manifest.parts) != set(names[1:]):
            raise _changed(kind, "its parts are not those that MedsDesk writes")
        parts = {name: _part(archive, name, kind) for name in names[1:]}
    for name, told in manifest.parts.items():
        if Part(fingerprint(parts[name]), len(parts[name])) != told:
            raise _changed(kind, f"the fingerprint of its part {name} differs")
    return manifest, parts


def _opened(data: bytes) -> tuple[Manifest, zipfile.ZipFile]:
    """Return manifest and archive; nothing is read before its size is known to be true."""
    if len(data) > MOST_BYTES:
        raise UserFacingError(
            f"The file has more than {MOST_BYTES >> 20} MiB, which no study has.", _AGAIN
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as fault:
        if data.startswith(b"PK\x03\x04"):
            raise UserFacingError("The file is cut off: its end is missing.", _AGAIN) from fault
        raise UserFacingError(
            "The file is neither a study bundle nor a rating file.",
            "Choose a file that ends in .medsstudy or .medsratings.",
        ) from fault
    entries = archive.infolist()
    kept = sum(entry.file_size for entry in entries)
    packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    if packed or kept > len(data) or any(entry.flag_bits & 1 for entry in entries):
        raise UserFacingError(
            "The file was packed by another program: its parts are not stored as MedsDesk does.",
            _AGAIN,
        )
    return _manifest(archive), archive


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        entry = archive.getinfo(_MANIFEST)
    except KeyError as fault:
        raise UserFacingError(
            "The file is a zip file, but neither a study bundle nor a rating file.",
            "Choose a file that ends in .medsstudy or .medsratings.",
        ) from fault
    if entry.file_size > _MOST_MANIFEST:
        raise _changed("study", "its manifest is too large")
    data = _part(archive, _MANIFEST, "study")
    try:
        loose = msgspec.json.decode(data)
        found = loose.get("format") if isinstance(loose, dict) else None
        if isinstance(found, int) and found > FILE_FORMAT:
            raise UserFacingError(
                f"The file was made by a newer MedsDesk (format {found}; this one reads "
                f"{FILE_FORMAT}).",
                "Install that version of MedsDesk, then open it again.",
            )
        return msgspec.convert(loose, Manifest, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise _changed("study", f"its manifest cannot be read ({fault})") from fault


def _part(archive: zipfile.ZipFile, name: str, kind: FileKind) -> bytes:
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError) as fault:
        raise _changed(kind, f"its part {name} is damaged") from fault


def _changed(kind: FileKind, how: str) -> UserFacingError:
    return UserFacingError(f"The {_NAMES[kind]} was changed after it was written: {how}.", _AGAIN)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")  # what is no UTF-8 fails on its fingerprint


def _encoded(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _decoded(data: bytes, kind: type[T], what: str) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise UserFacingError(
            f"The {what} in the file are not as MedsDesk writes them: {fault}.", _AGAIN
        ) from fault


def _check_rows(rows: Sequence[StudyRating], plan: StudyPlan, plan_sha256: str) -> None:
    """Refuse rows that are not of this study, or not answers to what it shows."""
    raters = {each.id: a.rater for a in plan.assignments for each in a.presentations}
    for row in rows:
        fault = None
        if row.study_id != plan.id or row.plan_sha256 != plan_sha256:
            fault = "is of another study or plan"
        elif row.presentation_id not in raters:
            fault = "is about something that the study does not show"
        elif row.role == "rater" and row.rater != raters[row.presentation_id]:
            fault = "is of a rater to whom that item is not shown"
        elif not row.id or row.supersedes == row.id or moment(row.rated_at) == float("-inf"):
            fault = "has no id, no time, or replaces itself"
        if fault is not None:
            raise UserFacingError(
                f"The rating file was changed by hand: the rating {row.id or '(no id)'} {fault}.",
                _AGAIN,
            )
