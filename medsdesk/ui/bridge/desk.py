"""The job threads and the engine: all that the window needs besides widgets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.bridge.jobs import Jobs

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.engine.client import Engine

MakeEngine = Callable[[], "Engine"]


class Desk(QObject):
    """Owns the job threads and the engine of one window.

    Args:
        directory: The workspace.
        make_engine: Makes the engine when it is first needed, on the thread that needs it.

    Signals:
        refused: Sentences that no part of the window asked for itself.
        crashed: An exception that is a fault of ours.
    """

    refused = Signal(object)
    crashed = Signal(object)

    def __init__(
        self, directory: Path, make_engine: MakeEngine, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.directory = directory
        self.short = Jobs(directory, "medsdesk-short", self, finish=True)
        self.long = Jobs(directory, "medsdesk-long", self)
        # An evaluation takes hours; what else is long must not wait behind it.
        self.evaluations = Jobs(directory, "medsdesk-evaluations", self)
        # For what reads long and writes nothing, so that no rating waits for a search.
        self.browse = Jobs(directory, "medsdesk-browse", self)
        # For own texts that become a task file: a folder of documents may take minutes to read.
        self.texts = Jobs(directory, "medsdesk-texts", self)
        # For what comes over the network, which may take hours and waits for others.
        self.downloads = Jobs(directory, "medsdesk-downloads", self)
        # For what a server on the site's network is asked, which may keep one waiting.
        self.servers = Jobs(directory, "medsdesk-servers", self)
        # For models that are made or measured: minutes to hours, in a process of their own.
        self.makings = Jobs(directory, "medsdesk-makings", self)
        for jobs in self._all:
            jobs.refused.connect(self.refused)
            jobs.crashed.connect(self.crashed)
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._tokens: set[CancelToken] = set()

    @property
    def _all(self) -> tuple[Jobs, ...]:
        """All threads, in the order in which they are ended."""
        return (
            self.evaluations, self.long, self.makings, self.browse, self.texts, self.downloads,
            self.servers, self.short,
        )  # fmt: skip

    @property
    def engine(self) -> Engine:
        """The engine; its process starts with the first load."""
        with self._lock:
            if self._engine is None:
                self._engine = self._make_engine()
            return self._engine

    def new_token(self) -> CancelToken:
        """Return a token for a long job; closing the desk cancels it."""
        from medsdesk.core.cancel import CancelToken

        token = CancelToken()
        self._tokens.add(token)
        return token

    def drop_token(self, token: CancelToken) -> None:
        """Forget the token of a job that has ended."""
        self._tokens.discard(token)

    def close(self) -> None:
        """Stop what runs, end the threads, then the engine process."""
        for token in self._tokens:
            token.cancel()
        for jobs in self._all:
            jobs.close()
        with self._lock:
            if self._engine is not None:
                self._engine.close()
