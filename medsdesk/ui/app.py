"""Puts the window together and runs it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from medsdesk.config.paths import resource
from medsdesk.core.errors import UserFacingError
from medsdesk.ui.bridge.desk import Desk
from medsdesk.ui.bridge.preferences import Preferences
from medsdesk.ui.crash import Faults
from medsdesk.ui.lock import lock_workspace
from medsdesk.ui.main_window import MainWindow
from medsdesk.ui.theme import FUSION, Look

if TYPE_CHECKING:
    from medsdesk.config.settings import Settings
    from medsdesk.engine.client import Engine
    from medsdesk.ui.bridge.desk import MakeEngine
    from medsdesk.ui.crash_dialog import CrashDialog

_log = logging.getLogger(__name__)


class App(QObject):
    """One window with all that belongs to it.

    Args:
        workspace: The workspace's folder.
        make_engine: Makes the engine when it is first needed.
        demo: Whether to begin with a sample filled in.
    """

    def __init__(self, workspace: Path, make_engine: MakeEngine, *, demo: bool = False) -> None:
        super().__init__()
        self.desk = Desk(workspace, make_engine, self)
        self.preferences = Preferences(self.desk, self)
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            raise TypeError("a QApplication must be there first")
        self.look = Look(application, self)
        self.preferences.changed.connect(self._apply)
        self.window = MainWindow(self.desk, self.preferences, demo=demo)
        # After the widgets are in their places: each move of a styled widget styles it anew.
        self._apply(self.preferences.value)
        self.faults = Faults(self._tell_fault, self)
        self.desk.crashed.connect(self.faults.take)

    @cached_property
    def crash(self) -> CrashDialog:
        """The dialog for faults of ours; made with the first one."""
        from medsdesk.ui.crash_dialog import CrashDialog

        return CrashDialog(self.window)

    def close(self) -> None:
        """Stop what runs and give back threads, process and database."""
        self.desk.close()
        self.window.deleteLater()

    def _tell_fault(self, text: str) -> None:
        self.crash.tell(text)

    def _apply(self, settings: Settings) -> None:
        self.look.apply(settings.theme, settings.text_percent)


def run_window(
    workspace: Path,
    *,
    demo: bool = False,
    argv: Sequence[str] = (),
    on_shown: Callable[[], None] | None = None,
) -> int:
    """Open the window on a workspace and return when it is closed.

    Args:
        workspace: The workspace's folder.
        demo: Whether to begin with a sample filled in, ready to run.
        argv: Words for Qt itself.
        on_shown: Called once the first frame is on the screen.

    Returns:
        0, or 1 when another window has the workspace open.
    """
    application = QApplication.instance()
    if application is None:
        application = QApplication(["medsdesk", "-style", "fusion", *argv])
        application.setProperty(FUSION, "begun with")
    application.setApplicationName("MedsDesk")
    QApplication.setDesktopFileName("medsdesk")  # by which Wayland finds the icon
    QApplication.setWindowIcon(QIcon(str(resource("icons/medsdesk.svg"))))
    try:
        lock = lock_workspace(workspace)
    except UserFacingError as error:
        _say(error)
        return 1
    app = App(workspace, _real_engine, demo=demo)
    app.faults.install()
    if on_shown is not None:
        app.window.shown.connect(on_shown)
    try:
        app.window.show()
        code = application.exec()
    finally:
        app.close()
        app.faults.uninstall()
        lock.unlock()
    _log.info("window closed with code %d", code)
    return code


def _real_engine() -> Engine:
    from medsdesk.engine.client import Engine
    from medsdesk.services.choose_build import ChosenBuild
    from medsdesk.services.keep_key import key_of

    return Engine(libraries=ChosenBuild(), key_of=key_of)


def _say(error: UserFacingError) -> None:
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Information, "MedsDesk", error.message)
    box.setInformativeText(error.hint)
    box.exec()
