"""Back up the workspace and check its trail from the Settings page, with the answer in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.files import BACKUP, ask_save
from medsdesk.ui.widgets.labels import label, show_line

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QGridLayout

    from medsdesk.core.errors import UserFacingError
    from medsdesk.services.back_up import BackupFile
    from medsdesk.services.check_trail import TrailReport
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk

_SHOWN = 5


class Safekeeping(QObject):
    """Two buttons, each with a line for what came of it.

    Args:
        desk: Whose thread does the work; ratings never wait for it.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._had_focus = False
        self.back_up = button(
            "&Back up…", self.ask_backup, tip="The whole workspace as one checked file."
        )
        self.check = button(
            "Check the tr&ail",
            self.check_trail,
            tip="Whether ratings, or the record of who did what, were changed outside MedsDesk.",
        )
        self.backed_up = _answer("What came of the backup")
        self.checked = _answer("What the check of the trail found")

    def add_to(self, grid: QGridLayout) -> None:
        """Put the buttons and their answers into the rows of a form."""
        for name, control, answer in (
            ("Backup", self.back_up, self.backed_up),
            ("Trail of who did what", self.check, self.checked),
        ):
            row = grid.rowCount()
            grid.addWidget(label(name), row, 0)
            grid.addWidget(control, row, 1, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label(control.toolTip(), "quiet", wrap=True), row, 2)
            grid.addWidget(answer, row + 1, 1, 1, 2)

    def ask_backup(self) -> None:
        """Let the user name the file, then write the backup."""
        name = f"medsdesk-backup-{datetime.now().astimezone():%Y-%m-%d}.sqlite"
        asked = ask_save(self.back_up.window(), "Back up the workspace", name, (BACKUP,))
        if asked is not None:
            self.write_backup(asked[0])

    def write_backup(self, path: Path) -> None:
        """Write the backup and say what came of it."""

        def work(ws: Workspace) -> BackupFile:
            from medsdesk.services.back_up import back_up

            return back_up(ws, path, "")

        self._begin(self.back_up, self.backed_up, "Backing up and checking …")
        self._desk.browse.submit(work, self._told_backup, self._not_backed_up)

    def check_trail(self) -> None:
        """Check the trail and say what came of it."""

        def work(ws: Workspace) -> TrailReport:
            from medsdesk.services.check_trail import check_trail

            return check_trail(ws)

        self._begin(self.check, self.checked, "Checking …")
        self._desk.browse.submit(work, self._told_check, self._not_checked)

    def _begin(self, pressed: QPushButton, answer: QLabel, words: str) -> None:
        self._had_focus = pressed.hasFocus()
        pressed.setEnabled(False)
        show_line(answer, words)

    def _end(self, pressed: QPushButton, answer: QLabel, words: str) -> None:
        pressed.setEnabled(True)
        if self._had_focus:  # a button that is disabled lets it go
            pressed.setFocus()
        show_line(answer, words)

    def _told_backup(self, made: BackupFile) -> None:
        lines = [f"Backed up to {made.file}: {made.bytes:,} bytes, opened and checked."]
        if not made.trail.intact:
            lines += ["But its trail is not as it was written: check the trail below."]
        self._end(self.back_up, self.backed_up, "\n".join(lines))

    def _told_check(self, found: TrailReport) -> None:
        self._end(self.check, self.checked, "\n".join(_in_words(found)))

    def _not_backed_up(self, error: UserFacingError) -> None:
        self._end(self.back_up, self.backed_up, f"Not backed up. {error.message} {error.hint}")

    def _not_checked(self, error: UserFacingError) -> None:
        self._end(self.check, self.checked, f"Not checked. {error.message} {error.hint}")


def _answer(name: str) -> QLabel:
    """Return a line for an answer, shown with the first one; it can be marked and copied."""
    made = label("", wrap=True)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    made.setAccessibleName(name)
    made.hide()
    return made


def _in_words(found: TrailReport) -> list[str]:
    from medsdesk.services.check_trail import grouped

    if found.intact and not found.rows:
        return ["There is nothing on the trail yet."]
    rows = f"{found.rows:,} row{'' if found.rows == 1 else 's'} of the trail"
    ratings = f"{found.ratings:,} rating{'' if found.ratings == 1 else 's'} of studies"
    if found.intact:
        lines = [f"Nothing was changed: {rows} and {ratings} are as they were written."]
    else:
        lines = [f"Something was changed. Looked at {rows} and {ratings}:"]
        lines += [problem.text for problem in found.problems[:_SHOWN]]
        if len(found.problems) > _SHOWN:
            lines.append(f"And {len(found.problems) - _SHOWN:,} more.")
    lines += found.notes
    return [*lines, f"Head, to be noted where nobody can change it: {grouped(found.head)}"]
