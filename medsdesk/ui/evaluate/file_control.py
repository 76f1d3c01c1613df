"""Looks at task files on a job thread and keeps the list, ticks included."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.widgets.files import TASK_FILES, ask_folder, ask_open_many

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.errors import UserFacingError
    from medsdesk.services.list_task_files import ListedFile
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.evaluate.file_panel import FilePanel

_SLICE_SECONDS = 0.25


class FileControl(QObject):
    """Between the list of task files and the service that looks at them.

    Files are looked at in slices of a quarter of a second, so that whatever else is long gets
    its turn between two of them.

    Signals:
        changed: The list or its ticks are others.
    """

    changed = Signal()

    def __init__(self, desk: Desk, panel: FilePanel, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._panel = panel
        self._files: dict[Path, ListedFile] = {}
        self._left_out: set[Path] = set()
        self._waiting: deque[Path] = deque()
        self._token: CancelToken | None = None
        panel.add_files_wanted.connect(self.ask_files)
        panel.add_folder_wanted.connect(self.ask_folder)
        panel.dropped.connect(self.add)
        panel.removed.connect(self.remove)
        panel.changed.connect(self._ticked)

    @property
    def ticked(self) -> list[ListedFile]:
        """The files to evaluate."""
        return self._panel.tree.files(ticked=True)

    @property
    def paths(self) -> list[Path]:
        """Every file of the list, also those that wait to be looked at."""
        return [*self._files, *self._waiting]

    @property
    def left_out(self) -> list[Path]:
        """Files of the list that are not ticked."""
        return sorted(self._left_out)

    @property
    def skip_faulty(self) -> bool:
        """Whether items that cannot be read are left out."""
        return self._panel.skip.isChecked()

    @skip_faulty.setter
    def skip_faulty(self, on: bool) -> None:
        self._panel.skip.setChecked(on)

    @property
    def busy(self) -> bool:
        """Whether files are being looked at."""
        return self._token is not None

    def ask_files(self) -> None:
        """Let the user choose files, then add them."""
        self.add(ask_open_many(self._panel, "Add task files", TASK_FILES))

    def ask_folder(self) -> None:
        """Let the user choose a folder, then add its files."""
        folder = ask_folder(self._panel, "Add a folder with task files")
        if folder is not None:
            self.add([folder])

    def add(self, paths: Sequence[Path], left_out: Iterable[Path] = ()) -> None:
        """Add files and the files of folders; those that are there already are read anew."""
        if not paths:
            return
        self._left_out |= set(left_out)
        self._panel.show_problem("")

        def work(_: object) -> tuple[Path, ...]:
            from medsdesk.services.list_task_files import find_listed

            return find_listed(paths)

        self._desk.long.submit(work, self._found, self._tell)

    def add_ticked(self, path: Path) -> None:
        """Add a file that is to be evaluated, also where it was not ticked before."""
        self._left_out.discard(path)
        self.add([path])

    def remove(self, paths: Sequence[Path]) -> None:
        """Take files off the list; they stay where they are."""
        for path in paths:
            self._files.pop(path, None)
            self._left_out.discard(path)
        self._show()
        self.changed.emit()

    def _found(self, paths: tuple[Path, ...]) -> None:
        known = set(self._waiting)
        self._waiting.extend(path for path in paths if path not in known)
        if self._token is None:
            self._token = self._desk.new_token()
            self._look()
        self._show()

    def _look(self) -> None:
        if self._token is not None:
            work = partial(_look_at, tuple(self._waiting), self._token)
            self._desk.long.submit(work, self._listed, self._refused)

    def _listed(self, files: tuple[ListedFile, ...]) -> None:
        for file in files:
            self._files[file.path] = file
        done = {file.path for file in files}
        self._waiting = deque(path for path in self._waiting if path not in done)
        if self._waiting:
            self._look()
        else:
            self._rest()
        self._show()
        self.changed.emit()

    def _refused(self, error: UserFacingError) -> None:
        self._waiting.clear()
        self._rest()
        self._show()
        self._tell(error)

    def _tell(self, error: UserFacingError) -> None:
        self._panel.show_problem(f"{error.message} {error.hint}")

    def _rest(self) -> None:
        if self._token is not None:
            self._desk.drop_token(self._token)
        self._token = None

    def _show(self) -> None:
        ticked = frozenset(self._files.keys() - self._left_out)
        self._panel.show_files(tuple(self._files.values()), ticked, len(self._waiting))

    def _ticked(self) -> None:
        usable = {file.path for file in self._panel.tree.files(ticked=False)}
        ticked = {file.path for file in self.ticked}
        self._left_out = (self._left_out - ticked) | (usable - ticked)
        self.changed.emit()


def _look_at(
    paths: Sequence[Path],
    cancel: CancelToken,
    _: object,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[ListedFile, ...]:
    """Look at as many files as a slice of time allows, one at least; called on a job thread."""
    from medsdesk.services.list_task_files import list_task_file

    end, found = clock() + _SLICE_SECONDS, []
    for path in paths:
        found.append(list_task_file(path, cancel))
        if clock() >= end:
            break
    return tuple(found)
