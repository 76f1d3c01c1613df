"""Counts the tokens of a prompt with the model itself, once the typing pauses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medsdesk.core.errors import CancelledError, UserFacingError

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.model import LoadConfig
    from medsdesk.services.evaluate import Preview, RunRequest
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk

PAUSE_MS = 400


class Counter(QObject):
    """Keeps the count of the latest request; older ones are skipped.

    Signals:
        counted: A ``Preview`` of the latest request.
        failed: Why it could not be counted; a UserFacingError.
    """

    counted = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._number = 0
        self._request: RunRequest | None = None
        self._bad: LoadConfig | None = None
        self._loading: LoadConfig | None = None
        self._token: CancelToken | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._submit)

    def ask(self, request: RunRequest | None) -> bool:
        """Count a request soon; None forgets the one before. Return whether it will be counted.

        A model that could not be loaded is not tried again with every letter typed.
        """
        self._number += 1
        self._request = request
        wanted = None if request is None else request.load_config
        if self._token is not None and wanted != self._loading:
            self._token.cancel()  # nobody waits for that model any more
        if wanted is None or wanted == self._bad:
            self._timer.stop()
            return False
        self._timer.start()
        return True

    def forgive(self) -> None:
        """Let a model that could not be loaded be tried again."""
        self._bad = None

    def stop(self) -> None:
        """Stop a count in progress, as when it waits for a model to load."""
        self._number += 1
        self._timer.stop()
        if self._token is not None:
            self._token.cancel()

    def _submit(self) -> None:
        request = self._request
        if request is None:
            return
        number, token = self._number, self._desk.new_token()
        self._token, self._loading = token, request.load_config
        self._desk.long.submit(
            partial(self._work, number, request, token),
            partial(self._done, number, token),
            partial(self._not_done, number, token, request.load_config),
        )

    def _work(
        self, number: int, request: RunRequest, token: CancelToken, _: Workspace
    ) -> Preview | None:
        from medsdesk.services.evaluate import preview

        if number != self._number:
            return None
        if token.cancelled:
            raise CancelledError
        return preview(self._desk.engine, request, count=True, cancel=token)

    def _done(self, number: int, token: CancelToken, found: Preview | None) -> None:
        self._forget(token)
        if number == self._number and found is not None:
            self.counted.emit(found)

    def _not_done(
        self, number: int, token: CancelToken, load: LoadConfig, error: UserFacingError
    ) -> None:
        self._forget(token)
        if token.cancelled:
            return
        self._bad = load
        if number == self._number:
            self.failed.emit(error)

    def _forget(self, token: CancelToken) -> None:
        self._desk.drop_token(token)
        if self._token is token:
            self._token = None
