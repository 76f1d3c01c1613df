"""The page Results: every item of any run, and two runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medsdesk.core.errors import UserFacingError
from medsdesk.ui.results.columns import Columns, card
from medsdesk.ui.results.comparison import ComparisonBar
from medsdesk.ui.results.control import Filter, ResultsControl
from medsdesk.ui.results.filter_bar import FilterBar
from medsdesk.ui.results.item_panel import ItemPair, ItemPanel
from medsdesk.ui.results.items_table import ItemsTable
from medsdesk.ui.theme import SMALL
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.services.browse_items import Chosen
    from medsdesk.services.compare_runs import RunComparison
    from medsdesk.services.item_prompt import ItemPrompt
    from medsdesk.store.items import RunChoice
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.results.control import Listing
    from medsdesk.ui.workbench.preview_dialog import PreviewDialog

_LOOKED_THROUGH = 5_000  # rows; in more, the item shown before is not looked for
_NO_RUN = "Nothing has been run yet. Run a text in the Workbench, or task files under Evaluate."
_NO_ITEM = "No item matches. Choose All, or search for other words."


class ResultsPage(QWidget):
    """The items of any run: browse, filter, compare two runs.

    Args:
        desk: Job threads and engine.
        preferences: The settings.

    Signals:
        opened: An ``AnswerRow`` to open in the Workbench.
        refused: A UserFacingError to show.
    """

    opened = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("page")
        self._preferences = preferences
        self.filters = FilterBar()
        self.comparison = ComparisonBar()
        self.table = ItemsTable()
        self.item = ItemPanel()
        self.control = ResultsControl(desk, self)
        self.preview: PreviewDialog | None = None
        self._runs: dict[str, RunChoice] = {}
        self._titles: dict[str, str] = {}
        self._asked: tuple[str, str | None] | None = None
        self._build()
        self._connect()

    def _build(self) -> None:
        self.columns = Columns(self.table, self.item)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.setSpacing(SMALL)
        layout.addWidget(card(self.filters))
        layout.addWidget(self.comparison)
        layout.addWidget(self.columns, 1)

    def _connect(self) -> None:
        control, filters = self.control, self.filters
        control.listed.connect(self._show_runs)
        control.chosen.connect(self._show_items)
        control.page_read.connect(self.table.items.take_page)
        control.page_lost.connect(self.table.items.lose_page)
        control.item_read.connect(self._show_item)
        control.prompt_read.connect(self._show_prompt)
        control.paired.connect(self._paired)
        control.compared.connect(self._compared)
        control.busy.connect(self._tell_busy)
        control.refused.connect(self.refused)
        filters.run_chosen.connect(self._open)
        filters.second_chosen.connect(self._compare)
        filters.changed.connect(self._apply)
        self.table.items.page_wanted.connect(control.read_page)
        self.table.item_chosen.connect(self._read_item)
        self.item.prompt_wanted.connect(self._ask_prompt)
        self.item.rate_wanted.connect(self.opened)
        slash = QShortcut(QKeySequence("/"), self)
        slash.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        slash.activated.connect(self.go_search)

    def refresh(self) -> None:
        """Show what is stored now; called whenever the page is shown."""
        self.control.list_runs()

    def show_run(self, run_id: str, filter: str | None = None) -> None:
        """Show the items of a run.

        Args:
            run_id: The run.
            filter: Only items of a kind, by its name on the command line, such as ``wrong``
                or ``disagree``; None for all.
        """
        self._asked = (run_id, filter)
        self.control.list_runs()

    def go_search(self) -> None:
        """Put the keyboard into the search field."""
        self.filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.search.selectAll()

    def _show_runs(self, listing: Listing) -> None:
        before = self._runs
        self._runs = {run.id: run for run in listing.runs}
        self._titles = listing.titles
        shown = self.control.run
        asked, kind = self._asked or (None, None)
        self._asked = None
        self.filters.show_runs(listing.runs, asked or shown)
        if not listing.runs:
            self.item.show_item(None, "", _NO_RUN)
            self.filters.state.setText(_NO_RUN)
            return
        wanted = asked or shown or listing.runs[0].id
        if asked is not None or wanted != shown or before.get(wanted) != self._runs.get(wanted):
            self._open(wanted)
        if asked is not None:
            from medsdesk.services.item_kinds import FILTERS

            self.filters.choose_kind(FILTERS.get(kind) if kind is not None else None)

    def _open(self, run_id: str) -> None:
        """Show a run: all its rows at once, sorted out as soon as they are read."""
        run = self._runs.get(run_id)
        self.comparison.clear()
        self.item.show_item(None, "", "")
        self.filters.show_run(run_id, self._titles)
        self.filters.show_counts(None)
        self.control.open_run(run_id)
        self.control.apply(self.filters.filter)
        self._fill(range(run.items if run is not None else 0))

    def _apply(self, wanted: Filter) -> None:
        self.comparison.show_task(wanted.task_id)
        self.control.apply(wanted)

    def _show_items(self, chosen: Chosen) -> None:
        self.filters.show_counts(chosen)
        self._fill(chosen.positions)

    def _fill(self, positions: Sequence[int]) -> None:
        """Show items in the table; the one that was shown stays, if it is among them."""
        kept = self.item.shown.first.row.position if self.item.shown is not None else None
        paired = self.control.second is not None
        self.table.items.show_items(positions, self._titles, paired=paired)
        self.table.fit()
        self.filters.state.setText(count(len(positions), "item"))
        if not len(positions):
            self.item.show_item(None, "", _NO_ITEM)
            self.control.read_item(None)
            return
        row = 0
        if kept is not None and len(positions) < _LOOKED_THROUGH and kept in positions:
            row = positions.index(kept)
        self.table.selectRow(row)

    def _read_item(self, row: int) -> None:
        if 0 <= row < len(self.table.items.positions):
            self.control.read_item(self.table.items.positions[row])

    def _show_item(self, pair: ItemPair) -> None:
        task = pair.first.row.task_id
        self.item.show_item(pair, self._titles.get(task, task))

    def _ask_prompt(self) -> None:
        if self.item.shown is not None:
            self.control.read_prompt(self.item.shown.first.row.position)

    def _show_prompt(self, found: ItemPrompt) -> None:
        shown = self.item.shown
        if found.input is not None and shown is not None and shown.first.answer is None:
            self.item.show_source(found.input, found.references)
        if found.prompt is None:
            self.refused.emit(UserFacingError(found.note, ""))
            return
        from medsdesk.ui.workbench.preview_dialog import PreviewDialog

        self.preview = PreviewDialog(found.prompt, self, found.note)
        self.preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.preview.show()

    def _compare(self, run_id: str | None) -> None:
        self.comparison.clear()
        self.control.compare_with(run_id)
        if run_id is None:
            self._fill(self.table.items.positions)

    def _paired(self, pairs: int) -> None:
        self.comparison.wait(pairs)
        self._fill(self.table.items.positions)

    def _compared(self, found: RunComparison) -> None:
        self.comparison.show_comparison(found, self._titles)
        self.comparison.show_task(self.filters.filter.task_id)

    def _tell_busy(self, words: str) -> None:
        shown = count(len(self.table.items.positions), "item")
        self.filters.state.setText(words or shown)
