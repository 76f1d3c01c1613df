"""The dialog "Token": keeps or forgets the token of a hub account, and never shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from medsdesk.ui.command_words import in_window
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import buddy, label, show_line

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.theme import Tone

_INTRO = (
    "A token stands for your account on the hub. Make one with the right to read, and no other, on "
    "the settings page of your account. It is kept in the keyring of this computer and nowhere "
    "else, is sent to the hub alone, and is never shown again."
)


class TokenDialog(QDialog):
    """Asks for a token.

    The keyring may itself ask for a password, so it is opened on the thread for downloads.
    """

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Token of a hub account")
        self.setModal(True)
        self._desk = desk
        self.state = label("Looking into the keyring…", wrap=True)
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.textChanged.connect(lambda _: self._show_state())
        self.keep_button = button("&Keep", self.keep, "primary")
        self.keep_button.setDefault(True)
        self.forget_button = button("&Forget the token", self.forget)
        self.close_button = button("Close", self.reject)
        self._busy = False
        self._kept = False
        self._build()
        self._show_state()
        self.resize(max(self.sizeHint().width(), round(parent.width() * 0.7)), 1)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(self.forget_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.keep_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label("Token of a hub account", "title"))
        layout.addWidget(label(_INTRO, wrap=True))
        layout.addWidget(buddy("&Token", self.token, "strong"))
        layout.addWidget(self.token)
        layout.addWidget(self.state)
        layout.addStretch(1)
        layout.addLayout(row)

    def keep(self) -> None:
        """Keep what was typed; the field is empty from then on."""
        token = self.token.text()
        self.token.clear()

        def work(_: Workspace) -> None:
            from medsdesk.services.keep_token import keep

            keep(token)

        self._do(work)

    def forget(self) -> None:
        """Take the token out of the keyring."""

        def work(_: Workspace) -> None:
            from medsdesk.services.keep_token import forget

            forget()

        self._do(work)

    def _do(self, work: Callable[[Workspace], None]) -> None:
        self._busy = True
        self._show_state()
        self._desk.downloads.submit(work, lambda _: self.look(), self._refuse)

    def look(self) -> None:
        """Look whether a token is kept, and say so."""

        def work(_: Workspace) -> tuple[str, bool]:
            from medsdesk.services.keep_token import hub_server, is_kept

            return hub_server(), is_kept()

        def show(found: tuple[str, bool]) -> None:
            server, self._kept = found
            now = (
                f"A token for {server} is kept."
                if self._kept
                else f"No token is kept for {server}."
            )
            self._rest(now, "good" if self._kept else "plain")

        self._busy = True
        self._show_state()
        self._desk.downloads.submit(work, show, self._refuse)

    def _refuse(self, error: UserFacingError) -> None:
        self._rest(in_window(f"{error.message} {error.hint}"), "danger")

    def _rest(self, words: str, tone: Tone) -> None:
        self._busy = False
        show_line(self.state, words)
        set_tone(self.state, tone)
        self._show_state()

    def _show_state(self) -> None:
        self.keep_button.setEnabled(bool(self.token.text().strip()) and not self._busy)
        self.forget_button.setEnabled(self._kept and not self._busy)
