"""Put own evaluations beside the published numbers of one version of the paper."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.metrics.intervals import WILSON, wilson
from medsdesk.services.board import MODEL, Board, BoardTable, Caveat, Cell, Measured, Row
from medsdesk.services.board_cells import average_cell, own_cell, parts_of
from medsdesk.services.caveats import whole_file
from medsdesk.services.own_figures import OwnFigures
from medsdesk.tasks.published_results import VERSIONS, paper_version
from medsdesk.tasks.registry import find_task

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.evaluated_tasks import EvaluatedTask
    from medsdesk.store.workspace import Workspace
    from medsdesk.tasks.published_results import PaperVersion, PublishedColumn

Runs = Literal["latest", "all"]
RUNS: tuple[Runs, ...] = ("latest", "all")

COMPUTED = f"{WILSON}|from the published value and n"
_ROUNDED = 0.02  # points by which two roundings may part a mean from its parts
_AUTHORS = (
    "Published figures follow the authors' rules (medsbench); strict figures of own runs have no "
    "published counterpart."
)
_NAMES = (
    "The paper names ROUGE-1 what its scripts compute as ROUGE-L; its BLEU is BLEU-1, sentence by "
    "sentence. The strict figures beside them are ROUGE-L and BLEU-4, made in other ways."
)
_INTERVALS = (
    "The paper gives no intervals. Those of its accuracies are computed here from the published "
    "value and the number of items."
)
_CATEGORIES = (
    "The paper speaks of 11 categories and names 12: Explanation and Rationale stand apart here."
)
_ALIASES = {
    "mcqa": "multi-choice qa",
    "ner": "named entity recognition",
    "nli": "natural language inference",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the leaderboard.

    Attributes:
        version: ``arxiv-v1`` or ``npj-2025``.
        category: A category as the registry or the paper names it; None for all.
        task: Id or name of a task; None for all.
        runs: ``latest`` for one row per model, each cell from the latest run that went through
            the whole task file, else from the one with the most answers; ``all`` for one row
            per run.
    """

    version: str = VERSIONS[0]
    category: str | None = None
    task: str | None = None
    runs: Runs = "latest"


def leaderboard(
    ws: Workspace,
    wanted: Wanted,
    figures: OwnFigures | None = None,
    cancel: CancelToken | None = None,
) -> Board:
    """Return published and own figures side by side.

    Args:
        ws: The workspace.
        wanted: Which part.
        figures: Keeps what was made before; a new one where left out.
        cancel: Set by whoever does not wait for it any more.

    Raises:
        UserFacingError: There is no such version, category or task.
        CancelledError: Somebody asked to stop; what was made is kept in ``figures``.
    """
    figures = figures or OwnFigures()
    paper = paper_version(wanted.version)
    columns = _columns(paper, wanted)
    evaluated = figures.tasks(ws)
    groups = _groups(ws, figures, evaluated, wanted.runs)
    mapped = {task_id for column in paper.columns for task_id in column.items}
    tables = []
    for category in dict.fromkeys(column.category for column in columns):
        shown = tuple(column for column in columns if column.category == category)
        own = (_own_row(ws, figures, group, shown) for group in _until(groups, cancel))
        rows = (*(row for row in own if row is not None), *_published_rows(shown, paper))
        tables.append(BoardTable(category, shown, rows))
    return Board(
        version=paper.version,
        title=paper.title,
        source=paper.source,
        notes=(_AUTHORS, _NAMES, _INTERVALS, paper.items_note, _CATEGORIES),
        tables=tuple(tables),
        left_out=tuple(dict.fromkeys(t.task_id for t in evaluated if t.task_id not in mapped)),
        categories=paper.categories(),
        evaluations=len({task.run_id for task in evaluated}),
    )


def _until(groups: Iterable[_Group], cancel: CancelToken | None) -> Iterator[_Group]:
    """Yield until somebody asks to stop."""
    for group in groups:
        if cancel is not None and cancel.cancelled:
            raise CancelledError
        yield group


def sorted_board(board: Board, column: str | None, protocol: str = "medsbench") -> Board:
    """Return a board with the best first, by a column or ``model``, or each table's own order.

    Raises:
        UserFacingError: No table has the column.
    """
    if column is None or column.strip().casefold() == MODEL:
        return replace(board, tables=tuple(t.sorted(column, protocol) for t in board.tables))
    if all(table.column(column) is None for table in board.tables):
        keys = dict.fromkeys(c.key for table in board.tables for c in table.columns)
        raise UserFacingError(
            f"There is no column '{column[:60]}' to sort by.",
            f"Choose {MODEL} or one of: {', '.join(keys)}.",
        )
    tables = (
        table.sorted(None if table.column(column) is None else column, protocol)
        for table in board.tables
    )
    return replace(board, tables=tuple(tables))


def category_named(paper: PaperVersion, name: str) -> str:
    """Return the registry's category by its own name, the paper's, or a common short form.

    Raises:
        UserFacingError: There is no such category.
    """
    wanted = name.strip().casefold()
    wanted = _ALIASES.get(wanted, wanted)
    for column in paper.columns:
        if wanted in (column.category.casefold(), column.printed_category.casefold()):
            return column.category
    raise UserFacingError(
        f"There is no category '{name[:60]}' in the paper's tables.",
        f"Choose one of: {', '.join(paper.categories())}.",
    )


