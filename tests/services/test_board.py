"""Rows in order, columns by any of their names, and what a cell says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.services.board import Board, BoardTable, Caveat, Cell, Measured, Row
from medsdesk.tasks.published_results import paper_version

COLUMNS = paper_version("npj-2025").of_category("Explanation")


def _cell(value: float | None, strict: float | None = None, printed: str = "") -> Cell:
    return Cell(Measured(value, 5), None if printed else Measured(strict, 5), printed, "made up")


def _row(name: str, *cells: Cell | None, own: bool = True) -> Row:
    padded = (*cells, *[None] * (len(COLUMNS) - len(cells)))
    return Row(name, own, "Q8_0" if own else "", ("1" * 32,) if own else (), padded)


def test_a_column_is_found_by_key_task_and_registry_id() -> None:
    table = BoardTable("Explanation", COLUMNS, ())
    names = ("health-fact.bleu1", "Health Fact", "task18", " TASK18.BLEU1 ", "health-fact")
    assert [table.column(name) for name in names] == [0] * len(names)
    assert table.column("task18.rouge") == 1
    assert table.column("average.rouge") == len(COLUMNS) - 1
    assert [table.column(name) for name in ("", "task57", "task18.accuracy")] == [None] * 3


def test_the_average_decides_where_no_column_is_named() -> None:
    average = [column.is_average for column in COLUMNS].index(True)
    rows = [
        _row(name, _cell(first), *[None] * (average - 1), _cell(mean))
        for name, first, mean in (("a", 9.0, 1.0), ("b", 1.0, 9.0))
    ]
    table = BoardTable("Explanation", COLUMNS, tuple(rows))
    assert [row.name for row in table.sorted().rows] == ["b", "a"]
    assert [row.name for row in table.sorted("task18").rows] == ["a", "b"]
    no_average = BoardTable("Explanation", COLUMNS[:1], tuple(rows))
    assert [row.name for row in no_average.sorted().rows] == ["a", "b"]
    with pytest.raises(KeyError):
        table.sorted("task57")


@given(st.lists(st.none() | st.floats(0, 100), max_size=12))
def test_best_first_rows_without_a_figure_last_and_equals_as_they_were(
    values: list[float | None],
) -> None:
    rows = tuple(_row(str(n), None if v is None else _cell(v)) for n, v in enumerate(values))
    done = BoardTable("Explanation", COLUMNS, rows).sorted("task18").rows
    keys = [
        (cell is None, -(cell.medsbench.value or 0) if cell else 0.0, int(row.name))
        for row in done
        for cell in row.cells[:1]
    ]
    assert keys == sorted(keys)
    assert {row.name for row in done} == {row.name for row in rows}


def test_a_published_figure_is_the_authors_also_beside_strict_ones() -> None:
    own, published = _cell(50.0, 20.0), _cell(30.0, printed="30.0")
    assert own.measured("strict") == own.strict
    assert published.measured("strict") == published.medsbench
    table = BoardTable(
        "Explanation", COLUMNS, (_row("own", own), _row("paper", published, own=False))
    )
    assert [r.name for r in table.sorted("task18").rows] == ["own", "paper"]
    assert [r.name for r in table.sorted("task18", "strict").rows] == ["paper", "own"]


def test_labels_and_marks() -> None:
    assert _row("paper", own=False).label == "paper"
    assert _row("own").label == "own, Q8_0 (11111111)"
    noted = Cell(Measured(1.0, 1), None, "", "x", caveats=(Caveat("note", "A note."),))
    assert not noted.differs
    board = Board("v", "t", "s", (), (BoardTable("Explanation", COLUMNS, ()),), ())
    assert not board.has_own
