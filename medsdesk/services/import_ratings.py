"""Take in ratings from a file: our own export, or ratings collected elsewhere."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import new_id, utc_now
from medsdesk.core.imported_rating import RATING_COLUMNS, ImportedFile, ImportedRating
from medsdesk.services.rating_file import (
    NEEDED,
    RatingTable,
    RowFault,
    read_rating_sheet,
    read_rating_table,
)
from medsdesk.services.rating_rows import own_rows
from medsdesk.services.read_excel import is_workbook
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry
from medsdesk.store.imported_ratings import add_imported, list_imported

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

OTHER_VALUE = "it differs from the rating of the same answer, rater and question in row {row}"
OTHER_STORED = "the workspace has another rating of the same answer, rater and question"
OTHER_SCORES = "the workspace has the same rating beside other scores"

_OUTPUT = RATING_COLUMNS.index("output")
# What our own export tells of an answer and a rating, and what says which rating it is.
_OWN_KEY = tuple(
    RATING_COLUMNS.index(name)
    for name in ("study", "item", "output", "rater", "instrument", "criterion")
)


@dataclass(frozen=True, slots=True)
class StudyCount:
    """What of one study was taken in or was there already."""

    study: str
    ratings: int
    items: int
    raters: int


@dataclass(frozen=True, slots=True)
class RatingImport:
    """What came of a file.

    Attributes:
        file: Its name.
        sha256: Of the whole file.
        encoding: The encoding it was read in.
        rows: Its rows, without the first.
        imported: Ratings taken in.
        already_there: Ratings that the workspace had before, word for word.
        empty: Rows without a value, which are gaps and no ratings.
        conflicts: Rows left out because another rating stands in their place.
        faults: Rows left out because they cannot be read, with the reason.
        unscored: Scores that are no number, which were left empty.
        ignored_columns: Columns that have no meaning here and were not taken in.
        studies: What came, by study.
    """

    file: str
    sha256: str
    encoding: str
    rows: int
    imported: int
    already_there: int
    empty: int
    conflicts: tuple[RowFault, ...]
    faults: tuple[RowFault, ...]
    unscored: int
    ignored_columns: tuple[str, ...]
    studies: tuple[StudyCount, ...]

    @property
    def complete(self) -> bool:
        """Whether every rating of the file is in the workspace now."""
        return not (self.conflicts or self.faults)


@dataclass(slots=True)
class _Sorted:
    """The rows of a file, sorted by what is to become of them."""

    new: list[ImportedRating] = field(default_factory=list)
    known: list[ImportedRating] = field(default_factory=list)
    conflicts: list[RowFault] = field(default_factory=list)


def import_ratings(ws: Workspace, path: Path) -> RatingImport:
    """Take in the ratings of a file in the long form; taking it in twice changes nothing.

    Needed are the columns study, item, rater, criterion and value; the others of the long form
    and any ``metric:NAME`` are used where present. Rows that cannot be read are left out and
    listed. A rating that is in the workspace, or stands earlier in the file, is never replaced.

    Raises:
        UserFacingError: The file cannot be read, lacks a column, or has no rating.
    """
    data = _read(path)
    table = read_rating_sheet(path) if is_workbook(data) else read_rating_table(data, path.name)
    if not table.rows:
        _refuse_empty(table, path.name)
    found = _sorted(ws, table.rows)
    sha256 = hashlib.sha256(data).hexdigest()
    if found.new:
        file = ImportedFile(new_id(), path.name, sha256, table.metrics, utc_now())
        after = {"file": path.name, "sha256": sha256, "ratings": len(found.new)}
        with ws.transaction():
            add_entry(ws, trail_entry(ws, "", "", "import", subject=file.id, after=after))
            add_imported(ws, file, found.new)
    log.info(
        "imported %d ratings, %d known, %d in conflict, %d faulty",
        len(found.new), len(found.known), len(found.conflicts), len(table.faults),
    )  # fmt: skip
    return RatingImport(
        file=path.name,
        sha256=sha256,
        encoding=table.encoding,
        rows=len(table.rows) + len(table.faults) + table.empty,
        imported=len(found.new),
        already_there=len(found.known),
        empty=table.empty,
        conflicts=tuple(found.conflicts),
        faults=table.faults,
        unscored=table.unscored,
        ignored_columns=table.ignored,
        studies=_studies((*found.new, *found.known)),
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserFacingError(
            f"The file {path.name} cannot be read: {reason}.", "Check its name and folder."
        ) from error


def _refuse_empty(table: RatingTable, name: str) -> None:
    if table.faults:
        first = table.faults[0]
        raise UserFacingError(
            f"No row of {name} can be used; row {first.row}: {first.reason}.",
            "Row 1 is the one with the names of the columns; mend the rows and try again.",
        )
    raise UserFacingError(
        f"The file {name} has no ratings.", f"Give one rating per row under {', '.join(NEEDED)}."
    )


def _sorted(ws: Workspace, rows: Mapping[int, ImportedRating]) -> _Sorted:
    stored = {rating.key: rating for rating in list_imported(ws)}
    own = _own(ws) if any(rating.cells[_OUTPUT] for rating in rows.values()) else {}
    seen: dict[tuple[str, ...], tuple[int, ImportedRating]] = {}
    found = _Sorted()
    for number, rating in rows.items():
        here = own.get(tuple(rating.cells[place] for place in _OWN_KEY)) or stored.get(rating.key)
        before = seen.setdefault(rating.key, (number, rating))
        if here is not None:
            reason = _difference(here, rating)
        elif before[0] != number:
            here, same = before[1], before[1].cells == rating.cells
            reason = None if same else OTHER_VALUE.format(row=before[0])
        else:
            found.new.append(rating)
            continue
        if reason is None:
            found.known.append(rating)
        else:
            found.conflicts.append(RowFault(number, reason))
    return found


def _own(ws: Workspace) -> Mapping[tuple[str, ...], ImportedRating]:
    """Return the ratings made here, as an export writes them."""
    ratings = (
        ImportedRating(
            tuple(row.text(name) for name in RATING_COLUMNS),
            {name: str(score) for name, score in row.scores.items() if score is not None},
        )
        for row in own_rows(ws)
    )
    return {tuple(rating.cells[place] for place in _OWN_KEY): rating for rating in ratings}


def _difference(here: ImportedRating, other: ImportedRating) -> str | None:
    if here.cells != other.cells:
        return OTHER_STORED
    return None if _numbers(here) == _numbers(other) else OTHER_SCORES


def _numbers(rating: ImportedRating) -> dict[str, str]:
    return {name: score for name, score in rating.scores.items() if score}


def _studies(ratings: Sequence[ImportedRating]) -> tuple[StudyCount, ...]:
    by_study: dict[str, list[ImportedRating]] = {}
    for rating in ratings:
        by_study.setdefault(rating.cells[0], []).append(rating)
    return tuple(
        StudyCount(study, len(found), _different(found, "item"), _different(found, "rater"))
        for study, found in by_study.items()
    )


def _different(ratings: Iterable[ImportedRating], column: str) -> int:
    place = RATING_COLUMNS.index(column)
    return len({rating.cells[place] for rating in ratings})
