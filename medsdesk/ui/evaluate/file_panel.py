"""Step one: the task files, by category, each with a tick box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.theme import SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.widgets.tables import Index, LowTree, TickDelegate
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent

    from medsdesk.services.list_task_files import ListedFile

_FILE = Qt.ItemDataRole.UserRole + 1
_COLUMNS = ("Task file", "Items", "Language", "Remarks")
_LINES = 7
_REMARKS_SHARE = 0.4
_HIGH, _PADDING, _KNOWN = 10_000, 6, 2000
UNUSABLE = "Cannot be used"
_TICKED, _UNTICKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
_EMPTY = (
    "Add MedS-Bench task files, or the folder with them; you can also drop them here. Nothing is "
    "copied: the files are read where they lie. 'Add own texts' makes a task file of letters, "
    "reports or tables."
)


class _WrappingDelegate(TickDelegate):
    """Makes a row as high as the lines that its text takes in the width of the column."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree
        self._known: dict[tuple[object, ...], QSize] = {}  # asked again with every file that comes

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the width of the whole text in one line and the height of all lines."""
        column, text = index.column(), index.data()
        width, inner = self._tree.columnWidth(column), index.parent().isValid()
        key = (column, text, width, inner, self._tree.font().key())
        if key not in self._known:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            self._known[key] = self._size(option, index, width, inner=inner)
        return self._known[key]

    def _size(
        self, option: QStyleOptionViewItem, index: Index, width: int, *, inner: bool
    ) -> QSize:
        size, text = super().sizeHint(option, index), index.data()
        if not text:
            return size
        metrics = option.fontMetrics
        beside = size.width() - metrics.horizontalAdvance(text)
        if index.column() == 0:
            beside += self._tree.indentation() * (2 if inner else 1)
        room = max(1, width - beside)
        lines = metrics.boundingRect(QRect(0, 0, room, _HIGH), Qt.TextFlag.TextWordWrap, text)
        return QSize(size.width(), max(size.height(), lines.height() + _PADDING))


class FileTree(LowTree):
    """Files below their categories; a category's box ticks all of its files.

    Signals:
        ticked: Another file is ticked, or one less.
        remove_wanted: The files chosen are to go off the list.
    """

    ticked = Signal()
    remove_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(len(_COLUMNS))
        self.setHeaderLabels(_COLUMNS)
        self.setAccessibleName("Task files")
        self.setAccessibleDescription("Space ticks a file or a whole category.")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setWordWrap(True)
        self.setAllColumnsShowFocus(True)
        self.setExpandsOnDoubleClick(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setIndentation(16)
        for column in (0, 3):
            self.setItemDelegateForColumn(column, _WrappingDelegate(self))
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(lambda *_: self.ticked.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the files chosen off the list with Delete."""
        if event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the columns the width there is."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Give the columns the width that another text size needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def fit(self) -> None:
        """Let titles and remarks share what figures and languages leave; long ones wrap."""
        room = self.viewport().width()
        for column in (1, 2):
            self.resizeColumnToContents(column)
            room -= self.columnWidth(column)
        self.resizeColumnToContents(3)
        remarks = min(self.columnWidth(3), round(room * _REMARKS_SHARE))
        self.setColumnWidth(0, room - remarks)
        self.setColumnWidth(3, remarks)
        self.scheduleDelayedItemsLayout()  # with the heights that these widths ask for

    def fill(self, files: Iterable[ListedFile], ticked: frozenset[Path]) -> None:
        """Show files in their order; those that cannot be used come last and have no box."""
        closed = {branch.text(0) for branch in self._branches() if not branch.isExpanded()}
        with QSignalBlocker(self):
            self.clear()
            branches: dict[str, QTreeWidgetItem] = {}
            for file in sorted(files, key=lambda file: (bool(file.problem), file.order)):
                name = UNUSABLE if file.problem else file.category
                if name not in branches:
                    branches[name] = self._branch(name)
                _leaf(branches[name], file, ticked=file.path in ticked)
            for name, branch in branches.items():
                branch.setExpanded(name not in closed)
                _sum_up(branch)
        self.fit()

    def files(self, *, ticked: bool) -> list[ListedFile]:
        """Return the files shown, all that can be used or those that are ticked."""
        return [
            leaf.data(0, _FILE)
            for leaf in self._leaves()
            if not leaf.data(0, _FILE).problem and (not ticked or leaf.checkState(0) == _TICKED)
        ]

    def chosen(self) -> list[Path]:
        """Return the files that are selected, also by their category."""
        found: dict[Path, None] = {}
        for item in self.selectedItems():
            for leaf in (item, *(item.child(n) for n in range(item.childCount()))):
                if (file := leaf.data(0, _FILE)) is not None:
                    found[file.path] = None
        return list(found)

    def tick_all(self, *, on: bool) -> None:
        """Tick every file, or none."""
        with QSignalBlocker(self):
            for leaf in self._leaves():
                if not leaf.data(0, _FILE).problem:
                    leaf.setCheckState(0, _TICKED if on else _UNTICKED)
        self.viewport().update()
        self.ticked.emit()

    def _branch(self, name: str) -> QTreeWidgetItem:
        branch = QTreeWidgetItem(self, [name])
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if name != UNUSABLE:
            flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate
        branch.setFlags(flags)
        return branch

    def _branches(self) -> list[QTreeWidgetItem]:
        found = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [branch for branch in found if branch is not None]

    def _leaves(self) -> list[QTreeWidgetItem]:
        return [b.child(row) for b in self._branches() for row in range(b.childCount())]


