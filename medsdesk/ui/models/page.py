"""The Models page: get, add, check, remove and choose model files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHeaderView, QTableWidget, QVBoxLayout, QWidget

from medsdesk.ui.models.progress_row import FileProgress, ProgressRow
from medsdesk.ui.models.words import COLUMNS, ModelRow, cells, details
from medsdesk.ui.theme import MEDIUM, SMALL, Tone, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.cards import scrolling
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label, show_line
from medsdesk.ui.widgets.tables import dress, fill, set_lines

_INTRO = (
    "A model is one GGUF file on this computer. MedsDesk notes its fingerprint (SHA-256) and does "
    "not load a file that was changed since."
)
_NO_SERVER = "No server of your site can be added."
_NONE = "There is no model yet. Get one from the hub, or add a GGUF file from this computer."


class ModelsPage(QWidget):
    """A table of the models, and what can be done with them.

    Signals:
        get_wanted: The catalogue is to be shown.
        add_wanted: A file is to be chosen and added.
        server_wanted: A model on the site's own server is to be added.
        cancel_wanted: The reading or copying of a file is to be stopped.
        check_wanted: Id of the model whose file is to be read whole.
        remove_wanted: Id of the model to forget.
        choose_wanted: Id of the model to use.
        convert_wanted: A checkpoint is to be chosen and converted.
        quantise_wanted: Id of the model that a smaller form is to be made of.
        cost_wanted: Id of the model that is to be compared with a better form of it.
    """

    get_wanted = Signal()
    add_wanted = Signal()
    server_wanted = Signal()
    cancel_wanted = Signal()
    check_wanted = Signal(str)
    fit_wanted = Signal(str)
    remove_wanted = Signal(str)
    choose_wanted = Signal(str)
    convert_wanted = Signal()
    quantise_wanted = Signal(str)
    cost_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self._rows: Sequence[ModelRow] = ()
        self._chosen = ""
        self._busy = False
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.itemSelectionChanged.connect(self._show_selected)
        self.table.itemActivated.connect(lambda _: self._tell(self.choose_wanted.emit))
        self.get_button = button("&Get a model…", self.get_wanted.emit, "primary")
        self.add_button = button("&Add GGUF…", self.add_wanted.emit)
        self.server_button = button(
            "Add a &server…",
            self.server_wanted.emit,
            tip="Asks your site's own server which models it has.",
        )
        self.server_note = label("", "quiet", wrap=True)
        self._make_makers()
        self.check_button = button(
            "Chec&k",
            lambda: self._tell(self.check_wanted.emit),
            tip="Reads the whole file and says whether its content is still the same.",
        )
        self.fit_button = button(
            "Does it &fit?",
            lambda: self._tell(self.fit_wanted.emit),
            tip="Says what the model takes of the memory that is free now; nothing is loaded.",
        )
        self.choose_button = button(
            "&Choose as default", lambda: self._tell(self.choose_wanted.emit)
        )
        self.remove_button = button(
            "&Remove from the list",
            lambda: self._tell(self.remove_wanted.emit),
            tip="Forgets the model; a file that MedsDesk did not put there stays.",
        )
        self.message = label("", wrap=True)
        self.progress = ProgressRow()
        self.progress.cancel_wanted.connect(self.cancel_wanted)
        self.details = label("", "quiet", wrap=True)
        self._build()
        self._show_selected()

    def _make_makers(self) -> None:
        """Make the buttons that make and measure models."""
        self.convert_button = button(
            "Con&vert a checkpoint…",
            self.convert_wanted.emit,
            tip="Makes a GGUF file of a folder with safetensors files.",
        )
        self.quantise_button = button(
            "&Quantise…",
            lambda: self._tell(self.quantise_wanted.emit),
            tip="Makes a smaller form of the model that is selected.",
        )
        self.cost_button = button(
            "What does it c&ost?",
            lambda: self._tell(self.cost_wanted.emit),
            tip="Measures how far a smaller form of a model still agrees with the larger one.",
        )

    def _build(self) -> None:
        dress(self.table, stretched=len(COLUMNS) - 1)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        set_lines(self.table, 3)
        buttons = QWidget()
        flow = FlowLayout(buttons, SMALL)
        for part in (
            self.get_button,
            self.add_button,
            self.server_button,
            self.convert_button,
            self.choose_button,
            self.fit_button,
            self.quantise_button,
            self.cost_button,
            self.check_button,
            self.remove_button,
        ):
            flow.addWidget(part)
        card = QFrame()
        card.setObjectName("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        inner.setSpacing(MEDIUM)
        inner.addWidget(buddy("Models", self.table, "title"))
        inner.addWidget(label(_INTRO, "quiet", wrap=True))
        inner.addWidget(self.server_note)
        inner.addWidget(buttons)
        inner.addWidget(self.message)
        inner.addWidget(self.progress)
        inner.addWidget(self.table, 1)
        inner.addWidget(self.details)
        self.message.hide()
        self.server_button.hide()  # until it is known whether a server may be asked
        self.server_note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.addWidget(scrolling(card))

    def show_models(self, rows: Sequence[ModelRow], chosen: str) -> None:
        """List the models; the chosen one is marked."""
        selected = self._selected()
        self._rows, self._chosen = rows, chosen
        fill(self.table, [cells(row, chosen) for row in rows])
        if selected is not None:
            self.select(selected.model.id)
        self._show_selected()

    def offer_servers(self, barred: str) -> None:
        """Offer to add a server; with words that say why none can be added, say them instead."""
        show_line(self.server_note, f"{_NO_SERVER} {barred}" if barred else "")
        self.server_button.setVisible(not barred)

    def select(self, model_id: str) -> None:
        """Select a model, if it is on the list."""
        for number, row in enumerate(self._rows):
            if row.model.id == model_id:
                self.table.selectRow(number)

    def show_progress(self, at: FileProgress) -> None:
        """Show how far a file is; nothing else can be begun meanwhile."""
        self.progress.show_progress(at)
        show_line(self.message, "")
        self._set_busy(busy=True)

    def show_stopping(self) -> None:
        """Say that it was told to stop."""
        self.progress.show_stopping()

    def end_progress(self, words: str = "", tone: Tone = "danger") -> None:
        """Take the progress away; say how it ended, if there is something to say."""
        had_keyboard = self.progress.cancel_button.hasFocus()
        self.progress.hide()
        self._set_busy(busy=False)
        self.say(words, tone)
        if had_keyboard:
            self.table.setFocus()

    def say(self, words: str, tone: Tone = "danger") -> None:
        """Say something beside the buttons; nothing where there are no words."""
        show_line(self.message, words)
        set_tone(self.message, tone)

    def _set_busy(self, *, busy: bool) -> None:
        if busy and not self._busy:
            self.progress.cancel_button.setFocus()
        self._busy = busy
        self._show_selected()

    def _selected(self) -> ModelRow | None:
        row = self.table.currentRow()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _tell(self, wanted: Callable[[str], None]) -> None:
        if (row := self._selected()) is not None:
            wanted(row.model.id)

    def _show_selected(self) -> None:
        row = self._selected()
        model = row.model if row is not None else None
        idle = model is not None and not self._busy
        self.add_button.setEnabled(not self._busy)
        self.convert_button.setEnabled(not self._busy)
        has_file = idle and model is not None and model.server is None
        self.check_button.setEnabled(has_file)
        self.fit_button.setEnabled(has_file)
        self.quantise_button.setEnabled(has_file)
        self.cost_button.setEnabled(has_file)
        self.choose_button.setEnabled(model is not None and model.id != self._chosen)
        # The demonstration model would be back at once: it comes with its package.
        self.remove_button.setEnabled(idle and model is not None and not model.is_demo)
        show_line(self.details, details(row) if row is not None else _NONE)
        set_tone(self.details, row.tone if row is not None else "plain")
