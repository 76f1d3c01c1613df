"""Writes all ratings in the form that the user chooses, to a place that the user names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.command_words import in_window
from medsdesk.ui.widgets.files import EXCEL, ask_folder, ask_save, ask_save_csv
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.core.rating_export import RatingProfile
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.jobs import Jobs
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.export_dialog import ExportDialog, ExportKind


class Exporting(QObject):
    """Asks what, what of it and where to, and writes the ratings.

    Args:
        jobs: The thread that writes.
        preferences: The settings; the rater's name there is who exports.
        window: Owns this, and the dialogs that ask.

    Signals:
        told: A sentence about what was written, and where with what is worth knowing.
        refused: A UserFacingError to show.
    """

    told = Signal(str, str)
    refused = Signal(object)

    def __init__(self, jobs: Jobs, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._jobs = jobs
        self._preferences = preferences
        self._window = window
        self.dialog: ExportDialog | None = None

    def ask(self) -> None:
        """Let the user choose what is written, then where to."""
        from medsdesk.ui.export_dialog import ExportDialog

        if self.dialog is None:
            self.dialog = ExportDialog(self._window)
            self.dialog.chosen.connect(self._ask_where)
        self.dialog.open()

    def _ask_where(self, kind: ExportKind, profile: RatingProfile) -> None:
        bom, path = False, None
        name = "ratings" if profile == "full" else "ratings-deidentified"
        if kind.package:
            folder = ask_folder(self._window, "Put the new folder into")
            path = folder and _free(folder, f"{name}-redcap" if kind.form == "redcap" else name)
        elif kind.form == "xlsx":
            asked = ask_save(self._window, "Export ratings", f"{name}.xlsx", (EXCEL,))
            path = asked and asked[0]
        else:
            table = ask_save_csv(self._window, "Export ratings", f"{name}.csv")
            path, bom = table or (None, False)
        if path is not None:
            self.write(path, kind, profile, bom=bom)

    def write(
        self, path: Path, kind: ExportKind, profile: RatingProfile, *, bom: bool = False
    ) -> None:
        """Write the file or the folder; with a byte order mark where Excel shall read a table."""
        actor = self._preferences.value.rater

        def work(ws: Workspace) -> tuple[str, str]:
            from medsdesk.services.export_ratings import export_ratings
            from medsdesk.services.package_ratings import package_ratings

            if kind.package:
                made = package_ratings(
                    ws, path, form=kind.form, profile=profile, bom=bom, actor=actor
                )
            else:
                made = export_ratings(
                    ws, path, shape=kind.shape, form=kind.form, profile=profile, bom=bom,
                    actor=actor,
                )  # fmt: skip
            notes = " ".join(in_window(note) for note in made.notes)
            return f"{count(made.ratings, 'rating')} written.", f"{path} {notes}".strip()

        self._jobs.submit(work, lambda told: self.told.emit(*told), self.refused.emit)


def _free(folder: Path, name: str) -> Path:
    """Return a place in a folder that nothing has yet."""
    path, number = folder / name, 1
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}"
    return path
