"""The user's settings as the window holds them: read once, stored on every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medsdesk.config.settings import Settings, load_settings, save_settings
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from medsdesk.ui.bridge.desk import Desk


class Preferences(QObject):
    """Settings that tell when they change.

    A file that could not be read is never written over: changes then hold for this window only.

    Signals:
        changed: The new ``Settings``.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.problem: UserFacingError | None = None
        try:
            self._value = load_settings()
        except UserFacingError as error:
            self._value = Settings()
            self.problem = error

    @property
    def value(self) -> Settings:
        """The settings now."""
        return self._value

    def change(self, settings: Settings) -> None:
        """Use other settings, tell everybody, and store them."""
        if settings == self._value:
            return
        self._value = settings
        self.changed.emit(settings)
        if self.problem is None:
            self._desk.short.submit(lambda _: save_settings(settings))
