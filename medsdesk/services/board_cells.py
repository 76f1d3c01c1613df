"""Own figures as cells: of one task, of several that the paper averages, of a category."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from medsdesk.metrics.intervals import NORMAL, of_mean
from medsdesk.services.board import Caveat, Cell, Measured
from medsdesk.services.caveats import caveats_of, merged
from medsdesk.services.own_figures import STRICT

if TYPE_CHECKING:
    from medsdesk.services.own_figures import OwnTask
    from medsdesk.tasks.published_results import PublishedColumn

_NO_INTERVAL = "an interval of a mean of such figures is not computed"


def own_cell(tasks: Mapping[str, OwnTask], column: PublishedColumn) -> Cell | None:
    """Return the own figures of a column; None where none of its tasks was run."""
    name = f"medsbench.{column.score}"
    found = [t for task_id in column.items if (t := tasks.get(task_id)) and name in t.measured]
    if not found:
        return None
    caveats = list(merged([(own.counts.task_id, caveats_of(own, column)) for own in found]))
    partial = len(found) < len(column.items)
    if partial:
        part = f"{len(found)} of the {len(column.items)} tasks that the paper averages here"
        caveats.insert(0, Caveat("differs", f"The mean of {part}."))
    strict = [t.measured.get(f"strict.{STRICT[column.score]}") for t in found]
    return _cell(
        mean_of([own.measured[name] for own in found]),
        [figure for figure in strict if figure is not None],
        tuple(dict.fromkeys(own.spec.id for own in found)),
        caveats,
        partial=partial,
    )


def average_cell(
    cells: Sequence[Cell | None], columns: Sequence[PublishedColumn], average: PublishedColumn
) -> Cell | None:
    """Return the plain mean over the columns of the average's metric that have an own figure.

    The caveats say over which part, and what the published models have over the same part.
    """
    parts = parts_of(average, columns)
    pairs = [
        (column, cell)
        for column, cell in zip(columns, cells, strict=True)
        if column in parts and cell is not None and cell.medsbench.value is not None
    ]
    if not pairs:
        return None
    caveats = [Caveat("note", _same_part([column for column, _ in pairs]))]
    if len(pairs) < len(parts):
        names = ", ".join(column.task for column, _ in pairs)
        text = f"The mean of {len(pairs)} of the {len(parts)} columns: {names}."
        caveats.insert(0, Caveat("differs", text))
    runs = tuple(dict.fromkeys(run for _, cell in pairs for run in cell.runs))
    if len(runs) > 1:
        caveats.append(Caveat("note", f"Figures of {len(runs)} runs are put together."))
    caveats.extend(merged([(column.task, cell.caveats) for column, cell in pairs]))
    return _cell(
        mean_of([cell.medsbench for _, cell in pairs]),
        [cell.strict for _, cell in pairs if cell.strict is not None],
        runs,
        caveats,
        partial=len(pairs) < len(parts),
    )


def parts_of(
    average: PublishedColumn, columns: Sequence[PublishedColumn]
) -> tuple[PublishedColumn, ...]:
    """Return the columns that an average is made of."""
    return tuple(c for c in columns if c.score == average.score and not c.is_average)


def mean_of(figures: Sequence[Measured]) -> Measured:
    """Return the plain mean of figures over different items; a single one stays what it is."""
    if len(figures) == 1:
        return figures[0]
    values = [figure.value for figure in figures if figure.value is not None]
    stderrs = [figure.stderr for figure in figures if figure.stderr is not None]
    value = statistics.fmean(values) if len(values) == len(figures) else None
    whole = value is not None and len(stderrs) == len(figures)
    reason = None if whole else _NO_INTERVAL
    return Measured(
        value=value,
        n=sum(figure.n or 0 for figure in figures),
        unscored=sum(figure.unscored for figure in figures),
        ci95=of_mean(value, stderrs) if whole and value is not None else None,
        interval=NORMAL if whole else "",
        signature="; ".join(dict.fromkeys(f.signature for f in figures if f.signature)),
        reason=reason if value is not None else "one of the figures has no value",
        stderr=math.hypot(*stderrs) / len(stderrs) if whole else None,
    )


def _cell(
    medsbench: Measured,
    strict: Sequence[Measured],
    runs: tuple[str, ...],
    caveats: Sequence[Caveat],
    *,
    partial: bool,
) -> Cell:
    return Cell(
        medsbench=medsbench,
        strict=mean_of(strict) if strict else None,
        printed="",
        source=f"Own run{'s' * (len(runs) > 1)} {', '.join(run[:8] for run in runs)}",
        runs=runs,
        caveats=tuple(dict.fromkeys(caveats)),
        partial=partial,
    )


def _same_part(shared: Sequence[PublishedColumn]) -> str:
    """Return what the published models have over the same columns, in a sentence."""
    models = dict.fromkeys(model for column in shared for model in column.values)
    means = []
    for model in models:
        values = [value for c in shared if (value := c.value(model)) is not None]
        if len(values) == len(shared):
            means.append(f"{model} {statistics.fmean(values):.2f}")
    return f"Plain means of the published models over the same columns: {', '.join(means)}."
