"""Fills the tree of tasks and loads the words of the one chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medsdesk.ui.wording import scored_by

if TYPE_CHECKING:
    from medsdesk.core.task import Task, TaskContent
    from medsdesk.services.browse import TaskGroup
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.workbench.task_panel import TaskPanel
    from medsdesk.ui.workbench.text_panel import TextPanel

_PAUSE_MS = 120


@dataclass(frozen=True, slots=True)
class Found:
    """Tasks that match, and which of all tasks can run."""

    groups: tuple[TaskGroup, ...]
    runnable: frozenset[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """A task with its words and one line about it."""

    task: Task
    content: TaskContent
    about: str


class TaskControl(QObject):
    """Between the task panel and the services.

    Signals:
        chosen: The task's words are on the screen; ``task`` is it.
        refused: A task could not be opened; a UserFacingError.
    """

    chosen = Signal()
    refused = Signal(object)

    def __init__(self, desk: Desk, panel: TaskPanel, text: TextPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._panel = panel
        self._text = text
        self._number = 0
        self.task: Task | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.refresh)
        panel.filter_changed.connect(self._timer.start)
        panel.chosen.connect(lambda task: self.open(task.id))

    def refresh(self) -> None:
        """Ask for the tasks that match."""
        self._number += 1
        panel = self._panel
        job = partial(
            find, panel.search.text(), panel.language, runnable=not panel.everything.isChecked()
        )
        self._desk.short.submit(lambda _: job(), partial(self._found, self._number))

    def open(self, task_id: str, then: Callable[[], object] | None = None) -> None:
        """Open a task, show its words, then go on."""

        def done(opened: Opened) -> None:
            self.task = opened.task
            self._panel.select(opened.task)
            self._text.show_task(opened.task, opened.about, opened.content.samples)
            self.chosen.emit()
            if then is not None:
                then()

        self._desk.short.submit(lambda _: open_task(task_id), done, self.refused.emit)

    def _found(self, number: int, found: Found) -> None:
        if number == self._number:
            current = self.task.id if self.task is not None else ""
            self._panel.fill(found.groups, found.runnable, current)


def find(words: str, language: str | None, *, runnable: bool) -> Found:
    """Return the tasks that match; called on a job thread."""
    from medsdesk.services.browse import task_tree

    can_run = task_tree("", None, only_runnable=True)
    ids = frozenset(task.id for group in can_run for task in group.tasks)
    return Found(task_tree(words, language, only_runnable=runnable), ids)


def open_task(task_id: str) -> Opened:
    """Return a task with its words; called on a job thread."""
    from medsdesk.services.browse import language_name
    from medsdesk.tasks.registry import find_task, task_content

    task = find_task(task_id)
    content = task_content(task.id)
    spoken = language_name(content.language)
    about = f"{task.id} · {task.source} · {spoken} · {scored_by(task.metric)}"
    return Opened(task, content, about)
