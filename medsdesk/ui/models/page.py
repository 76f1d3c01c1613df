"""The Models page: add, remove and choose GGUF files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.wording import count, file_size

if TYPE_CHECKING:
    from medsdesk.core.model import ModelFile

_COLUMNS = ("Name", "Use", "Quantisation", "Size", "Trained context", "File")
_INTRO = (
    "A model is one GGUF file on this computer. Adding it only notes where it lies and takes its "
    "fingerprint; removing it never deletes the file."
)


class ModelsPage(QWidget):
    """A table of the models, and what can be done with them.

    Signals:
        add_wanted: A file is to be chosen and added.
        cancel_wanted: The fingerprint being taken is to be stopped.
        remove_wanted: Id of the model to forget.
        choose_wanted: Id of the model to use.
    """

    add_wanted = Signal()
    cancel_wanted = Signal()
    remove_wanted = Signal(str)
    choose_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._models: Sequence[ModelFile] = ()
        self._chosen = ""
        self.table = self._make_table()
        self.add_button = button("&Add GGUF…", self.add_wanted.emit, "primary")
        self.choose_button = button("&Choose as default", self._choose)
        self.remove_button = button(
            "&Remove from the list", self._remove, tip="Forgets the model; the file stays."
        )
        self.problem = label("", wrap=True)
        set_tone(self.problem, "danger")
        self.problem.hide()
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Taking the fingerprint")
        self._progress_words = label("", "quiet", wrap=True)
        self._progress_row = QWidget()
        self._build()
        self._show_buttons()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(_COLUMNS))
        table.setHorizontalHeaderLabels(_COLUMNS)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setStretchLastSection(True)
        table.itemSelectionChanged.connect(self._show_buttons)
        table.itemActivated.connect(lambda _: self._choose())
        return table

    def _build(self) -> None:
        row = QHBoxLayout(self._progress_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._progress_words)
        row.addWidget(self.progress, 1)
        row.addWidget(button("Cancel", self.cancel_wanted.emit))
        self._progress_row.hide()
        buttons = QWidget()
        flow = FlowLayout(buttons, SMALL)
        for part in (self.add_button, self.choose_button, self.remove_button):
            flow.addWidget(part)
        card = QFrame()
        card.setObjectName("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        inner.setSpacing(MEDIUM)
        inner.addWidget(buddy("Models", self.table, "title"))
        inner.addWidget(label(_INTRO, "quiet", wrap=True))
        inner.addWidget(buttons)
        inner.addWidget(self.problem)
        inner.addWidget(self._progress_row)
        inner.addWidget(self.table, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.addWidget(card)

    def show_models(self, models: Sequence[ModelFile], chosen: str) -> None:
        """List the models; the chosen one is marked."""
        self._models, self._chosen = models, chosen
        selected = self._selected()
        self.table.setRowCount(len(models))
        for row, model in enumerate(models):
            for column, text in enumerate(self._cells(model)):
                item = QTableWidgetItem(text)
                item.setToolTip(model.path if column == len(_COLUMNS) - 1 else text)
                self.table.setItem(row, column, item)
            if selected is not None and model.id == selected.id:
                self.table.selectRow(row)
        self.table.resizeColumnsToContents()
        self._show_buttons()

    def show_progress(self, name: str, done: int, total: int) -> None:
        """Show how much of a file has been read."""
        self._progress_words.setText(f"Reading {name}")
        self.progress.setMaximum(1000)
        self.progress.setValue(round(1000 * done / total) if total else 0)
        self.progress.setFormat(f"{file_size(done)} of {file_size(total)}")
        self._progress_row.show()
        self.add_button.setEnabled(False)
        self.problem.hide()

    def end_progress(self, problem: str = "") -> None:
        """Take the progress away; say what was wrong, if anything."""
        self._progress_row.hide()
        self.add_button.setEnabled(True)
        self.show_problem(problem)

    def show_problem(self, problem: str) -> None:
        """Say what was wrong, beside the buttons; empty says nothing."""
        self.problem.setText(problem)
        self.problem.setAccessibleName(problem)
        self.problem.setVisible(bool(problem))

    def _cells(self, model: ModelFile) -> tuple[str, ...]:
        uses = []
        if model.id == self._chosen:
            uses.append("default")
        if model.is_demo:
            uses.append("demonstration, not medical")
        if model.server is not None:
            uses.append("on your site's server")
        return (
            model.name,
            ", ".join(uses) or "–",
            model.quantisation,
            file_size(model.size_bytes) if model.size_bytes else "–",
            count(model.context_train, "token") if model.context_train else "–",
            model.path,
        )

    def _selected(self) -> ModelFile | None:
        row = self.table.currentRow()
        return self._models[row] if 0 <= row < len(self._models) else None

    def _choose(self) -> None:
        if (model := self._selected()) is not None:
            self.choose_wanted.emit(model.id)

    def _remove(self) -> None:
        if (model := self._selected()) is not None:
            self.remove_wanted.emit(model.id)

    def _show_buttons(self) -> None:
        model = self._selected()
        self.choose_button.setEnabled(model is not None and model.id != self._chosen)
        # The demonstration model would be back at once: it comes with its package.
        self.remove_button.setEnabled(model is not None and not model.is_demo)
