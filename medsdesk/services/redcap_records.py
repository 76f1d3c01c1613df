"""Ratings as the rows that REDCap imports, under the fields of their data dictionary."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from medsdesk.core.imported_rating import DECIDED, LEFT_STANDING
from medsdesk.services.rating_rows import METRIC
from medsdesk.services.redcap_dictionary import (
    ANSWER_COLUMNS,
    NOT_A_VALUE,
    RATED_AT,
    RATER,
    RECORD_ID,
    ROLE,
    SECONDS,
    SIDE,
    VERSION,
    RedcapForm,
    RedcapProject,
    redcap_time,
)
from medsdesk.services.spreadsheet import Cell, Verbatim, is_number

if TYPE_CHECKING:
    from medsdesk.services.rating_rows import RatingRow

REPEAT_INSTRUMENT, REPEAT_INSTANCE = "redcap_repeat_instrument", "redcap_repeat_instance"
_DIGITS = 16

_Rows = list["RatingRow"]


def redcap_table(
    rows: Sequence[RatingRow], project: RedcapProject
) -> tuple[Sequence[str], Iterator[list[Cell]]]:
    """Return header and rows of REDCap's import file.

    A record is an answer of a model, with the ids it has in the table of ratings. Its first row
    tells of the answer and its scores; after it comes a row for each rater and form, as instances
    of the form's repeating instrument.
    """
    names = [each.name for each in project.fields()]
    header = (names[0], REPEAT_INSTRUMENT, REPEAT_INSTANCE, *names[1:])
    return header, ([cells.get(name) for name in header] for cells in _records(rows, project))


def record_id(row: RatingRow) -> str:
    """Return the id of an answer's record: the same for the same answer in every export."""
    said = "\x1f".join(row.text(column) for column in ANSWER_COLUMNS)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _records(rows: Iterable[RatingRow], project: RedcapProject) -> Iterator[dict[str, Cell]]:
    answers: dict[str, _Rows] = {}
    for row in rows:
        answers.setdefault(record_id(row), []).append(row)
    for record, found in answers.items():
        own: dict[str, Cell] = {project.answers[RECORD_ID].name: record}
        yield own | _answer(found[0], project)
        for form in project.forms.values():
            given = [row for row in found if row.text("instrument") == form.instrument]
            for number, rated in enumerate(_instances(given), 1):
                repeat: dict[str, Cell] = {REPEAT_INSTRUMENT: form.name, REPEAT_INSTANCE: number}
                yield own | repeat | _rating(rated, form)


def _instances(rows: Iterable[RatingRow]) -> Iterator[_Rows]:
    """Yield what one rater said of an answer in one role, each question once."""
    groups: dict[tuple[str, ...], _Rows] = {}
    for row in rows:
        key = (row.text("rater"), _role(row), row.text("instrument_version"), row.text("side"))
        groups.setdefault(key, []).append(row)
    yield from groups.values()


def _answer(row: RatingRow, project: RedcapProject) -> dict[str, Cell]:
    told: dict[str, Cell] = {}
    for column, each in project.answers.items():
        if column.startswith(METRIC):
            told[each.name] = _number(row.scores.get(column.removeprefix(METRIC)))
        elif column != RECORD_ID:
            told[each.name] = row.text(column)
    return told


def _rating(rows: _Rows, form: RedcapForm) -> dict[str, Cell]:
    first = rows[0]
    told: dict[str, Cell] = {
        form.fields[RATER].name: first.text("rater"),
        form.fields[ROLE].name: _role(first),
        form.fields[VERSION].name: _number(first["instrument_version"]),
        form.fields[SECONDS].name: _latest(rows, "seconds"),
        form.fields[RATED_AT].name: _time(rows, checked=bool(form.fields[RATED_AT].validation)),
    }
    if SIDE in form.fields:
        told[form.fields[SIDE].name] = _number(form.fields[SIDE].codes.get(first.text("side")))
    for row in rows:
        criterion = row.text("criterion")
        asked = form.questions[criterion]
        status = row.text("status")
        if status in NOT_A_VALUE:
            place = form.statuses.get(criterion, asked)
            told[place.name] = status
        elif asked.kind == "notes":
            told[asked.name] = row.text("comment")
        else:
            value = row.text("value")
            told[asked.name] = _number(asked.codes.get(value, value))
    return told


def _role(row: RatingRow) -> str:
    return "adjudicator" if row["status"] in (DECIDED, LEFT_STANDING) else "rater"


def _number(cell: Cell) -> Cell:
    """Return a cell so that a number is written as one, whatever sign it has."""
    text = "" if cell is None else str(cell)
    return Verbatim(text) if is_number(text) else text


def _latest(rows: _Rows, column: str) -> Cell:
    texts = [text for row in rows if (text := row.text(column))]
    if texts and all(map(is_number, texts)):
        return Verbatim(max(texts, key=float))
    return texts[-1] if texts else None


def _time(rows: _Rows, *, checked: bool) -> Cell:
    texts = [text for row in rows if (text := row.text("rated_at"))]
    if not checked:
        return texts[-1] if texts else None
    return max((redcap_time(text) or "" for text in texts), default=None)
