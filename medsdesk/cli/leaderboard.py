"""The verb ``leaderboard``: own runs beside the published numbers."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, OUT

if TYPE_CHECKING:
    from medsdesk.services.board import Board, BoardTable, Cell, Measured, Row
    from medsdesk.tasks.published_results import PublishedColumn

BOTH = "both"
PROTOCOLS = ("medsbench", "strict", BOTH)
# As in the services, which the grammar of the command line does not wait for.
VERSIONS = ("npj-2025", "arxiv-v1")
RUNS = ("latest", "all")
_GAP = "  "
_NARROWEST = 60
_WIDE = 160  # where no terminal tells how wide it is
_NAMES_SHARE = 0.4
_OF_AVERAGES = ("The mean of", "Plain means", "Figures of")


def leaderboard(args: argparse.Namespace) -> int:
    """Show own runs beside the published numbers of either version of the paper."""
    from medsdesk.services.leaderboard import Wanted, leaderboard, sorted_board

    wanted = Wanted(args.version, args.category, args.task, args.runs)
    with desk.workspace(desk.workspace_dir(args)) as ws:
        board = leaderboard(ws, wanted)
    protocol = "strict" if args.protocol == "strict" else "medsbench"
    board = sorted_board(board, args.sort, protocol)
    if args.json:
        show.document(board_document(board, args.protocol))
        return DONE
    _wrap(f"{board.title}: {board.source}", _width(), "")
    for table in board.tables:
        _print_table(table, args.protocol, _width())
    OUT.write("")
    for note in _notes(board, protocol):
        _wrap(note, _width(), "")
    return DONE


def _width() -> int:
    if not sys.stdout.isatty():
        return _WIDE
    return max(_NARROWEST, shutil.get_terminal_size().columns)


# --- for people ---


@dataclass(slots=True)
class _Line:
    """One line of a table: whose it is, by which protocol, and its cells."""

    name: str
    protocol: str
    cells: list[str]


@dataclass(slots=True)
class _Block:
    """Columns that fit beside each other, with their widths."""

    columns: list[int] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)


def _print_table(table: BoardTable, protocol: str, width: int) -> None:
    """Print a category in as many blocks of columns as the width asks for."""
    OUT.write(f"\n{table.category}")
    lines = list(_lines(table, protocol, int(width * _NAMES_SHARE)))
    heads = [
        _Line("", "", [column.task for column in table.columns]),
        _Line(
            "model",
            "rules" if any(row.own for row in table.rows) else "",
            [_metric_head(column) for column in table.columns],
        ),
    ]
    lines = [*heads, *lines]
    pads = max(len(line.name) for line in lines), max(len(line.protocol) for line in lines)
    for block in _blocks(lines, width - sum(pads) - len(_GAP) * bool(pads[1])):
        for line in lines:
            OUT.write(_row(line, pads, block))
        OUT.write("")
    for row in table.rows:
        if row.own:
            _print_caveats(row, table.columns, width)


def _blocks(lines: Sequence[_Line], width: int) -> list[_Block]:
    blocks = [_Block()]
    used = 0
    for place, cells in enumerate(zip(*(line.cells for line in lines), strict=True)):
        wide = max(map(len, cells))
        if blocks[-1].columns and used + len(_GAP) + wide > width:
            blocks.append(_Block())
            used = 0
        blocks[-1].columns.append(place)
        blocks[-1].widths.append(wide)
        used += len(_GAP) + wide
    return blocks


def _row(line: _Line, pads: tuple[int, int], block: _Block) -> str:
    names = [line.name.ljust(pads[0]), *([line.protocol.ljust(pads[1])] if pads[1] else [])]
    cells = (line.cells[c].rjust(w) for c, w in zip(block.columns, block.widths, strict=True))
    return _GAP.join((*names, *cells)).rstrip()


def _metric_head(column: PublishedColumn) -> str:
    return f"{column.metric}, n={column.n:,} " if column.n else f"{column.metric} "


def _lines(table: BoardTable, protocol: str, longest: int) -> Iterator[_Line]:
    """Yield the lines of each row; an own one has one for each protocol asked for."""
    for row in table.rows:
        if not row.own:
            yield _Line(row.name, "", [_published(cell) for cell in row.cells])
            continue
        # What tells two rows of one model apart stands at the end and is not cut off.
        end = row.label.removeprefix(row.name)
        room = max(4, longest - len(end) - 2)
        name = row.name if len(row.name) <= room else f"{row.name[: room - 1]}…"
        for rules in ("medsbench", "strict") if protocol == BOTH else (protocol,):
            yield _Line(f"> {name}{end}", rules, [_own(cell, rules) for cell in row.cells])


def _published(cell: Cell | None) -> str:
    # A place is kept for the star of own figures, so that the digits stand below each other.
    return "- " if cell is None else f"{cell.printed} "


def _own(cell: Cell | None, protocol: str) -> str:
    measured = None if cell is None else cell.measured(protocol)
    if cell is None or measured is None or (not measured.n and not measured.unscored):
        return "- "
    value = "none" if measured.value is None else f"{measured.value:.2f}"
    interval = "" if measured.ci95 is None else f" [{measured.ci95[0]:.1f}-{measured.ci95[1]:.1f}]"
    unscored = f"+{measured.unscored:,}?" if measured.unscored else ""
    return f"{value}{interval} n={measured.n:,}{unscored}{'*' if cell.differs else ' '}"


def _print_caveats(row: Row, columns: Sequence[PublishedColumn], width: int) -> None:
    from medsdesk.services.caveats import merged

    cells = [
        (column.key, cell.caveats)
        for column, cell in zip(columns, row.cells, strict=True)
        if cell is not None and not column.is_average
    ]
    known = {caveat for _, caveats in cells for caveat in caveats}
    _wrap(f"> {row.label}:", width, "")
    for caveat in merged(cells):
        _wrap(caveat.text, width)
    for column, cell in zip(columns, row.cells, strict=True):
        if cell is not None and column.is_average:
            for caveat in cell.caveats:
                if caveat not in known and caveat.text.startswith(_OF_AVERAGES):
                    _wrap(f"Average of {column.metric}: {caveat.text}", width)


def _wrap(text: str, width: int, mark: str = "  * ") -> None:
    OUT.write(textwrap.fill(text, width, initial_indent=mark, subsequent_indent=" " * len(mark)))


def _notes(board: Board, protocol: str) -> Iterator[str]:
    if protocol == "strict" and board.has_own:
        yield "Own figures are strict and published ones are not: do not compare them."
    yield from board.notes
    if board.left_out:
        yield f"Own tasks without a published number: {', '.join(board.left_out)}."
    if board.has_own:
        yield (
            "> marks own rows: value [95 % interval] n, +items without a score?, and * where it "
            "is made in another way than the paper's."
        )
    elif board.evaluations:
        yield "No own run has one of these tasks yet."
    else:
        yield (
            "No own run is here yet. Run one with 'medsdesk eval PATH…' on MedS-Bench task files."
        )


# --- for programs ---


def board_document(board: Board, protocol: str = BOTH) -> dict[str, object]:
    """Return the document of ``medsdesk leaderboard --json``."""
    return {
        "version": board.version,
        "title": board.title,
        "source": board.source,
        "notes": board.notes,
        "tables": [_table_document(table, protocol) for table in board.tables],
        "without_published_number": board.left_out,
    }


def _table_document(table: BoardTable, protocol: str) -> dict[str, object]:
    columns = [
        {
            "key": column.key,
            "table": column.table,
            "task": column.task,
            "metric": column.metric,
            "score": f"medsbench.{column.score}",
            "tasks": {task_id: n or None for task_id, n in column.items.items()},
            "n": column.n,
            "shots": column.shots,
            "note": column.note or None,
        }
        for column in table.columns
    ]
    rows = [
        {
            "name": row.name,
            "own": row.own,
            "quantisation": row.quantisation or None,
            "runs": row.runs,
            "cells": {
                column.key: _cell_document(cell, protocol)
                for column, cell in zip(table.columns, row.cells, strict=True)
                if cell is not None
            },
        }
        for row in table.rows
    ]
    return {"category": table.category, "columns": columns, "rows": rows}


def _cell_document(cell: Cell, protocol: str) -> dict[str, object]:
    own = not cell.printed
    figures: dict[str, object] = {}
    if protocol != "strict" or not own:
        figures["medsbench"] = _figure_document(cell.medsbench)
    if protocol != "medsbench" and cell.strict is not None:
        figures["strict"] = _figure_document(cell.strict)
    return {
        **figures,
        "printed": cell.printed or None,
        "source": cell.source,
        "runs": cell.runs,
        "caveats": [{"kind": caveat.kind, "text": caveat.text} for caveat in cell.caveats],
    }


def _figure_document(figure: Measured) -> dict[str, object]:
    return {
        "value": figure.value,
        "n": figure.n,
        "unscored": figure.unscored,
        "ci95": figure.ci95,
        "interval": figure.interval or None,
        "signature": figure.signature or None,
        "reason": figure.reason,
    }