def _columns(paper: PaperVersion, wanted: Wanted) -> tuple[PublishedColumn, ...]:
    columns = paper.columns
    if wanted.category is not None:
        columns = paper.of_category(category_named(paper, wanted.category))
    if wanted.task is None:
        return columns
    task = find_task(wanted.task)
    found = tuple(column for column in columns if task.id in column.items)
    if not found:
        where = "the paper's tables" if wanted.category is None else f"'{wanted.category}'"
        raise UserFacingError(
            f"The task {task.id} ({task.title}) is not in {where}.",
            "Leave the category out, or choose an evaluation task of MedS-Bench.",
        )
    return found


# --- own rows ---

_Group = Mapping[str, "EvaluatedTask"]


def _groups(
    ws: Workspace, figures: OwnFigures, evaluated: Sequence[EvaluatedTask], which: Runs
) -> tuple[_Group, ...]:
    """Return what stands in each own row by task, the latest run or model first."""
    rows: dict[str, dict[str, list[EvaluatedTask]]] = defaultdict(lambda: defaultdict(list))
    last: dict[str, int] = {}
    for place, task in enumerate(evaluated):
        key = task.run_id if which == "all" else task.model_sha256 or task.model_name
        rows[key][task.task_id].append(task)
        last[key] = place

    def best(found: Sequence[EvaluatedTask]) -> EvaluatedTask:
        if len(found) == 1:
            return found[0]
        ranks = []
        for place, task in enumerate(found):
            whole = not task.waiting and whole_file(figures.files(ws, task))
            # A short trial must not take the place of a longer one; whole files are all equal.
            ranks.append((whole, 0 if whole else task.done, place))
        return found[max(ranks)[2]]

    return tuple(
        {task_id: best(found) for task_id, found in rows[key].items()}
        for key in sorted(rows, key=lambda key: -last[key])
    )


def _own_row(
    ws: Workspace, figures: OwnFigures, group: _Group, columns: Sequence[PublishedColumn]
) -> Row | None:
    wanted = {task_id for column in columns for task_id in column.items}
    tasks = {t: figures.of(ws, counts) for t, counts in group.items() if t in wanted}
    cells = [None if column.is_average else own_cell(tasks, column) for column in columns]
    if not any(cells):
        return None
    for place, column in enumerate(columns):
        if column.is_average:
            cells[place] = average_cell(cells, columns, column)
    counts = [task.counts for task in tasks.values()]
    latest = max(counts, key=lambda task: (task.created_at, task.run_id))
    began = {task.run_id: task.created_at for task in counts}
    return Row(
        name=latest.model_name,
        own=True,
        quantisation=latest.model_quantisation,
        runs=tuple(sorted(began, key=lambda run: (began[run], run))),
        cells=tuple(cells),
    )


# --- published rows ---


def _published_rows(columns: Sequence[PublishedColumn], paper: PaperVersion) -> tuple[Row, ...]:
    models = dict.fromkeys(model for column in columns for model in column.values)
    return tuple(
        Row(
            name=model,
            own=False,
            quantisation="",
            runs=(),
            cells=tuple(published_cell(column, columns, model, paper) for column in columns),
        )
        for model in models
    )


def published_cell(
    column: PublishedColumn, columns: Sequence[PublishedColumn], model: str, paper: PaperVersion
) -> Cell | None:
    """Return what the paper has for a model; None where it has nothing."""
    value = column.value(model)
    if value is None:
        return None
    right, n = column.right_answers(model), column.n
    reason = "an interval is not published"
    notes = [column.note] if column.note else []
    if right is None and n is not None and column.score == "accuracy":
        reason = "no number of right answers out of n gives this value, so n is not the model's"
        notes.append(
            f"No number of right answers out of {n:,} gives this value; the model was tried on "
            "another number of items, or the value was rounded twice."
        )
    if column.is_average:
        notes.extend(_about_average(column, columns, model))
    return Cell(
        medsbench=Measured(
            value=value,
            n=n,
            ci95=None if right is None or n is None else wilson(right, n),
            interval="" if right is None else COMPUTED,
            reason=None if right is not None else reason,
        ),
        strict=None,
        printed=column.values[model],
        source=f"{paper.title}, Table {column.table}",
        caveats=tuple(Caveat("note", note) for note in notes),
    )


def _about_average(
    column: PublishedColumn, columns: Sequence[PublishedColumn], model: str
) -> list[str]:
    """Return a sentence where the paper's average is not the plain mean of what it shows."""
    found = (part.value(model) for part in parts_of(column, columns))
    values = [value for value in found if value is not None]
    average = column.value(model)
    if average is None or not values:
        return []
    mean = statistics.fmean(values)
    decimals = len(column.values[model].partition(".")[2])
    if abs(mean - average) <= max(_ROUNDED, 10.0**-decimals):
        return []
    return [f"As printed; the plain mean of the {len(values)} values beside it is {mean:.2f}."]
