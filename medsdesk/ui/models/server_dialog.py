"""The dialog "Add a server": where the site's own server is, its key, and which of its models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from medsdesk.core.errors import KeyWantedError
from medsdesk.core.server import read_address
from medsdesk.ui.command_words import in_window
from medsdesk.ui.models.server_control import ServerControl
from medsdesk.ui.models.words import offer_words
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.labels import buddy, label, show_line

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.model import ModelFile
    from medsdesk.core.server import ServerOffer
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.theme import Tone

_INTRO = (
    "A model on a server answers there: the texts that you give it leave this computer, for that "
    "server and no other. Adding it sends no text; the server is only asked which models it has."
)
_KEY_NOTE = (
    "Only for a server that asks for one. It is kept in the keyring of this computer and nowhere "
    "else, goes to this server alone, and is never shown again."
)
_LINES = 4


class ServerDialog(QDialog):
    """Asks a server for its models and adds one.

    Args:
        desk: Where the server is asked from.
        parent: Over which it stands.
        servers: The addresses that the site policy names.

    Signals:
        came: The ``ModelFile`` that is on the list now.
    """

    came = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget, servers: Sequence[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add a server")
        self.setModal(True)
        self.control = ServerControl(desk, self)
        self.address = QComboBox()
        self.address.setEditable(True)
        self.address.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.address.addItems(list(servers))
        self.address.editTextChanged.connect(lambda _: self._forget_offer())
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.textChanged.connect(lambda _: self._forget_offer())
        self.ask_button = button("A&sk the server", self.ask)
        self.forget_button = button(
            "&Forget its key", self.forget, tip="Takes the key of this server out of the keyring."
        )
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("The server is being asked")
        self.models = QListWidget()
        self.models.setObjectName("lines")
        self.models.itemSelectionChanged.connect(self._show_state)
        self.models_label = buddy("&Models of this server", self.models, "strong")
        self.message = label("", wrap=True)
        self.add_button = button("A&dd", self.add, "primary")
        self.close_button = button("Close", self.reject)
        self._build()
        self._connect()
        self._forget_offer()
        self.resize(max(self.sizeHint().width(), round(parent.window().width() * 0.55)), 1)

    def _build(self) -> None:
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SMALL)
        form.addWidget(buddy("&Address", self.address, "strong"))
        form.addWidget(self.address)
        form.addWidget(buddy("&Key", self.key, "strong"))
        form.addWidget(self.key)
        form.addWidget(label(_KEY_NOTE, "quiet", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.ask_button)
        row.addWidget(self.forget_button)
        row.addStretch(1)
        form.addLayout(row)
        form.addWidget(self.models_label)
        form.addWidget(self.models)
        self.models.setFixedHeight(round(_LINES * 2 * self.models.fontMetrics().height()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label("Add a server of your site", "title"))
        layout.addWidget(label(_INTRO, wrap=True))
        layout.addWidget(self._form)
        layout.addWidget(self.bar)
        layout.addWidget(self.message)
        layout.addStretch(1)
        layout.addLayout(closing(self.close_button, self.add_button))
        self.message.hide()

    def _connect(self) -> None:
        control = self.control
        control.offered.connect(self._show_offer)
        control.added.connect(self._show_added)
        control.forgotten.connect(self._show_forgotten)
        control.stopped.connect(lambda _: self._rest("Stopped.", "warn"))
        control.refused.connect(self._show_refusal)
        control.changed.connect(self._show_state)

    def ask(self) -> None:
        """Ask the server for its models, with the key that stands there or the one kept."""
        self._forget_offer()
        self._wait("Asking the server…")
        self.control.ask(self.address.currentText(), self.key.text())

    def add(self) -> None:
        """Add the model that is selected."""
        chosen = self.models.selectedItems()
        if chosen and not self.control.busy:
            name = chosen[0].text()
            self._wait(f"Adding {name}…")
            self.control.add(self.address.currentText(), name, self.key.text())

    def forget(self) -> None:
        """Take the key of the server out of the keyring, and out of the field."""
        self.key.clear()
        self._wait("Looking into the keyring…")
        self.control.forget(self.address.currentText())

    def reject(self) -> None:
        """Stop what runs, else close."""
        if self.control.busy:
            self._say("Stopping…", "warn")
            self.control.stop()
            return
        self.key.clear()
        super().reject()

    def _wait(self, told: str) -> None:
        self._say(told, "plain")
        self.close_button.setFocus()

    def _show_offer(self, offer: ServerOffer) -> None:
        self.models.addItems(list(offer.models))
        self.models.setCurrentRow(0)
        self._rest(*offer_words(read_address(self.address.currentText()), offer))
        (self.add_button if len(offer.models) == 1 else self.models).setFocus()

    def _show_added(self, model: ModelFile) -> None:
        self.key.clear()
        self.accept()
        self.came.emit(model)

    def _show_forgotten(self, was: object) -> None:
        host = read_address(self.address.currentText()).host
        told = f"The key for {host} is forgotten." if was else f"No key was kept for {host}."
        self._rest(told, "good" if was else "plain")

    def _show_refusal(self, error: UserFacingError) -> None:
        if isinstance(error, KeyWantedError):
            hint = "Ask the people who run the server for one, and type it under 'Key'."
            self._rest(f"{error.message} {hint}", "danger")
            self.key.setFocus()
            self.key.selectAll()
            return
        self._rest(in_window(f"{error.message} {error.hint}"), "danger")
        self.address.setFocus()

    def _rest(self, told: str, tone: Tone) -> None:
        self._say(told, tone)
        self._show_state()

    def _say(self, told: str, tone: Tone) -> None:
        show_line(self.message, told)
        set_tone(self.message, tone)

    def _forget_offer(self) -> None:
        """Take away what another address or key brought."""
        self.models.clear()
        self._say("", "plain")
        self._show_state()

    def _show_state(self) -> None:
        busy, offered = self.control.busy, self.models.count() > 0
        named = bool(self.address.currentText().strip())
        self._form.setEnabled(not busy)
        self.bar.setVisible(busy)
        self.models.setVisible(offered)
        self.models_label.setVisible(offered)
        self.ask_button.setEnabled(named and not busy)
        self.forget_button.setEnabled(named and not busy)
        self.add_button.setEnabled(bool(self.models.selectedItems()) and not busy)
        self.ask_button.setDefault(not offered)
        self.add_button.setDefault(offered)
        told = "Cancel" if busy else "Close"
        self.close_button.setText(told)
        self.close_button.setAccessibleName(told)
        self.close_button.setEnabled(not self.control.stopping)