class FilePanel(QWidget):
    """Adds, ticks and removes task files.

    Signals:
        add_files_wanted: Files are to be chosen.
        add_folder_wanted: A folder is to be chosen.
        own_texts_wanted: A task file is to be made of own texts.
        download_wanted: MedS-Bench is to be downloaded.
        dropped: Paths that were dropped.
        changed: What is ticked is another.
        removed: Paths that go off the list.
    """

    add_files_wanted = Signal()
    add_folder_wanted = Signal()
    own_texts_wanted = Signal()
    download_wanted = Signal()
    dropped = Signal(object)
    changed = Signal()
    removed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tree = FileTree()
        self.tree.ticked.connect(self._ticked)
        self.tree.remove_wanted.connect(self._remove)
        self.tree.itemSelectionChanged.connect(self._show_buttons)
        self.add_files = button("&Add files…", self.add_files_wanted.emit)
        self.add_folder = button(
            "Add &folder…", self.add_folder_wanted.emit, tip="All task files in it, at any depth."
        )
        self.own_texts = button(
            "Add &own texts…", self.own_texts_wanted.emit, tip="They become a task file first."
        )
        self.download = button(
            "Download MedS-&Bench…", self.download_wanted.emit, tip="You are asked first."
        )
        self.remove_button = button(
            "&Remove", self._remove, "quiet", "Off the list; the files stay where they are."
        )
        self.everything = QCheckBox("A&ll files")
        self.everything.clicked.connect(lambda _: self._tick_all())
        self.skip = QCheckBox("Leave out items that cannot be read")
        self.skip.setToolTip("Otherwise files with such items are refused. It is noted.")
        self.skip.toggled.connect(lambda _: self.changed.emit())
        self.skip.hide()
        self.about = label(_EMPTY, "quiet", wrap=True)
        self.problem = label("", wrap=True)
        set_tone(self.problem, "danger")
        self.problem.hide()
        self.setAcceptDrops(True)
        self._build()
        self._show_buttons()

    def _build(self) -> None:
        self.tools = QWidget()
        row = FlowLayout(self.tools, SMALL)
        adding = (self.add_files, self.add_folder, self.own_texts, self.download)
        for part in (*adding, self.remove_button, self.everything):
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(buddy("1  Task files", self.tree, "heading"))
        layout.addWidget(self.tools)
        layout.addWidget(self.problem)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.skip)
        layout.addWidget(self.about)
        self.set_lines(_LINES)

    def set_lines(self, lines: int) -> None:
        """Show at least so many files."""
        self.tree.setMinimumHeight(round((lines + 1) * 1.5 * self.fontMetrics().height()))

    def show_files(
        self, files: Sequence[ListedFile], ticked: frozenset[Path], waiting: int
    ) -> None:
        """Show the list, and how many files are still to be looked at."""
        self.tree.fill(files, ticked)
        self._waiting = waiting
        self._ticked()

    def show_problem(self, problem: str) -> None:
        """Say what was wrong, above the list; empty says nothing."""
        self.problem.setText(problem)
        self.problem.setAccessibleName(problem)
        self.problem.setVisible(bool(problem))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what is dropped."""
        urls = event.mimeData().urls()
        if paths := [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]:
            self.dropped.emit(paths)
            event.acceptProposedAction()

    _waiting = 0

    def _ticked(self) -> None:
        usable, chosen = self.tree.files(ticked=False), self.tree.files(ticked=True)
        with QSignalBlocker(self.everything):
            self.everything.setTristate(0 < len(chosen) < len(usable))
            self.everything.setCheckState(
                Qt.CheckState.PartiallyChecked
                if 0 < len(chosen) < len(usable)
                else (_TICKED if chosen else _UNTICKED)
            )
        self.everything.setEnabled(bool(usable))
        self.skip.setVisible(any(file.left_out for file in chosen))
        self.about.setText(self._summary(len(usable), chosen))
        self.changed.emit()

    def _summary(self, usable: int, chosen: Sequence[ListedFile]) -> str:
        if self._waiting:
            return f"Looking at the files: {count(self._waiting, 'file')} to go…"
        if not self.tree.topLevelItemCount():
            return _EMPTY
        items = sum(file.items for file in chosen)
        return f"{len(chosen):,} of {count(usable, 'file')} ticked, with {count(items, 'item')}."

    def _tick_all(self) -> None:
        chosen, usable = self.tree.files(ticked=True), self.tree.files(ticked=False)
        self.tree.tick_all(on=len(chosen) < len(usable))

    def _remove(self) -> None:
        if paths := self.tree.chosen():
            self.removed.emit(paths)

    def _show_buttons(self) -> None:
        self.remove_button.setEnabled(bool(self.tree.selectedItems()))


def _leaf(branch: QTreeWidgetItem, file: ListedFile, *, ticked: bool) -> None:
    cells = [file.title, f"{file.items:,}" if file.items else "–", file.language, _remark(file)]
    leaf = QTreeWidgetItem(branch, cells)
    leaf.setData(0, _FILE, file)
    leaf.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    told = "\n".join((file.title, str(file.path), file.problem, *file.details)).strip()
    for column in range(len(cells)):
        leaf.setToolTip(column, told)
    leaf.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, told)
    if not file.problem:
        leaf.setFlags(leaf.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        leaf.setCheckState(0, _TICKED if ticked else _UNTICKED)


def _remark(file: ListedFile) -> str:
    if file.problem:
        return file.problem
    if file.left_out:
        return f"{count(file.left_out, 'item')} cannot be read"
    return f"{count(len(file.details), 'remark')}" if file.details else ""


def _sum_up(branch: QTreeWidgetItem) -> None:
    """Give a category the sum of its items."""
    files = [branch.child(row).data(0, _FILE) for row in range(branch.childCount())]
    if branch.text(0) != UNUSABLE:
        branch.setText(1, f"{sum(file.items for file in files):,}")
    branch.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
