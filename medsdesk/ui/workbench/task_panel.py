"""The column of tasks: search, language, and the tree by category."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from medsdesk.core.task import Task
    from medsdesk.services.browse import TaskGroup

_TASK = Qt.ItemDataRole.UserRole + 1
_LANGUAGES = (
    ("", "All languages"),
    ("en", "English"),
    ("zh", "Chinese"),
    ("ja", "Japanese"),
    ("fr", "French"),
    ("ru", "Russian"),
    ("es", "Spanish"),
)
_ACCESS = {
    "open": "its texts are open",
    "credentialed": "its texts need an application",
    "gated": "its texts need an agreement",
    "unknown": "access to its texts is not known",
}


class _Tree(QTreeView):
    """A tree whose one column is as wide as it is; Qt leaves a hidden header's width alone."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the column, so that long titles end in an ellipsis."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Give the column the width there is."""
        self.setColumnWidth(0, self.viewport().width())


class TaskPanel(QWidget):
    """Finds and chooses a task.

    Signals:
        chosen: A ``Task`` that can run.
        filter_changed: The list is to be asked for anew.
    """

    chosen = Signal(object)
    filter_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search tasks")
        self.search.setAccessibleName("Search tasks")
        self.search.setToolTip("Words from id, name, category, data set or language")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self.filter_changed.emit())
        self.search.returnPressed.connect(self._take_first)
        self.languages = QComboBox()
        self.languages.setAccessibleName("Language of the tasks")
        for code, name in _LANGUAGES:
            self.languages.addItem(name, code)
        self.languages.currentIndexChanged.connect(lambda _: self.filter_changed.emit())
        self.everything = QCheckBox("Show all tasks")
        self.everything.setToolTip(
            "Also those outside the benchmark, which cannot run yet: they have no instruction"
        )
        self.everything.toggled.connect(lambda _: self.filter_changed.emit())
        self._model = QStandardItemModel(self)
        self.tree = self._make_tree()
        self._found = label("Reading tasks…", "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(buddy("Tasks", self.tree, "heading"))
        for part in (self.search, self.languages):
            layout.addWidget(part)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self._found)
        layout.addWidget(self.everything)

    @property
    def language(self) -> str | None:
        """The ISO 639-1 code chosen, or None for all."""
        return self.languages.currentData() or None

    def fill(self, groups: Sequence[TaskGroup], runnable: frozenset[str], current: str) -> None:
        """Show tasks.

        Args:
            groups: The tasks found, by category.
            runnable: Ids of the tasks that can run; others are greyed.
            current: Id of the chosen task; stays selected where it is among them.
        """
        self._model.clear()
        for group in groups:
            branch = QStandardItem(group.category)
            branch.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for task in group.tasks:
                branch.appendRow(_leaf(task, can_run=task.id in runnable))
            self._model.appendRow(branch)
        self.tree.fit()
        number = sum(len(group.tasks) for group in groups)
        self._found.setText(count(number, "task") if number else "No task matches.")
        if self.search.text() or self.language:
            self.tree.expandAll()
        self._mark(current)

    def select(self, task: Task) -> None:
        """Mark a task without telling that it was chosen."""
        self._mark(task.id)

    def _make_tree(self) -> _Tree:
        tree = _Tree()
        tree.setModel(self._model)
        tree.setHeaderHidden(True)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.setUniformRowHeights(True)
        tree.setExpandsOnDoubleClick(False)
        tree.setIndentation(16)
        tree.setAccessibleDescription("Enter chooses a task; Right opens a category.")
        tree.clicked.connect(self._take)
        tree.activated.connect(self._take)
        return tree

    def _take(self, index: QModelIndex) -> None:
        task: Task | None = index.data(_TASK)
        if task is None:
            self.tree.setExpanded(index, not self.tree.isExpanded(index))
        elif index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.chosen.emit(task)

    def _take_first(self) -> None:
        """Choose the first task found, from the search field."""
        for row in range(self._model.rowCount()):
            branch = self._model.item(row)
            for place in range(branch.rowCount()):
                leaf = branch.child(place)
                if leaf.isEnabled():
                    self._set_current(leaf.index())
                    self._take(leaf.index())
                    return

    def _mark(self, task_id: str) -> None:
        for row in range(self._model.rowCount()):
            branch = self._model.item(row)
            for place in range(branch.rowCount()):
                if branch.child(place).data(_TASK).id == task_id:
                    self._set_current(branch.child(place).index())
                    return

    def _set_current(self, index: QModelIndex) -> None:
        self.tree.expand(index.parent())
        self.tree.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self.tree.scrollTo(index)


def _leaf(task: Task, *, can_run: bool) -> QStandardItem:
    item = QStandardItem(task.title)
    item.setData(task, _TASK)
    item.setEnabled(can_run)
    item.setToolTip(describe(task, can_run=can_run))
    item.setData(describe(task, can_run=can_run), Qt.ItemDataRole.AccessibleDescriptionRole)
    return item


def describe(task: Task, *, can_run: bool) -> str:
    """Return what a task is made from, for its hover text."""
    lines = [
        f"{task.title}",
        f"{task.id}, {task.name}",
        f"Data set: {task.source}; {_ACCESS[task.access]}",
        f"Texts: {task.domain}",
    ]
    if not can_run:
        lines.append("Cannot run yet: MedsDesk has no instruction and worked cases for it.")
    return "\n".join(lines)
