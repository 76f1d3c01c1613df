"""Between the dialog for own texts and the services."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.ui.bridge.latest import Latest
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
        stopped: It was stopped; nothing was written.
        refused: A UserFacingError; nothing was written.
    """

    offered = Signal(object)
    found = Signal(object)
    suggested = Signal(object)
    progressed = Signal(object)
    made = Signal(object)
    stopped = Signal()
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked = self._searched = 0
        self._token: CancelToken | None = None
        self._latest = Latest(self)
        self._latest.arrived.connect(self.progressed)

    @property
    def busy(self) -> bool:
        """Whether texts are being read."""
        return self._token is not None

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
        if self.busy:
            return
        self._token = token = self._desk.new_token()
        self._latest.start()

        def work(_: Workspace) -> MadeTask:
            from medsdesk.services.make_task import make_task_file

            if token.cancelled:
                raise CancelledError
            return make_task_file(request, self._latest.put, token)

        self._desk.texts.submit(work, self._made, partial(self._not_made, token))

    def stop(self) -> None:
        """Stop between two texts."""
        if self._token is not None:
            self._token.cancel()

    def _made(self, made: MadeTask) -> None:
        self._end()
        self.made.emit(made)

    def _not_made(self, token: CancelToken, error: UserFacingError) -> None:
        self._end()
        if token.cancelled:
            self.stopped.emit()
        else:
            self.refused.emit(error)

    def _end(self) -> None:
        self._latest.stop()
        if self._token is not None:
            self._desk.drop_token(self._token)
        self._token = None


def _offers() -> Offers:
    from medsdesk.services.file_tasks import LANGUAGES
    from medsdesk.tasks.registry import categories

    return Offers(categories(), tuple((code, name.title()) for name, code in LANGUAGES.items()))
