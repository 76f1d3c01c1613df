"""The items of a run as rows of a table that is filled where somebody looks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from medsdesk.ui.results.item_view import (
    PAPER,
    STRICT,
    difference,
    kinds_line,
    leading_value,
    one_line,
)

if TYPE_CHECKING:
    from medsdesk.store.items import ItemRow

Index = QModelIndex | QPersistentModelIndex

PAGE = 100
"""Rows read at a time."""

REST_MS = 40
"""How long no other page must be looked at before one is read: what is scrolled past is not."""

_KEPT = 60  # pages at hand: some megabytes, and far more than a window shows
_WAITING = 6  # pages asked for that are still wanted; older ones were scrolled past
_COMING = "…"
# Looked up once: looking an enumeration up takes longer than all the rest of a cell.
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_OWN = ("No.", "Task", "What", "Strict", "Paper", "Answer")
_BOTH = ("No.", "A", "B", "A − B", "Answer A", "Answer B", "What", "Task")


@dataclass(frozen=True, slots=True)
class RowPair:
    """One line of the table: an item, and the same item of the second run if there is one."""

    first: ItemRow
    second: ItemRow | None = None


class ItemsModel(QAbstractTableModel):
    """Knows how many items there are, and reads those that are looked at, a page at a time.

    Signals:
        page_wanted: Rows are needed: number of the request and positions of the items.
    """

    page_wanted = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.positions: Sequence[int] = ()
        self._titles: dict[str, str] = {}
        self._paired = False
        self._pages: OrderedDict[int, Sequence[RowPair]] = OrderedDict()
        self._cells: dict[int, Sequence[str]] = {}
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._asked: int | None = None  # page that is being read
        self._request = 0  # tells its rows from those of something that was shown before
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._ask)

    def show_items(self, positions: Sequence[int], titles: dict[str, str], *, paired: bool) -> None:
        """Show other items; ``paired`` says that a second run stands beside the first."""
        self.beginResetModel()
        self.positions, self._titles, self._paired = positions, titles, paired
        self._pages.clear()
        self._cells.clear()
        self._wanted.clear()
        self._asked = None
        self.endResetModel()

    def take_page(self, request: int, rows: Sequence[RowPair]) -> None:
        """Put the rows of a page in, and ask for the next one that is wanted."""
        number = self._asked
        if request != self._request or number is None:
            return  # of items that are not shown any more
        self._pages[number] = rows
        while len(self._pages) > _KEPT:
            gone, _ = self._pages.popitem(last=False)
            for row in range(gone * PAGE, (gone + 1) * PAGE):
                self._cells.pop(row, None)
        first = number * PAGE
        last = min(first + PAGE, len(self.positions)) - 1
        self.lose_page(request)
        self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def lose_page(self, request: int) -> None:
        """Go on after a page, also one that could not be read."""
        if request == self._request:
            self._asked = None
            if self._wanted:
                self._timer.start()

    def row(self, number: int) -> RowPair | None:
        """Return a row if it is at hand, and have it read if it is not."""
        page = self._pages.get(number // PAGE)
        if page is None:
            self._want(number // PAGE)
            return None
        place = number % PAGE
        return page[place] if place < len(page) else None

    def titles(self) -> Sequence[str]:
        """Return the titles of the columns."""
        return _BOTH if self._paired else _OWN

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of items."""
        return 0 if parent is not None and parent.isValid() else len(self.positions)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self.titles())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's title, or what it means as its hover text."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _ALIGNMENT and self.titles()[section] in _FIGURES:
            return _RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS.get(self.titles()[section])
        return self.titles()[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        """Return a cell's text, or an ellipsis while it is being read."""
        # A view asks for eight roles of each cell that it draws, most of which we leave to it.
        if role == _DISPLAY:
            return self._cell(index.row(), index.column())
        if role == _ALIGNMENT:
            return _RIGHT if self.titles()[index.column()] in _FIGURES else None
        if role == _ACCESSIBLE:
            return f"{self.titles()[index.column()]}: {self._cell(index.row(), index.column())}"
        return None

    def _cell(self, number: int, column: int) -> str:
        if column == 0:
            return f"{self.positions[number] + 1:,}"
        cells = self._cells.get(number)
        if cells is None:
            pair = self.row(number)
            if pair is None:
                return _COMING
            cells = self._cells[number] = self._line(pair)
        return cells[column - 1]

    def _line(self, pair: RowPair) -> Sequence[str]:
        """Return the cells of a row behind its number."""
        from medsdesk.services.browse_items import row_kinds

        first, second = pair.first, pair.second
        task = self._titles.get(first.task_id, first.task_id)
        what, own = kinds_line(row_kinds(first)), leading_value(first.scores, STRICT)
        if not self._paired:
            return task, what, own, leading_value(first.scores, PAPER), _answer(first)
        theirs = second.scores if second is not None else ()
        return (
            own,
            leading_value(theirs, STRICT),
            difference(first.scores, theirs),
            _answer(first),
            _answer(second),
            what,
            task,
        )

    def _want(self, page: int) -> None:
        if page == self._asked:
            return
        if page not in self._wanted:
            self._timer.start()  # anew, while the list is being scrolled
        self._wanted[page] = None
        self._wanted.move_to_end(page)
        while len(self._wanted) > _WAITING:
            self._wanted.popitem(last=False)

    def _ask(self) -> None:
        """Ask for the page that was looked at last; one at a time, so that none are piled up."""
        while self._wanted and self._asked is None:
            page, _ = self._wanted.popitem()
            if page in self._pages:
                continue
            self._asked = page
            self._request += 1
            self.page_wanted.emit(self._request, self.positions[page * PAGE : (page + 1) * PAGE])


_TIPS = {
    "No.": "Place in the run.",
    "What": "What is the matter with the item.",
    "Strict": "The leading score by the strict rules, in percent.",
    "Paper": "The leading score by the paper's own rules, in percent.",
    "A": "The leading score of this run by the strict rules, in percent.",
    "B": "The leading score of the run beside it by the strict rules, in percent.",
    "A − B": "The difference in points; above 0, this run scores higher.",
}
_FIGURES = frozenset(("No.", "Strict", "Paper", "A", "B", "A − B"))


def _answer(row: ItemRow | None) -> str:
    if row is None:
        return "not in run B"
    if row.error is not None:
        return f"No answer: {row.error}"
    if row.state == "pending":
        return "waiting"
    return one_line(row.answer) or "(empty)"
