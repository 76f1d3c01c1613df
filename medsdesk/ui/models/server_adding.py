"""Offers to add a server on the page Models where the site policy names one, and says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from medsdesk.ui.command_words import in_window
from medsdesk.ui.models.words import server_words

if TYPE_CHECKING:
    from medsdesk.core.errors import UserFacingError
    from medsdesk.core.model import ModelFile
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.models.page import ModelsPage
    from medsdesk.ui.models.server_dialog import ServerDialog


class ServerAdding(QObject):
    """Between the page Models and the dialog "Add a server".

    Signals:
        came: The ``ModelFile`` that is on the list now.
    """

    came = Signal(object)

    def __init__(self, desk: Desk, preferences: Preferences, page: ModelsPage) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self._servers: tuple[str, ...] = ()
        self.dialog: ServerDialog | None = None
        page.server_wanted.connect(self.ask)
        # Queued, so that the settings are on their way to the disk, where the services read them.
        preferences.changed.connect(self.look, Qt.ConnectionType.QueuedConnection)

    def look(self) -> None:
        """Ask which servers the site policy names, or why none may be asked."""

        def work(_: Workspace) -> tuple[str, ...]:
            from medsdesk.config.network import allowed_servers

            return allowed_servers()

        def bar(error: UserFacingError) -> None:
            self._page.offer_servers(in_window(f"{error.message} {error.hint}"))

        self._desk.short.submit(work, self._offer, bar)

    def ask(self) -> None:
        """Let the user ask a server for its models, and add one."""
        from medsdesk.ui.models.server_dialog import ServerDialog

        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = ServerDialog(self._desk, self._page, self._servers)
        self.dialog.came.connect(self._came)
        self.dialog.show()

    def _offer(self, servers: tuple[str, ...]) -> None:
        self._servers = servers
        self._page.offer_servers("")

    def _came(self, model: ModelFile) -> None:
        self._page.say(f"{model.name} is on the list. {server_words(model)}", "good")
        self.came.emit(model)
