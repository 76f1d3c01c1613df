"""The files and folders with own texts: chosen, dropped, taken off again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.files import OWN_TEXTS, ask_folder, ask_open_many
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_PATH = Qt.ItemDataRole.UserRole
_LINES = 4
_ABOUT = (
    "Letters and reports (.txt, .md, .docx, .pdf), tables (.csv, .tsv, .xlsx) with a text in each "
    "row, FHIR (.json, .ndjson). You can drop them here. Folders are read with all that is in them."
)


class _Paths(QListWidget):
    """A list whose chosen rows go with Delete."""

    remove_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the rows chosen off the list with Delete."""
        if event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
            return
        super().keyPressEvent(event)


class SourcePanel(QWidget):
    """Which texts to take.

    Signals:
        changed: The list is another.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.list = _Paths()
        self.list.setObjectName("topics")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Files and folders with texts")
        self.list.setMinimumHeight(round(_LINES * 1.5 * self.fontMetrics().height()))
        self.list.remove_wanted.connect(self._remove)
        self.list.itemSelectionChanged.connect(self._show_button)
        self.add_files = button("Add &files…", self._ask_files)
        self.add_folder = button("Add f&older…", self._ask_folder)
        self.remove_button = button(
            "&Remove", self._remove, "quiet", "Off the list; the files stay where they are."
        )
        tools = QWidget()
        row = FlowLayout(tools, SMALL)
        for part in (self.add_files, self.add_folder, self.remove_button):
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(buddy("1  Texts", self.list, "heading"))
        layout.addWidget(tools)
        layout.addWidget(self.list, 1)
        layout.addWidget(label(_ABOUT, "quiet", wrap=True))
        self._show_button()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files and folders, in the order in which they came."""
        return tuple(Path(self.list.item(row).data(_PATH)) for row in range(self.list.count()))

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders; none stands there twice."""
        known = set(self.paths)
        for path in dict.fromkeys(path.absolute() for path in paths):
            if path not in known:
                item = QListWidgetItem(str(path))
                item.setData(_PATH, str(path))
                item.setToolTip(str(path))
                self.list.addItem(item)
        if set(self.paths) != known:
            self.changed.emit()

    def _ask_files(self) -> None:
        self.add(ask_open_many(self, "Add texts", OWN_TEXTS))

    def _ask_folder(self) -> None:
        folder = ask_folder(self, "Add a folder with texts")
        if folder is not None:
            self.add([folder])

    def _remove(self) -> None:
        chosen = self.list.selectedItems()
        for item in chosen:
            self.list.takeItem(self.list.row(item))
        if chosen:
            self.changed.emit()

    def _show_button(self) -> None:
        self.remove_button.setEnabled(bool(self.list.selectedItems()))
