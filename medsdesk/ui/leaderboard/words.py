"""What the page says of a figure; pure functions without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medsdesk.ui.wording import count, metric_name

if TYPE_CHECKING:
    from medsdesk.services.board import BoardTable, Cell, Measured, Row
    from medsdesk.tasks.published_results import PublishedColumn

OWN = "▶ "  # before the name of an own row, so that it is known by more than its weight
_LONGEST_NAME = 26
_INTERVALS = {
    "wilson": "Wilson",
    "bootstrap-percentile": "bootstrap over items",
    "normal": "normal approximation",
}
_HEADS = {
    "differs": "Not as the paper did it:",
    "unknown": "Not known:",
    "note": "To note:",
}


def row_head(row: Row) -> str:
    """Return what stands before a row, in three lines for an own one."""
    if not row.own:
        return _short(row.name)
    own = f"own run {row.runs[0][:8]}" if len(row.runs) == 1 else f"{len(row.runs)} own runs"
    return "\n".join((f"{OWN}{_short(row.name)}", row.quantisation, own))


def column_head(column: PublishedColumn) -> str:
    """Return what stands above a column: task, metric, and the paper's number of items."""
    items = count(column.n, "item") if column.n else "items not known"
    if column.is_average:
        items = "as published"
    return f"{_task(column)}\n{metric_name(column.score)}\n{items}"


def column_name(column: PublishedColumn) -> str:
    """Return a column's name in one line."""
    return f"{_task(column)}, {metric_name(column.score)}"


def _task(column: PublishedColumn) -> str:
    return column.task[:1].upper() + column.task[1:]


def cell_text(cell: Cell | None) -> str:
    """Return a figure as it stands in the table; a star where it is not made as in the paper."""
    if cell is None:
        return "–"
    if cell.printed:
        return cell.printed
    mark = "* " if cell.differs else ""
    lines = [f"{mark}{_value(cell.medsbench)}"]
    if cell.strict is not None:
        lines.append(f"strict {_value(cell.strict)}")
    return "\n".join((*lines, f"n {cell.medsbench.n or 0:,}"))


def spoken(table: BoardTable, row: int, column: int) -> str:
    """Return a cell for a screen reader: whose, of what, the figure, and whether it differs."""
    whose, cell = table.rows[row], table.rows[row].cells[column]
    origin = "own" if whose.own else "paper"
    figure = "none" if cell is None else cell_text(cell).replace("\n", ", ").replace("* ", "")
    differs = ", not made as in the paper" if cell is not None and cell.differs else ""
    return f"{whose.label}, {origin}, {column_name(table.columns[column])}: {figure}{differs}"


def details(table: BoardTable, row: int, column: int, about: Sequence[str] = ()) -> str:
    """Return all that is known of one figure, in plain lines, and what holds for all of them."""
    whose, head = table.rows[row], table.columns[column]
    cell = whose.cells[column]
    lines = [f"{whose.label}: {column_name(head)}"]
    if cell is None:
        nothing = "Not run on this task yet." if whose.own else "The paper has no figure here."
        return "\n".join((*lines, nothing, *_about(about)))
    lines.append(f"Source: {cell.source}.")
    if whose.own:
        lines.append(f"By the authors' rules (medsbench): {_figure(cell.medsbench)}")
        if cell.strict is not None:
            lines.append(f"By strict rules: {_figure(cell.strict)}")
    else:
        over = f" over {count(head.n, 'item')}" if head.n else ""
        figure = f"{cell.printed}{over}{_around(cell.medsbench)}"
        lines.append(f"Published, by the authors' rules: {figure}")
        lines.append(f"Worked cases in the prompt: {head.shots or 'none'}.")
    for kind, title in _HEADS.items():
        told = [caveat.text for caveat in cell.caveats if caveat.kind == kind]
        if told:
            lines.extend(("", title, *(f"• {text}" for text in told)))
    signatures = [s for f in (cell.medsbench, cell.strict) if f is not None and (s := f.signature)]
    if signatures:
        lines.extend(("", "How it is made:", *signatures))
    return "\n".join((*lines, *_about(about)))


def _about(notes: Sequence[str]) -> tuple[str, ...]:
    return ("", "Of all these figures:", *(f"• {note}" for note in notes)) if notes else ()


def _figure(figure: Measured) -> str:
    if figure.value is None:
        return f"no figure, because {figure.reason}; {count(figure.unscored, 'item')} without score"
    unscored = f", {figure.unscored:,} more without a score" if figure.unscored else ""
    return f"{figure.value:.2f} over {count(figure.n or 0, 'item')}{unscored}{_around(figure)}"


def _around(figure: Measured) -> str:
    if figure.ci95 is None:
        return f" ({figure.reason})." if figure.reason else "."
    low, high = figure.ci95
    made = _INTERVALS[figure.interval.partition("|")[0]]
    whose = (
        ", computed here from the published value and n" if "published" in figure.interval else ""
    )
    return f", 95 % interval {low:.1f} to {high:.1f} ({made}{whose})."


def notes(category: str, *, own: bool, anywhere: bool) -> str:
    """Return what stands above the table about own rows."""
    if own:
        return "▶ marks own rows, * a figure that is not made as the paper made its own."
    if anywhere:
        return f"No own run has a task of the category {category} yet."
    return (
        "No own run is here yet; these are the published figures. Evaluate a model on MedS-Bench "
        "task files on the page Evaluate, or with 'medsdesk eval', and it stands here beside them."
    )


def _value(figure: Measured) -> str:
    return "none" if figure.value is None else f"{figure.value:.2f}"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
