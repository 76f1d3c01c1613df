"""What the columns of exported ratings mean: labels, types, units, allowed values, gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from medsdesk.core.imported_rating import NUMBER_COLUMNS
from medsdesk.services.rating_rows import METRIC
from medsdesk.services.spreadsheet import Cell, is_number

if TYPE_CHECKING:
    from medsdesk.core.rating import Criterion, Instrument
    from medsdesk.services.gather_ratings import RatingSet

CODEBOOK_COLUMNS = (
    "file", "column", "criterion", "label", "type", "unit", "values", "missing", "form",
    "form_version", "form_sha256", "signature",
)  # fmt: skip

ColumnType = Literal["text", "category", "integer", "number", "time"]

STATUS_LABELS = {
    "rated": "Answered",
    "cannot_judge": "Looked at, cannot be judged",
    "withdrawn": "Taken back",
    "decided": "Decided by an adjudicator",
    "left_standing": "Disagreement left as it stands",
}
_STATUS = ":status"
_NOT_KNOWN = "empty: not known"
_NO_VALUE = "empty: no value; the status says why"
_COLUMNS: Mapping[str, tuple[str, ColumnType, str, str]] = {
    "study": ("Study the rating was given in", "text", "", "empty: in no study"),
    "item": ("Text that answers were asked for", "text", "", ""),
    "task": ("Task of MedS-Bench, or an own one", "category", "", _NOT_KNOWN),
    "category": ("Category of the task", "category", "", _NOT_KNOWN),
    "language": ("Language of the answer", "category", "ISO 639-1", _NOT_KNOWN),
    "model": ("Model that answered", "category", "", _NOT_KNOWN),
    "run": ("Run in which it answered", "text", "", _NOT_KNOWN),
    "output": ("Answer that was rated", "text", "", _NOT_KNOWN),
    "rater": ("Who rated, or decided", "category", "", ""),
    "instrument": ("Rating form", "category", "", _NOT_KNOWN),
    "instrument_version": ("Version of the form", "integer", "", _NOT_KNOWN),
    "criterion": ("Question of the form", "category", "", ""),
    "scale": ("Type of the scale", "category", "", ""),
    "value": ("Point of the scale, or count", "number", "", _NO_VALUE),
    "side": ("Where the answer stood in a pair", "category", "", "empty: no pair"),
    "strength": ("Distance from the middle in a pair", "number", "points", "empty: no pair"),
    "comment": ("What the rater wrote", "text", "", "empty: nothing"),
    "seconds": ("Active time before the answer", "number", "seconds", "empty: not measured"),
    "rated_at": ("When it was rated", "time", "ISO 8601", _NOT_KNOWN),
    "status": ("What kind of answer it is", "category", "", ""),
}
_VALUES = {
    "scale": "nominal | ordinal | interval | ratio | text",
    "side": "A = Left | B = Right",
    "status": " | ".join(f"{code} = {label}" for code, label in STATUS_LABELS.items()),
}
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_PERCENT = ("strict.", "medsbench.", "choices.")


def codebook(
    found: RatingSet,
    tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Cell]]]],
    signatures: Mapping[str, Sequence[str]],
) -> Iterator[list[Cell]]:
    """Yield the rows of a codebook under ``CODEBOOK_COLUMNS``.

    A row without a criterion tells of a whole column. Below it stands a row for each question
    that the column has answers to, of each form.

    Args:
        found: The ratings.
        tables: Header and rows of each table by the name of its file.
        signatures: How scores were made, by their names.
    """
    asked = {row.text("criterion") for row in found.rows}
    for file, (header, rows) in tables.items():
        for place, name in enumerate(header):
            cells = [row[place] for row in rows]
            criterion = name.removesuffix(_STATUS)
            if name.startswith(METRIC):
                yield _metric(file, name, cells, signatures)
            elif name in _COLUMNS:
                yield _column(file, name, cells)
                if name == "value":
                    for each in sorted(asked):
                        yield from _questions(file, name, each, found.forms)
            elif name.endswith(_STATUS) and criterion in asked:
                yield [file, name, criterion, f"Status of {criterion}", "category", "",
                       _VALUES["status"], "empty: not rated", *[None] * 4]  # fmt: skip
            else:
                yield [file, name, name, name, type_of(cells), "", "", _NO_VALUE, *[None] * 4]
                yield from _questions(file, name, name, found.forms)


def label_of(column: str) -> str:
    """Return what a column of the long form is, for people."""
    return _COLUMNS[column][0]


def type_of(cells: Iterable[Cell]) -> ColumnType:
    """Return the type that fits every cell of a column; cells without anything fit all."""
    texts = {str(cell) for cell in cells if cell not in (None, "")}
    if all(map(_INTEGER.fullmatch, texts)):
        return "integer"
    return "number" if all(map(is_number, texts)) else "text"


def values_of(criterion: Criterion) -> str:
    """Return the allowed values of a question with their labels."""
    if criterion.is_count:
        return "0 or more"
    return " | ".join(f"{point.value} = {point.label}" for point in criterion.anchors)


def _column(file: str, name: str, cells: Sequence[Cell]) -> list[Cell]:
    label, kind, unit, missing = _COLUMNS[name]
    if name in NUMBER_COLUMNS:
        kind = type_of(cells)
    return [file, name, "", label, kind, unit, _VALUES.get(name, ""), missing, *[None] * 4]


def _metric(
    file: str, name: str, cells: Sequence[Cell], signatures: Mapping[str, Sequence[str]]
) -> list[Cell]:
    score = name.removeprefix(METRIC)
    unit = "percent" if score.startswith(_PERCENT) else ""
    unit = "seconds" if score.endswith(".seconds") else unit
    made = " | ".join(signatures.get(score, ()))
    # A column of scores is one of numbers, whatever few of them it has.
    kind = "text" if type_of(cells) == "text" else "number"
    missing = "empty: no score, or not known"
    return [file, name, "", f"Score {score} of the answer", kind, unit, "", missing,
            None, None, None, made]  # fmt: skip


def _questions(
    file: str, column: str, criterion: str, forms: Mapping[tuple[str, str], Instrument]
) -> Iterator[list[Cell]]:
    for form in forms.values():
        for asked in form.criteria:
            if asked.id == criterion and asked.scale != "text":
                unit = "count" if asked.is_count else "points"
                yield [file, column, criterion, f"{asked.label}: {asked.question}", "integer",
                       unit, values_of(asked), _NO_VALUE, form.id, form.version, form.sha256,
                       None]  # fmt: skip
