"""Finds the files with own texts in folders, in an order that is the same on every machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.own_texts import Reading

REFERENCE_ENDING = ".ref.txt"
"""``letter.ref.txt`` has the right answer for ``letter.txt``, ``letter.docx`` and so on."""

_NO_DOCUMENTS = frozenset(("thumbs.db", "desktop.ini", "icon\r"))
_LINK = "Name the folder that it leads to."
_OPEN = "Check that you may open it, or copy it elsewhere."


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read texts from.

    Attributes:
        path: The file.
        id: Its name; within a folder with the way from there, parted by ``/``.
        named: Whether it was named itself, and not only its folder.
        reference: The file beside it with its right answer; None where there is none.
    """

    path: Path
    id: str
    named: bool = True
    reference: Path | None = None


def list_sources(
    paths: Sequence[Path], reading: Reading, skip: frozenset[Path] = frozenset()
) -> tuple[Source, ...]:
    """Return the files among files and in folders, at any depth.

    Numbers in names count as numbers: ``letter 2`` comes before ``letter 10``. Hidden files and
    what systems and Office keep beside documents are passed over. Links to folders are not
    followed, so that none leads round in a circle, and told.

    Args:
        paths: Files and folders.
        reading: Told what cannot be read.
        skip: Files that are no texts, resolved.

    Raises:
        UserFacingError: A path does not exist.
    """
    for path in paths:
        if not path.exists():
            raise UserFacingError(f"There is no file or folder {path}.", "Check its name.")
    named = [path for path in paths if not path.is_dir()]
    found: dict[Path, Source] = {}
    for path in paths:
        for source in _below(path, reading) if path.is_dir() else _named(path, named, reading):
            place = source.path.resolve()
            if place not in skip:
                found.setdefault(place, source)
    return tuple(found.values())


def order_of(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key to sort names by, in which numbers count as numbers."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def _named(path: Path, named: Sequence[Path], reading: Reading) -> Iterator[Source]:
    if _is_reference(path):
        stems = {one.with_name(one.stem.casefold()) for one in named if not _is_reference(one)}
        if _stem(path) not in stems:
            _alone(_text(path.name), reading)
        return
    beside = path.with_name(path.stem + REFERENCE_ENDING)
    yield Source(path, _text(path.name), reference=beside if beside.is_file() else None)


def _below(folder: Path, reading: Reading) -> Iterator[Source]:
    files = sorted(_files(folder, reading), key=lambda path: order_of(_name(path, folder)))
    references = {_stem(path): path for path in files if _is_reference(path)}
    used = set()
    for path in files:
        if not _is_reference(path):
            reference = references.get(path.with_name(path.stem.casefold()))
            used.add(reference)
            yield Source(path, _name(path, folder), named=False, reference=reference)
    for path in references.values():
        if path not in used:
            _alone(_name(path, folder), reading)


def _alone(name: str, reading: Reading) -> None:
    reading.leave_out(
        name,
        "it is a reference, and no text of its name lies beside it",
        f"Give the text the same name, without '{REFERENCE_ENDING}'.",
    )


def _files(folder: Path, reading: Reading) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        where = _name(Path(str(error.filename)), folder)
        reading.leave_out(where, f"it cannot be opened: {error.strerror}", _OPEN)

    seen = set()
    for place, folders, names in os.walk(folder, onerror=unreadable):
        # Windows has links to folders that do not say so.
        if (real := Path(place).resolve()) in seen:
            folders.clear()
            continue
        seen.add(real)
        for name in [name for name in folders if _hidden(name)]:
            folders.remove(name)
        for name in folders:
            if (link := Path(place, name)).is_symlink():
                # Not gone into by itself.
                reading.leave_out(_name(link, folder), "it is a link to a folder", _LINK)
        for name in names:
            path = Path(place, name)
            if _hidden(name):
                continue
            if path.is_file():
                yield path
            else:
                reading.leave_out(_name(path, folder), "it is no file, or leads nowhere", _OPEN)


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name.casefold() in _NO_DOCUMENTS


def _is_reference(path: Path) -> bool:
    return path.name.casefold().endswith(REFERENCE_ENDING)


def _stem(reference: Path) -> Path:
    return reference.with_name(reference.name[: -len(REFERENCE_ENDING)].casefold())


def _name(path: Path, folder: Path) -> str:
    return _text(path.relative_to(folder).as_posix())


def _text(name: str) -> str:
    """Return a name as text; on some systems a name may be any bytes."""
    return name.encode("utf-8", "replace").decode("utf-8")
