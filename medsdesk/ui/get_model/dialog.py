"""The dialog "Get a model": the catalogue, a licence to accept, and how the download goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from medsdesk.ui.command_words import in_window
from medsdesk.ui.download.words import begun, figures
from medsdesk.ui.get_model import words
from medsdesk.ui.get_model.control import GetModelControl
from medsdesk.ui.get_model.details_panel import DetailsPanel
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import buddy, label, show_line
from medsdesk.ui.widgets.tables import LowTable, dress, fill, set_lines

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.hub.events import DownloadEvent, Progress
    from medsdesk.services.download_models import ModelAsked, ModelDownloaded
    from medsdesk.services.list_catalogue import CatalogueEntry
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.get_model.token_dialog import TokenDialog
    from medsdesk.ui.theme import Tone

_PARTS = 1000
_NOTE = "Sizes are estimates from each model's measures; of GGUF files, for the usual Q4_K_M."


class GetModelDialog(QDialog):
    """Fetches a model. It is not modal: the window can be used meanwhile.

    Signals:
        came: The ``ModelFile`` that is on the list now.
    """

    came = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Get a model")
        self._desk = desk
        self.control = GetModelControl(desk, self)
        self.table = LowTable(0, len(words.COLUMNS))
        self.table.setHorizontalHeaderLabels(words.COLUMNS)
        self.table.itemSelectionChanged.connect(self._show_selected)
        self.details = DetailsPanel()
        self.details.changed.connect(self._show_state)
        self.details.token_wanted.connect(self.ask_token)
        self.question = label("", "quiet", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Part that is here")
        self.news = label("", wrap=True)
        self.figures = label("", wrap=True)
        self.message = label("", wrap=True)
        self.start_button = button("&Download", self.start, "primary")
        self.close_button = button("Close", self.reject)
        self.token_dialog: TokenDialog | None = None
        self._entries: list[CatalogueEntry] = []
        self._asked: ModelAsked | None = None
        self._begun = False
        self._build()
        self._connect()
        self._show_state()
        self.control.ask_catalogue()
        window = parent.window()
        self.resize(round(window.width() * 0.75), round(window.height() * 0.9))

    def _build(self) -> None:
        dress(self.table, stretched=4)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        set_lines(self.table, 3)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.details)
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SMALL)
        form.addWidget(self.table, 2)
        form.addWidget(scroll, 3)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.message, 1)
        row.addWidget(self.close_button)
        row.addWidget(self.start_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(buddy("Get a model", self.table, "title"))
        layout.addWidget(label(_NOTE, "quiet", wrap=True))
        layout.addWidget(self._form, 1)
        layout.addWidget(self.question)
        layout.addWidget(self.bar)
        layout.addWidget(self.news)
        layout.addWidget(self.figures)
        layout.addLayout(row)
        self.bar.hide()
        for line in (self.question, self.news, self.figures):
            line.hide()

    def _connect(self) -> None:
        control = self.control
        control.listed.connect(self._show_entries)
        control.asked.connect(self._show_question)
        control.forbidden.connect(self._forbid)
        control.happened.connect(self._tell)
        control.progressed.connect(self._show_progress)
        control.ended.connect(self._show_result)
        control.stopped.connect(lambda _: self._rest("Stopped.", "warn"))
        control.refused.connect(self._show_refusal)

    def start(self) -> None:
        """Fetch the model that is selected; now, and not before, the hub is contacted."""
        from medsdesk.services.download_models import ModelRequest

        entry = self.details.entry
        if entry is None or self.control.busy or not self.start_button.isEnabled():
            return
        self._begun = False
        self.bar.setRange(0, 0)
        self.bar.show()
        self._say("", "plain")
        request = ModelRequest(entry.model.id, file=self.details.chosen_file)
        self.control.start(request, self.details.accepting)
        self._show_state()
        self.close_button.setFocus()

    def reject(self) -> None:
        """Stop what runs, else close."""
        if self.control.busy:
            self._say("Stopping…", "warn")
            self.control.stop()
            return
        super().reject()

    def ask_token(self) -> None:
        """Show the dialog for the token of an account."""
        from medsdesk.ui.get_model.token_dialog import TokenDialog

        if self.token_dialog is None:
            self.token_dialog = TokenDialog(self._desk, self)
        self.token_dialog.look()
        self.token_dialog.show()
        self.token_dialog.token.setFocus()

    def _show_entries(self, entries: tuple[CatalogueEntry, ...]) -> None:
        first = not self._entries
        self._entries = words.ordered(entries)
        with QSignalBlocker(self.table):
            fill(self.table, [words.cells(entry) for entry in self._entries])
        self._show_selected()
        if first:
            self.table.setFocus()

    def _show_selected(self) -> None:
        row = self.table.currentRow()
        if not 0 <= row < len(self._entries) or self.control.busy:
            return
        entry = self._entries[row]
        if self.details.entry is None or self.details.entry.model.id != entry.model.id:
            self._say("", "plain")
            self._asked = None
            show_line(self.question, "")
        self.details.show_entry(entry)
        self.control.ask(entry.model.id)

    def _show_question(self, name: str, asked: ModelAsked) -> None:
        if self.details.entry is not None and self.details.entry.model.id == name:
            self._asked = asked
            show_line(self.question, words.question(asked))
            self._show_state()

    def _forbid(self, name: str, error: UserFacingError) -> None:
        if self.details.entry is not None and self.details.entry.model.id == name:
            self._asked = None
            show_line(self.question, in_window(f"{error.message} {error.hint}"))
            self._show_state()

    def _show_state(self) -> None:
        busy, allowed = self.control.busy, self._asked is not None
        missing = self.details.missing
        self.start_button.setVisible(allowed)
        self.start_button.setEnabled(allowed and not missing and not busy)
        self._form.setEnabled(not busy)
        told = "Cancel" if busy else "Close"
        self.close_button.setText(told)
        self.close_button.setAccessibleName(told)
        if not busy and (self.message.property("tone") or "plain") == "plain":
            self._say(missing if allowed else "", "plain")

    def _tell(self, event: DownloadEvent) -> None:
        from medsdesk.hub import events

        match event:
            case events.Asking(server=server):
                show_line(self.news, f"Asking {server}…")
            case events.Chosen():
                self._begun = True
                show_line(self.news, begun(event))
            case events.Waiting(seconds=seconds, reason=reason):
                show_line(self.news, f"{reason} Trying again in {seconds:.0f} s.")
            case events.FileDone(path=path, number=number, of=of):
                show_line(self.news, f"{number:,} of {of:,}: {path}")

    def _show_progress(self, progress: Progress) -> None:
        self.bar.setRange(0, _PARTS)
        self.bar.setValue(_PARTS * progress.done // max(1, progress.of))
        show_line(self.figures, figures(progress))

    def _show_result(self, done: ModelDownloaded) -> None:
        whole = not done.result.failures and not done.result.waiting
        self._rest(in_window(words.outcome(done)), "good" if whole else "warn")
        if done.model is not None:
            self.came.emit(done.model)

    def _show_refusal(self, error: UserFacingError) -> None:
        kept = f" {words.KEPT}" if self._begun else ""
        told = in_window(f"{error.message} {error.hint}")
        if "'Token'" in told and not self.details.access.text():
            self.details.show_access("This model asks for an account: keep its token here.")
        self._rest(f"{told}{kept}", "danger")

    def _rest(self, told: str, tone: Tone) -> None:
        """Let it be started again, and say how it ended."""
        self.bar.hide()
        show_line(self.news, "")
        show_line(self.figures, "")
        self._say(told, tone)
        self._show_state()
        self.close_button.setFocus()
        self.control.ask_catalogue()  # what is here now, and which licences are accepted

    def _say(self, told: str, tone: Tone) -> None:
        self.message.setText(told)
        self.message.setAccessibleName(told)
        set_tone(self.message, tone)
