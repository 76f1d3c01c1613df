"""Between the dialog for own texts and the services."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.bridge.latest import Latest
from medsdesk.ui.bridge.long_job import LongJob
from medsdesk.ui.workbench.task_control import find

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medsdesk.core.cancel import CancelToken
    from medsdesk.services.make_task import MadeTask, TaskRequest
    from medsdesk.services.suggest_task_file import Suggestion
    from medsdesk.services.task_words import TaskWords
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk

STOPPED = "Stopped. Nothing was written."


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be chosen for a task of one's own."""

    categories: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]


class OwnTextsControl(QObject):
    """Asks the services on job threads.

    Texts are read on a thread of their own: a folder of PDF documents may take minutes, and no
    answer, count or list of the window has to wait behind it.

    Signals:
        offered: ``Offers``.
        found: ``Found`` tasks.
        suggested: A ``Suggestion``.
        progressed: ``MakeProgress``, at most ten times a second.
        made: A ``MadeTask``.
        stopped: It was stopped; nothing was written; a UserFacingError.
        refused: A UserFacingError; nothing was written.
    """

    offered = Signal(object)
    found = Signal(object)
    suggested = Signal(object)
    progressed = Signal(object)
    made = Signal(object)
    stopped = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked = self._searched = 0
        self._latest = Latest(self)
        self._latest.arrived.connect(self.progressed)
        self._job = LongJob(desk, desk.texts, self._latest, self)
        self._job.done.connect(self.made)
        self._job.stopped.connect(self.stopped)
        self._job.refused.connect(self.refused)

    @property
    def busy(self) -> bool:
        """Whether texts are being read."""
        return self._job.busy

    def offer(self) -> None:
        """Ask what can be chosen."""
        self._desk.short.submit(lambda _: _offers(), self.offered.emit, self.refused.emit)

    def search(self, words: str, language: str | None) -> None:
        """Ask for the tasks that match."""
        self._searched += 1
        number = self._searched

        def done(found: object) -> None:
            if number == self._searched:
                self.found.emit(found)

        job = partial(find, words, language, runnable=True)
        self._desk.short.submit(lambda _: job(), done, self.refused.emit)

    def suggest(
        self, words: TaskWords, sources: Sequence[Path], given: str, *, numbered: bool
    ) -> None:
        """Ask where the file may be; of several questions the last alone is answered."""
        self._asked += 1
        number = self._asked

        def work(_: Workspace) -> Suggestion:
            from medsdesk.services.suggest_task_file import suggest_task_file

            return suggest_task_file(words, sources, given, numbered=numbered)

        def done(suggestion: Suggestion) -> None:
            if number == self._asked:
                self.suggested.emit(suggestion)

        self._desk.short.submit(work, done, self.refused.emit)

    def make(self, request: TaskRequest) -> None:
        """Read the texts and write the file."""

        def work(_: Workspace, token: CancelToken) -> MadeTask:
            from medsdesk.services.make_task import make_task_file

            return make_task_file(request, self._latest.put, token)

        self._job.start(work)

    def stop(self) -> None:
        """Stop between two texts."""
        self._job.stop()


def _offers() -> Offers:
    from medsdesk.services.file_tasks import LANGUAGES
    from medsdesk.tasks.registry import categories

    return Offers(categories(), tuple((code, name.title()) for name, code in LANGUAGES.items()))
