"""One thread that does blocking work in order, with a workspace connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from medsdesk.core.errors import CancelledError, MedsDeskError, UserFacingError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from medsdesk.store.workspace import Workspace

_T = TypeVar("_T")
Failed = Callable[[UserFacingError], None]


class Jobs(QObject):
    """Does jobs one after another on a thread; what comes of them is told on this thread.

    Args:
        directory: The workspace; opened on the job thread by the first job.
        name: Of the thread.
        finish: Whether closing does the jobs that still wait; else it drops them.

    Signals:
        refused: A job met something the user can put right, and has no listener of its own.
        crashed: A job met a fault of ours; carries the exception.
    """

    refused = Signal(object)
    crashed = Signal(object)
    _settled = Signal(object)

    def __init__(
        self, directory: Path, name: str, parent: QObject | None = None, *, finish: bool = False
    ) -> None:
        super().__init__(parent)
        self._directory = directory
        self._finish = finish
        self._name = name
        self._pool: ThreadPoolExecutor | None = None
        self._workspace: Workspace | None = None
        self._closed = False
        # Emitted on the job thread, received here: Qt puts it into this thread's queue.
        self._settled.connect(self._call)

    def submit(
        self,
        work: Callable[[Workspace], _T],
        done: Callable[[_T], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Put a job into the queue.

        Args:
            work: Called on the job thread.
            done: Called here with what came of it.
            failed: Called here with the sentences where it was refused; ``refused`` where left
                out. Also called after a fault of ours, which ``crashed`` tells in full.
        """
        if self._closed:
            return
        future = self._start().submit(self._with_workspace, work)
        future.add_done_callback(
            lambda settled: self._settled.emit(partial(self._tell, settled, done, failed))
        )

    def close(self) -> None:
        """Finish the job in progress, do or drop the others, close the workspace and the thread."""
        if self._closed:
            return
        self._closed = True
        pool = self._start()
        pool.submit(self._close_workspace)
        pool.shutdown(wait=True)

    def _start(self) -> ThreadPoolExecutor:
        """Return the thread, begun with the first job and not with the window."""
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self._name)
        return self._pool

    def _with_workspace(self, work: Callable[[Workspace], _T]) -> _T:
        from medsdesk.store.workspace import open_workspace

        if self._closed and not self._finish:
            raise CancelledError
        if self._workspace is None:
            self._workspace = open_workspace(self._directory)
        return work(self._workspace)

    def _close_workspace(self) -> None:
        if self._workspace is not None:
            self._workspace.close()

    @Slot(object)
    def _call(self, tell: Callable[[], None]) -> None:
        if not self._closed:
            tell()

    def _tell(
        self, settled: Future[_T], done: Callable[[_T], None] | None, failed: Failed | None
    ) -> None:
        error = settled.exception()
        if error is None:
            if done is not None:
                done(settled.result())
            return
        if not isinstance(error, MedsDeskError):
            self.crashed.emit(error)
        (failed or self.refused.emit)(_in_words(error))


def _in_words(error: BaseException) -> UserFacingError:
    if isinstance(error, UserFacingError):
        return error
    if isinstance(error, CancelledError):
        return UserFacingError("Stopped before there was anything to keep.", "Start again.")
    return UserFacingError(
        "This did not work because of a fault in MedsDesk.",
        "Try again; what was saved before is safe.",
    )
