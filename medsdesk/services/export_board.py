"""Write a leaderboard to a CSV file, one row per figure, in the order it is seen in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.services.export import write_table
from medsdesk.services.note_export import noted_export

if TYPE_CHECKING:
    from medsdesk.services.board import Board, Cell, Measured, Row
    from medsdesk.store.workspace import Workspace
    from medsdesk.tasks.published_results import PublishedColumn

_FIGURE = ("value", "n", "unscored", "ci95_low", "ci95_high", "interval", "signature")
BOARD_COLUMNS = (
    "paper", "category", "table", "task", "metric", "tasks", "model", "whose", "quantisation",
    "runs", "printed", *(f"medsbench_{name}" for name in _FIGURE),
    *(f"strict_{name}" for name in _FIGURE), "differs", "not_known", "notes",
)  # fmt: skip

_Value = str | int | float | None


def export_board(ws: Workspace, path: Path, board: Board, *, bom: bool = False) -> int:
    """Write every figure of a board with all that is known of it.

    Returns:
        The number of figures written.

    Raises:
        UserFacingError: The file cannot be written, or belongs to the workspace.
    """
    rows = list(_rows(board))
    with noted_export(ws, path, "figures of the leaderboard", len(rows)):
        write_table(ws, path, BOARD_COLUMNS, rows, bom=bom)
    return len(rows)


def _rows(board: Board) -> Iterator[list[_Value]]:
    for table in board.tables:
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                if cell is not None:
                    yield _figure(board.version, row, column, cell)


def _figure(version: str, row: Row, column: PublishedColumn, cell: Cell) -> list[_Value]:
    return [
        version, column.category, column.table, column.task, column.metric,
        " ".join(column.items), row.name, "own" if row.own else "paper", row.quantisation,
        " ".join(cell.runs), cell.printed, *_measured(cell.medsbench), *_measured(cell.strict),
        *(_told(cell, kind) for kind in ("differs", "unknown", "note")),
    ]  # fmt: skip


def _measured(figure: Measured | None) -> list[_Value]:
    if figure is None:
        return [None] * len(_FIGURE)
    low, high = figure.ci95 or (None, None)
    return [
        figure.value, figure.n, figure.unscored, low, high, figure.interval, figure.signature,
    ]  # fmt: skip


def _told(cell: Cell, kind: str) -> str:
    return " ".join(caveat.text for caveat in cell.caveats if caveat.kind == kind)
