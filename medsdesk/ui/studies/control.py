"""Carries, merges and locks studies for the page, and opens the window to rate in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from medsdesk.ui.rating.window import RatingWindow
from medsdesk.ui.studies import words
from medsdesk.ui.studies.creating import Creating
from medsdesk.ui.widgets.files import RATINGS, STUDY, ask_open, ask_open_many, ask_save

if TYPE_CHECKING:
    from medsdesk.services.study_status import StudyStatus
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences
    from medsdesk.ui.studies.page import StudiesPage
    from medsdesk.ui.studies.rater_dialogs import BundleDialog, LockDialog

_T = TypeVar("_T")


class StudiesControl(QObject):
    """Between the page and the services.

    Args:
        desk: Job threads.
        preferences: The settings; the rater's name there is who does things.
        page: The page.

    Signals:
        listed: The studies, and the id of the one to choose; empty for the one chosen before.
        told: A sentence about what was done, and what is to be known of it.
        refused: A UserFacingError.
    """

    listed = Signal(object, str)
    told = Signal(str, str)
    refused = Signal(object)

    def __init__(self, desk: Desk, preferences: Preferences, page: StudiesPage) -> None:
        super().__init__(page)
        self._desk = desk
        self._preferences = preferences
        self._page = page
        self.creating = Creating(desk, self)
        self.bundle_dialog: BundleDialog | None = None
        self.lock_dialog: LockDialog | None = None
        self.windows: dict[tuple[str, str], RatingWindow] = {}

    @property
    def rater(self) -> str:
        """The rater's name in the settings; may be empty."""
        return self._preferences.value.rater

    @property
    def actor(self) -> str:
        """Who does things, for the trail."""
        return self.rater or "owner"

    @property
    def page(self) -> StudiesPage:
        """The page."""
        return self._page

    def refresh(self, chosen: str = "") -> None:
        """Read the studies anew."""

        def work(ws: Workspace) -> tuple[StudyStatus, ...]:
            from medsdesk.services.study_status import all_studies

            return all_studies(ws)

        self._desk.browse.submit(
            work, lambda studies: self.listed.emit(studies, chosen), self.refused.emit
        )

    def rate(self, rater: str) -> None:
        """Open the window in which a rater goes on with the chosen study."""
        study = self._page.chosen
        if study is None:
            return
        key = (study.id, rater)
        window = self.windows.get(key)
        if window is None:
            window = self.windows[key] = RatingWindow(self._desk, self._page.window())
            window.closed.connect(lambda: self._closed(key))
            window.open(study.id, rater)
        window.show()
        window.raise_()
        window.activateWindow()

    def close_windows(self) -> bool:
        """Close all windows of studies; return whether all did, with everything saved."""
        if not self._page.adjudicating.close():
            return False
        return all(window.close() for window in tuple(self.windows.values()))

    def ask_open(self) -> None:
        """Ask for a study file and take it in."""
        path = ask_open(self._page, "Open study file", f"{STUDY};;All files (*)")
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Take a study file in."""
        actor = self.actor

        def work(ws: Workspace) -> tuple[tuple[str, str], str]:
            from medsdesk.services.import_bundle import import_bundle

            found = import_bundle(ws, path, actor)
            return words.imported_words(found), found.id

        self._do(work)

    def ask_merge(self) -> None:
        """Ask for files of ratings and put them into their studies."""
        paths = ask_open_many(self._page, "Take in ratings", f"{RATINGS};;All files (*)")
        if paths:
            self.merge(paths)

    def merge(self, paths: Sequence[Path]) -> None:
        """Put files of ratings into their studies."""
        actor = self.actor

        def work(ws: Workspace) -> tuple[tuple[str, str], str]:
            from medsdesk.services.merge_study import merge_study

            files = merge_study(ws, paths, actor)
            return words.merged_words(files), files[0].study_id

        self._do(work)

    def ask_bundle(self) -> None:
        """Ask for whom the study file is."""
        from medsdesk.ui.studies.rater_dialogs import BundleDialog

        study = self._page.chosen
        if study is not None:
            self.bundle_dialog = BundleDialog(study, self._page)
            self.bundle_dialog.chosen.connect(lambda raters: self._ask_bundle_file(study, raters))
            self.bundle_dialog.open()

    def bundle(self, study: StudyStatus, raters: Sequence[str], path: Path) -> None:
        """Write the study file for raters; all where none is named."""
        actor = self.actor

        def work(ws: Workspace) -> tuple[tuple[str, str], str]:
            from medsdesk.services.bundle_study import bundle_study

            return words.written_words(bundle_study(ws, study.id, raters, path, actor)), study.id

        self._do(work)

    def ask_return(self) -> None:
        """Ask where the ratings given here are written to."""
        study = self._page.chosen
        if study is None:
            return
        asked = ask_save(self._page, "Save ratings", f"{study.name}.medsratings", (RATINGS,))
        if asked is not None:
            self.give_back(study, asked[0])

    def give_back(self, study: StudyStatus, path: Path) -> None:
        """Write the ratings given here for the owner of the study."""
        actor = self.actor

        def work(ws: Workspace) -> tuple[tuple[str, str], str]:
            from medsdesk.services.bundle_study import return_ratings

            return words.written_words(return_ratings(ws, study.id, path, actor)), study.id

        self._do(work)

    def ask_lock(self) -> None:
        """Ask what is to be locked, and why."""
        from medsdesk.ui.studies.rater_dialogs import LockDialog

        study = self._page.chosen
        if study is not None:
            self.lock_dialog = LockDialog(study, self._page.status.who.currentText(), self._page)
            self.lock_dialog.chosen.connect(
                lambda rater, incomplete, why: self.lock(
                    study, rater, incomplete=incomplete, why=why
                )
            )
            self.lock_dialog.open()

    def lock(self, study: StudyStatus, rater: str, *, incomplete: bool, why: str) -> None:
        """Lock a rater's set, or the whole study where no rater is named."""
        actor = self.actor

        def work(ws: Workspace) -> tuple[tuple[str, str], str]:
            from medsdesk.services.lock_study import lock_study

            done = lock_study(ws, study.id, rater, actor, incomplete=incomplete, why=why)
            return words.locked_words(done), study.id

        self._do(work)

    def _ask_bundle_file(self, study: StudyStatus, raters: Sequence[str]) -> None:
        whom = f" for {raters[0]}" if len(raters) == 1 else ""
        name = f"{study.name}{whom}.medsstudy"
        asked = ask_save(self._page, "Save study file", name, (STUDY,))
        if asked is not None:
            self.bundle(study, raters, asked[0])

    def _do(self, work: Callable[[Workspace], tuple[tuple[str, str], str]]) -> None:
        """Do something with a study, tell it, and show the study."""

        def done(result: tuple[tuple[str, str], str]) -> None:
            self.told.emit(*result[0])
            self.refresh(result[1])

        self._desk.short.submit(work, done, self.refused.emit)

    def _closed(self, key: tuple[str, str]) -> None:
        window = self.windows.pop(key, None)
        if window is not None:
            window.deleteLater()
        self._desk.short.submit(lambda _: None, lambda _: self.refresh())
