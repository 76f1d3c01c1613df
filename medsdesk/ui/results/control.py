"""Between the page Results and the services: what is read when, and on which thread."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.results.item_panel import ItemPair
from medsdesk.ui.results.items_model import RowPair

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.errors import UserFacingError
    from medsdesk.services.browse_items import Chosen, ItemIndex, Order
    from medsdesk.services.compare_runs import RunComparison
    from medsdesk.services.item_kinds import Kind
    from medsdesk.services.item_prompt import ItemPrompt
    from medsdesk.store.items import RunChoice
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Filter:
    """What the user asked to see."""

    kind: Kind | None = None
    task_id: str | None = None
    words: str = ""
    order: Order = "run"


@dataclass(frozen=True, slots=True)
class Listing:
    """The runs there are, and the titles of their tasks."""

    runs: tuple[RunChoice, ...]
    titles: dict[str, str]


class ResultsControl(QObject):
    """Reads runs, items, prompts and comparisons for the page.

    What a newer wish has overtaken is stopped, or dropped when it comes.

    Attributes:
        run: Id of the run shown.
        second: Id of the run beside it, once its items are known.

    Signals:
        listed: A ``Listing``.
        chosen: The ``Chosen`` items of the last filter.
        page_read: Number of a request of the table and its ``RowPair`` rows.
        page_lost: Number of a request that could not be met.
        item_read: An ``ItemPair``.
        prompt_read: An ``ItemPrompt``.
        paired: That the second run's items are known, and how many there are in both.
        compared: A ``RunComparison``.
        busy: What is being done in words; empty when nothing is.
        refused: A UserFacingError.
    """

    listed = Signal(object)
    chosen = Signal(object)
    page_read = Signal(int, object)
    page_lost = Signal(int)
    item_read = Signal(object)
    prompt_read = Signal(object)
    paired = Signal(int)
    compared = Signal(object)
    busy = Signal(str)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.run: str | None = None
        self.second: str | None = None
        self._partners: array[int] = array("i")
        self._index: ItemIndex | None = None
        self._filter = Filter()
        self._found: tuple[str, Sequence[int] | None] = ("", None)
        self._tokens: dict[str, CancelToken] = {}
        self._item: int | None = None
        self._reading_item = False

    def list_runs(self) -> None:
        """Ask for the runs there are."""

        def work(ws: Workspace) -> Listing:
            from medsdesk.services.browse_items import runs_to_browse
            from medsdesk.tasks.registry import all_tasks

            return Listing(runs_to_browse(ws), {task.id: task.title for task in all_tasks()})

        self._desk.browse.submit(work, self.listed.emit, self.refused.emit)

    def open_run(self, run_id: str | None) -> None:
        """Read what the items of a run are sorted out by."""
        self._forget_second()
        self.run, self._index, self._found = run_id, None, ("", None)
        self._stop("index", "filter")
        if run_id is None:
            return
        token = self._begin("index")
        self.busy.emit("Sorting out the items …")

        def work(ws: Workspace) -> ItemIndex:
            from medsdesk.services.browse_items import build_index

            return build_index(ws, run_id, token, self._progress("Sorting out the items", token))

        self._submit("index", token, work, self._take_index)

    def apply(self, wanted: Filter) -> None:
        """Find the items wanted; once the index is there, if it is not yet."""
        self._filter = wanted
        index = self._index
        if index is None:
            return
        token = self._begin("filter")
        words, found = self._found
        if wanted.words.split() and wanted.words != words:
            self.busy.emit("Searching …")

        def work(ws: Workspace) -> tuple[Sequence[int] | None, Chosen]:
            from medsdesk.services import browse_items

            hits = found
            if wanted.words != words:
                tell = self._progress("Searching", token)
                hits = browse_items.search(ws, index, wanted.words, token, tell)
            asked = browse_items.Wanted(wanted.kind, wanted.task_id, hits, wanted.order)
            return hits, browse_items.choose(index, asked)

        self._submit("filter", token, work, partial(self._take_chosen, wanted.words))

    def compare_with(self, run_id: str | None) -> None:
        """Put a second run beside the first, and test in pairs whether they differ."""
        self._forget_second()
        first = self.run
        if run_id is None or first is None:
            return
        token = self._begin("compare")
        self.busy.emit("Finding the items of both runs …")

        def work(ws: Workspace) -> array[int]:
            from medsdesk.services.compare_runs import partners

            return partners(ws, first, run_id)

        self._submit("compare", token, work, partial(self._take_partners, run_id))

    def read_page(self, request: int, positions: Sequence[int]) -> None:
        """Read the rows of a page of the table; they come back under the request's number."""
        run, second = self.run, self.second
        if run is None:
            return
        theirs = [self._partners[p] for p in positions] if second is not None else []

        def work(ws: Workspace) -> list[RowPair]:
            from medsdesk.services.browse_items import page

            rows = page(ws, run, positions)
            others = {}
            if second is not None:
                wanted = [place for place in theirs if place >= 0]
                others = {row.position: row for row in page(ws, second, wanted)}
            partner = dict(zip(positions, theirs, strict=False))
            return [RowPair(row, others.get(partner.get(row.position, -1))) for row in rows]

        def lost(error: UserFacingError) -> None:
            self.page_lost.emit(request)
            self.refused.emit(error)

        self._desk.short.submit(work, partial(self.page_read.emit, request), lost)

    def read_item(self, position: int | None) -> None:
        """Read an item in full; while one is being read, only the latest wish is kept."""
        self._item = position
        run, second = self.run, self.second
        if position is None or run is None or self._reading_item:
            return
        theirs = self._partners[position] if second is not None else -1
        self._reading_item = True

        def work(ws: Workspace) -> ItemPair | None:
            return _read_pair(ws, (run, position), (second, theirs))

        self._desk.short.submit(
            work, partial(self._take_item, position), partial(self._no_item, position)
        )

    def read_prompt(self, position: int) -> None:
        """Make the prompt of an item again."""
        run = self.run
        if run is None:
            return

        def work(ws: Workspace) -> ItemPrompt:
            from medsdesk.services.item_prompt import prompt_of

            return prompt_of(ws, run, position)

        self._desk.browse.submit(work, self.prompt_read.emit, self.refused.emit)

    def _take_index(self, index: ItemIndex) -> None:
        self._index = index
        self.apply(self._filter)

    def _take_chosen(self, words: str, told: tuple[Sequence[int] | None, Chosen]) -> None:
        found, chosen = told
        self._found = (words, found)
        self.chosen.emit(chosen)

    def _take_partners(self, run_id: str, partners: array[int]) -> None:
        first = self.run
        if first is None:
            return
        self.second, self._partners = run_id, partners
        self.paired.emit(sum(1 for place in partners if place >= 0))
        token = self._begin("compare")
        self.busy.emit("Testing the differences …")

        def work(ws: Workspace) -> RunComparison:
            from medsdesk.services.compare_runs import compare_runs

            return compare_runs(ws, first, run_id, token)

        self._submit("compare", token, work, self.compared.emit)

    def _take_item(self, position: int, pair: ItemPair | None) -> None:
        self._reading_item = False
        if self._item != position:
            self.read_item(self._item)
        elif pair is not None:
            self.item_read.emit(pair)

    def _no_item(self, position: int, error: UserFacingError) -> None:
        self._reading_item = False
        self.refused.emit(error)
        if self._item != position:
            self.read_item(self._item)

    def _forget_second(self) -> None:
        self._stop("compare")
        self.second, self._partners = None, array("i")

    def _begin(self, what: str) -> CancelToken:
        self._stop(what)
        token = self._tokens[what] = self._desk.new_token()
        return token

    def _stop(self, *names: str) -> None:
        for name in names:
            token = self._tokens.pop(name, None)
            if token is not None:
                token.cancel()
                self._desk.drop_token(token)

    def _progress(self, what: str, token: CancelToken) -> Callable[[int, int], None]:
        """Return a listener for the job thread: a signal takes its words to this one."""

        def tell(done: int, of: int) -> None:
            if done < of and not token.cancelled:
                self.busy.emit(f"{what}: {done:,} of {of:,} …")

        return tell

    def _submit(
        self,
        what: str,
        token: CancelToken,
        work: Callable[[Workspace], _T],
        done: Callable[[_T], None],
    ) -> None:
        """Do a job whose result is dropped if another of its kind was begun meanwhile."""

        def current() -> bool:
            if self._tokens.get(what) is not token:
                return False
            self._stop(what)
            self.busy.emit("")
            return True

        def finished(result: _T) -> None:
            if current():
                done(result)

        def failed(error: UserFacingError) -> None:
            if current():
                self.refused.emit(error)

        self._desk.browse.submit(work, finished, failed)


def _read_pair(
    ws: Workspace, own: tuple[str, int], other: tuple[str | None, int]
) -> ItemPair | None:
    """Return an item, with the second run's and where the answers differ; on a job thread."""
    from medsdesk.services.browse_items import open_item
    from medsdesk.services.word_diff import diff

    first = open_item(ws, *own)
    if first is None:
        return None
    run, place = other
    second = open_item(ws, run, place) if run is not None and place >= 0 else None
    if second is None or first.answer is None or second.answer is None:
        return ItemPair(first, second)
    texts = (row.output.completion.text for row in (first.answer, second.answer))
    return ItemPair(first, second, diff(*texts))
