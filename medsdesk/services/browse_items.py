"""Look through the items of a run: sort them out, search them, read a page, open one."""

from __future__ import annotations

import logging
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from medsdesk.core.errors import CancelledError
from medsdesk.metrics.judgement import LEADING
from medsdesk.services.item_kinds import FILTERS, Kind, ScoreMark, kinds_of, leading
from medsdesk.store import items

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.items import ItemRow, RunChoice
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

Order = Literal["run", "lowest", "highest"]

CHUNK = 5_000
"""Items read at a time; between two chunks a search can be stopped."""

OnProgress = Callable[[int, int], None]

_UNSCORED = float("nan")


def _nobody(_: int, __: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class ItemIndex:
    """What every item of a run is sorted out by: 8 bytes for each, however long its texts are.

    Attributes:
        run_id: The run.
        kinds: Sum of the kinds of each item, by position.
        scores: The strict protocol's leading score of each; not a number where there is none.
        tasks: The run's tasks, in the order they occur.
        task_numbers: Place of each item's task in ``tasks``.
    """

    run_id: str
    kinds: array[int]
    scores: array[float]
    tasks: tuple[str, ...]
    task_numbers: array[int]

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.kinds)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items are to be shown, and in which order.

    Attributes:
        kind: Only these; None for all.
        task_id: Only this task's; None for all.
        found: Only these positions, as a search found them; None for no search.
        order: The run's own, or by the strict score; items without a score come last.
    """

    kind: Kind | None = None
    task_id: str | None = None
    found: Sequence[int] | None = None
    order: Order = "run"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The items to show.

    Attributes:
        positions: Their places in the run, in the order to show.
        counts: Of each kind, how many items there are in the task and search wanted.
        all: How many items there are in them of any kind.
    """

    positions: Sequence[int]
    counts: Mapping[Kind, int] = field(default_factory=dict)
    all: int = 0


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """One item with all that is stored of it.

    Attributes:
        row: Its place, state and the beginnings of its texts.
        kinds: What it is.
        answer: The answer with text, references, scores and ratings; None without one.
    """

    row: ItemRow
    kinds: Kind
    answer: AnswerRow | None


def runs_to_browse(ws: Workspace, limit: int = 500) -> tuple[RunChoice, ...]:
    """Return the latest runs that have items, newest first."""
    return items.list_choices(ws, limit)


def build_index(
    ws: Workspace, run_id: str, cancel: CancelToken, on_progress: OnProgress = _nobody
) -> ItemIndex:
    """Read what every item of a run is sorted out by.

    Args:
        ws: The workspace.
        run_id: The run's id.
        cancel: Stops between two chunks.
        on_progress: Told how many items are through, and of how many.

    Raises:
        CancelledError: Stopped.
    """
    began = time.monotonic()
    kinds, scores, numbers = array("H"), array("f"), array("H")
    tasks: dict[str, int] = {}
    count = items.count_of(ws, run_id)
    for first, last in _chunks(count, cancel):
        for mark, marked in _grouped(items.marks(ws, run_id, LEADING, first, last)):
            _, task_id, state, end, cut, *_ = mark
            kinds.append(kinds_of(state, end, cut, marked))
            own = leading(marked)
            scores.append(_UNSCORED if own is None or own[2] is None else own[2])
            numbers.append(tasks.setdefault(task_id, len(tasks)))
        on_progress(last, count)
    log.info("index of run %s: %d items, %.2f s", run_id, len(kinds), time.monotonic() - began)
    return ItemIndex(run_id, kinds, scores, tuple(tasks), numbers)


def search(
    ws: Workspace,
    index: ItemIndex,
    words: str,
    cancel: CancelToken,
    on_progress: OnProgress = _nobody,
) -> Sequence[int] | None:
    """Return the positions of the items that hold every word; None where no word is given.

    Raises:
        CancelledError: Stopped.
    """
    wanted = words.split()
    if not wanted:
        return None
    found = array("I")
    for first, last in _chunks(len(index), cancel):
        found.extend(items.find_words(ws, index.run_id, wanted, first, last))
        on_progress(last, len(index))
    return found


def choose(index: ItemIndex, wanted: Wanted) -> Chosen:
    """Return the items wanted in the order wanted, and how many there are of each kind."""
    import numpy as np

    kinds = np.frombuffer(index.kinds, dtype=np.uint16)
    inside = np.ones(len(index), dtype=bool)
    if wanted.task_id is not None:
        if wanted.task_id not in index.tasks:
            return Chosen(array("I"))
        inside = np.frombuffer(index.task_numbers, dtype=np.uint16) == index.tasks.index(
            wanted.task_id
        )
    if wanted.found is not None:
        hit = np.zeros(len(index), dtype=bool)
        hit[np.asarray(wanted.found, dtype=np.int64)] = True
        inside = inside & hit
    counts = {kind: int(np.count_nonzero(kinds[inside] & kind)) for kind in FILTERS.values()}
    shown = inside if wanted.kind is None else inside & ((kinds & int(wanted.kind)) != 0)
    positions = np.flatnonzero(shown)
    if wanted.order != "run":
        own = np.frombuffer(index.scores, dtype=np.float32)[positions]
        # Not-a-numbers sort last, either way.
        keys = own if wanted.order == "lowest" else -own
        positions = positions[np.argsort(keys, kind="stable")]
    return Chosen(
        array("I", positions.astype(np.uint32).tobytes()), counts, int(np.count_nonzero(inside))
    )


def page(
    ws: Workspace, run_id: str, positions: Sequence[int], shown: int = items.SHOWN_CHARS
) -> tuple[ItemRow, ...]:
    """Return items with the beginnings of their texts, in the order asked for."""
    return items.read_rows(ws, run_id, positions, shown)


def open_item(ws: Workspace, run_id: str, position: int) -> ItemDetail | None:
    """Return one item with all that is stored of it; None where there is no such item."""
    with ws.reading():
        rows = items.read_rows(ws, run_id, [position])
        if not rows:
            return None
        (row,) = rows
        answer = None if row.output_id is None else items.answer_row(ws, row.output_id)
    return ItemDetail(row, Kind(row_kinds(row)), answer)


def row_kinds(row: ItemRow) -> int:
    """Return what an item is, as the sum of its kinds."""
    marked = [(s.protocol, s.metric, s.value, s.reason) for s in row.scores]
    return kinds_of(row.state, row.finish_reason, row.cut_tokens, marked)


def _chunks(count: int, cancel: CancelToken) -> Iterator[tuple[int, int]]:
    for first in range(0, count, CHUNK):
        if cancel.cancelled:
            raise CancelledError
        yield first, min(count, first + CHUNK)


def _grouped(
    marks: Iterable[items.Mark],
) -> Iterator[tuple[items.Mark, tuple[ScoreMark, ...]]]:
    """Yield a mark of each item, and the latest of its scores."""
    for _, group in groupby(marks, key=itemgetter(0)):
        latest: dict[tuple[str, str], ScoreMark] = {}
        rows = list(group)
        for *_, protocol, metric, value, reason in rows:
            if protocol is not None and metric is not None:
                latest[protocol, metric] = (protocol, metric, value, reason)
        yield rows[0], tuple(latest.values())
