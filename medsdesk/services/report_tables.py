"""The rows of a comparison as tables, whatever kinds of rows it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING

from medsdesk.services.report_document import Column, Grid
from medsdesk.services.report_words import (
    NONE,
    interval,
    interval_method,
    listed,
    number,
    p_value,
    plain,
    statuses,
)
from medsdesk.services.statistic_words import metric_words, statistic_words

if TYPE_CHECKING:
    from medsdesk.services.comparison_report import CompareReport

TITLES = {
    "agreement": "Agreement of raters",
    "human_vs_metric": "Clinicians and metrics",
    "metric_vs_metric": "The leading metric against each other one",
    "self_agreement": "Raters with themselves",
    "abilities": "Models preferred in pairs",
    "rankings": "Models ranked by clinicians and by metrics",
    "limits": "Metrics on the scale of the ratings",
    "cuts": "Scores that find unacceptable answers",
}
_KEYS = ("study", "instrument", "form", "category", "criterion")
_HEADS = {
    "instrument": "Form", "criterion": "Question", "ci95": "95 % interval", "p_value": "p",
    "p_holm": "p, Holm", "p_bh": "p, BH", "spa": "SPA", "npv": "NPV", "auc": "AUC", "sd": "SD",
    "by": "Ranked by", "wanted": "Sensitivity wanted", "acceptable": "Acceptable from",
}  # fmt: skip
_TOLD = ("note", "why", "mapping")
_BELOW = ("interval", "excluded")
_ALIKE = ("n_models", "n_raters", "acceptable", "wanted", "reference", "flagged")
_METRICS = ("metric", "leading", "other", "by")
_P_VALUES = ("p_value", "p_holm", "p_bh")
_CI95 = "_ci95"


@dataclass(frozen=True, slots=True)
class TableGroup:
    """The tables of one kind of rows.

    Attributes:
        kind: Name of the field of the comparison, such as ``agreement``.
        title: What they show.
        grids: The tables.
    """

    kind: str
    title: str
    grids: tuple[Grid, ...]


def tables(report: CompareReport, people: Mapping[str, str]) -> tuple[TableGroup, ...]:
    """Return every kind of row that a comparison has as tables, a table for each question.

    Kinds are found by looking: a row type that is added to the comparison is in the report too.

    Args:
        report: The comparison.
        people: What raters are called, by name.
    """
    made = []
    for field in fields(report):
        rows = getattr(report, field.name)
        if isinstance(rows, tuple) and rows and all(is_dataclass(row) for row in rows):
            grids = tuple(row_grids(rows, people))
            made.append(TableGroup(field.name, TITLES.get(field.name, plain(field.name)), grids))
    return tuple(made)


def row_grids(rows: Sequence[object], people: Mapping[str, str]) -> Iterator[Grid]:
    """Yield the tables of rows of one type: apart by study, form and, where many, by question."""
    names = [field.name for field in fields(rows[0])]  # type: ignore[arg-type] # rows of any dataclass
    apart = {"study", "instrument", "form"}
    if "category" in names and {"metric", "model"} & set(names):
        apart |= {"criterion", "category"}
    groups: defaultdict[tuple[object, ...], list[object]] = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, name) for name in names if name in apart)].append(row)
    for found in groups.values():
        yield _Table(found, names, people).grid()


class _Table:
    """Rows that stand in one table: what is the same in all is told once."""

    def __init__(
        self, rows: Sequence[object], names: Sequence[str], people: Mapping[str, str]
    ) -> None:
        self._rows, self._people = rows, people
        self._notes: dict[str, int] = {}
        self._same = [name for name in names if name in _KEYS and self._is_same(name)]
        if len(rows) == 1:  # a single row is told by its question
            self._same = [name for name in self._same if name != "criterion"]
        hidden = {*self._same, *_TOLD, *_BELOW, "scale"}
        shown = [name for name in names if name not in hidden and self._is_told(name)]
        # What is the same in all rows is told below; a bound stands beside its figure.
        self._alike = [n for n in shown if n in _ALIKE and len(rows) > 1 and self._is_same(n)]
        self._bounded = [n for n in shown if n + _CI95 in shown]
        beside = {name + _CI95 for name in self._bounded}
        self._shown = [n for n in shown if n not in self._alike and n not in beside]

    def grid(self) -> Grid:
        """Return the table."""
        body = [
            (*(self._cell(row, name) for name in self._shown), self._refer(row))
            for row in self._rows
        ]
        columns = [*map(self._column, self._shown), Column("Notes")]
        if not self._notes:
            columns, body = columns[:-1], [row[:-1] for row in body]
        return Grid(
            caption=self._caption(),
            columns=tuple(columns),
            rows=tuple(tuple(row) for row in body),
            notes=tuple(self._notes),
            below=tuple(self._below()),
        )

    def _is_same(self, name: str) -> bool:
        return len({str(getattr(row, name)) for row in self._rows}) == 1

    def _is_told(self, name: str) -> bool:
        return any(getattr(row, name) not in (None, "", ()) for row in self._rows)

    def _cell(self, row: object, name: str) -> str:
        value = getattr(row, name)
        if isinstance(value, str) and "rater" in name:
            return self._people.get(value, value)
        bounds = getattr(row, name + _CI95, None) if name in self._bounded else None
        return cell(name, value) + (f" ({interval(bounds)})" if bounds else "")

    def _column(self, name: str) -> Column:
        values = [getattr(row, name) for row in self._rows]
        numbers = all(value is None or _is_number(value) for value in values)
        head = _head(name)
        if name in self._bounded:
            return Column(f"{head} (95 % interval)", number=True)
        return Column(head, number=numbers)

    def _caption(self) -> str:
        told = []
        for name in self._same:
            value = str(getattr(self._rows[0], name))
            if name == "category":
                told.append("all categories" if value == "all" else value or "no category")
            elif name == "criterion":
                told.append(plain(value))
            elif value:
                told.append(f"{_head(name).lower()} {value}")
        text = ", ".join(told) or "all ratings"
        return text[:1].upper() + text[1:]

    def _refer(self, row: object) -> str:
        """Return the numbers of a row's notes; one that all rows have stands below."""
        told = [note for name in _TOLD if (note := getattr(row, name, None))]
        places = [self._notes.setdefault(note, len(self._notes) + 1) for note in told]
        return ", ".join(map(str, places))

    def _alike_words(self, name: str) -> str:
        told, head = self._cell(self._rows[0], name), _head(name).lower()
        if name.startswith("n_"):
            return f"{told} {head.removesuffix('s') if told == '1' else head}"
        return f"{head} {told}"

    def _below(self) -> Iterator[str]:
        ways = {str(getattr(row, "interval", "")) for row in self._rows} - {""}
        if ways and any("95 %" in self._column(name).name for name in self._shown):
            told = "; ".join(sorted(interval_method(way) for way in ways))
            yield f"Intervals: {told}."
        if self._alike:
            yield f"In all rows: {listed(map(self._alike_words, self._alike))}."
        left = dict.fromkeys(
            (str(getattr(row, "criterion", "")), statuses(getattr(row, "excluded", None) or {}))
            for row in self._rows
        )
        for criterion, counts in left:
            if counts:
                where = "" if "criterion" in self._same else f" of {plain(criterion)}"
                yield f"Left out{where}: {counts}."


def cell(name: str, value: object) -> str:
    """Return a value as a cell of the column of that name."""
    if value is None or value in ("", ()):
        return NONE
    if name in _P_VALUES and isinstance(value, float):
        return p_value(value)
    return _text(name, value) if isinstance(value, str) else _figures(name, value)


def _text(name: str, value: str) -> str:
    if name == "statistic":
        return statistic_words(value).name
    if name in _METRICS:
        return metric_words(value)
    if name == "category":
        return "all categories" if value == "all" else value
    if name == "flagged":
        return value.replace("_", " ")
    return plain(value) if name == "criterion" else value


def _figures(name: str, value: object) -> str:
    match value:
        case bool():
            text = "yes" if value else "no"
        case int():
            text = f"{value:,}"
        case float():
            text = number(value)
        case (float(), float()):
            text = interval((value[0], value[1]))
        case dict():
            text = ", ".join(f"{key}: {cell(name, each)}" for key, each in value.items())
        case tuple() | list():
            text = ", ".join(cell(name, each) for each in value)
        case _:
            text = str(value)
    return text


def _is_number(value: object) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(each, float) for each in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _head(name: str) -> str:
    return _HEADS.get(name) or plain(name.removeprefix("n_"))
