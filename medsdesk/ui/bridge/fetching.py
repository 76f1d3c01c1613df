"""A download from the window: its thread, its news and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.bridge.latest import Latest
from medsdesk.ui.bridge.long_job import LongJob

if TYPE_CHECKING:
    from medsdesk.hub.events import DownloadEvent
    from medsdesk.ui.bridge.desk import Desk


class Fetching(QObject):
    """What the controls of downloads have in common; they say what is fetched.

    A download has a thread of its own: it may take hours, and neither a run nor a count nor a
    list of files of the window has to wait behind it.

    Signals:
        happened: An event of the download, all but ``Progress``.
        progressed: ``Progress``, at most ten times a second.
        ended: What came of it, also of one that was stopped.
        stopped: It was stopped before anything came; a UserFacingError.
        refused: A UserFacingError; what has come is kept.
    """

    happened = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    stopped = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._latest = Latest(self)
        self._latest.arrived.connect(self.progressed)
        self._job = LongJob(desk, desk.downloads, self._latest, self)
        self._job.done.connect(self.ended)
        self._job.stopped.connect(self.stopped)
        self._job.refused.connect(self.refused)

    @property
    def busy(self) -> bool:
        """Whether something is being fetched."""
        return self._job.busy

    def stop(self) -> None:
        """Stop between two pieces; what has come is kept."""
        self._job.stop()

    def _on_event(self, event: DownloadEvent) -> None:
        """Pass on an event; called on the job thread."""
        from medsdesk.hub.events import Progress

        if isinstance(event, Progress):
            self._latest.put(event)
        else:
            self.happened.emit(event)
