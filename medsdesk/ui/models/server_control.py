"""Between the dialog "Add a server" and the services that ask a server and add its models."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.bridge.latest import Latest
from medsdesk.ui.bridge.long_job import LongJob

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.model import ModelFile
    from medsdesk.core.server import ServerOffer
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk


class ServerControl(QObject):
    """Asks a server for its models, adds one, and forgets a key, one at a time.

    Signals:
        offered: The ``ServerOffer`` of the server that was asked.
        added: The ``ModelFile`` that is on the list now.
        forgotten: Whether a key was kept.
        stopped: It was stopped; a UserFacingError.
        refused: A UserFacingError; a KeyWantedError where a key is wanted, or another one.
        changed: ``busy`` or ``stopping`` changed.
    """

    offered = Signal(object)
    added = Signal(object)
    forgotten = Signal(bool)
    stopped = Signal(object)
    refused = Signal(object)
    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._tell: Callable[[object], None] = self.offered.emit
        self._job = LongJob(desk, desk.servers, Latest(self), self)
        self._job.done.connect(self._end)
        self._job.stopped.connect(self.stopped)
        self._job.refused.connect(self.refused)
        self._job.changed.connect(self.changed)

    @property
    def busy(self) -> bool:
        """Whether a server is being asked."""
        return self._job.busy

    @property
    def stopping(self) -> bool:
        """Whether that was told to stop."""
        return self._job.stopping

    def ask(self, address: str, key: str) -> None:
        """Ask a server for its models; the key is not kept."""

        def work(_: Workspace, token: CancelToken) -> ServerOffer:
            from medsdesk.services.ask_server import ask_server

            return ask_server(address, key, token)

        self._start(work, self.offered.emit)

    def add(self, address: str, name: str, key: str) -> None:
        """Add a model of a server, and keep the key in the system's keyring if one is given."""

        def work(ws: Workspace, token: CancelToken) -> ModelFile:
            from medsdesk.services.ask_server import add_served

            return add_served(ws, address, name, key, token)

        self._start(work, self.added.emit)

    def forget(self, address: str) -> None:
        """Take the key of a server out of the system's keyring."""

        def work(_: Workspace, __: CancelToken) -> bool:
            from medsdesk.services.keep_key import forget

            return forget(address)

        self._start(work, lambda was: self.forgotten.emit(cast("bool", was)))

    def stop(self) -> None:
        """Stop asking."""
        self._job.stop()

    def _end(self, result: object) -> None:
        self._tell(result)

    def _start(
        self, work: Callable[[Workspace, CancelToken], object], tell: Callable[[object], None]
    ) -> None:
        if not self._job.busy:
            self._tell = tell
            self._job.start(work)
