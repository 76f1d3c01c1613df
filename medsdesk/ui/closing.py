"""What has to be asked before the window may close, and the geometry that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

from medsdesk.config.paths import user_dir

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QWidget

_GEOMETRY = "geometry"


def ask_stop_and_close(parent: QWidget) -> bool:
    """Return whether to stop the answer that is being written and close."""
    return _ask(
        parent,
        "An answer is still being written.",
        "Stop it and close? What has come is kept, marked incomplete.",
        "&Stop and close",
    )


def ask_stop_evaluation(parent: QWidget) -> bool:
    """Return whether to stop the evaluation that is running and close."""
    return _ask(
        parent,
        "An evaluation is still running.",
        "Stop it after the item in hand and close? Everything answered is kept, and it can go on "
        "later where it was.",
        "&Stop and close",
    )


def ask_stop_making(parent: QWidget) -> bool:
    """Return whether to stop the model that is being made or measured and close."""
    return _ask(
        parent,
        "A model is still being made or measured.",
        "Stop it and close? Nothing of it is kept; models that are there already stay as they are.",
        "&Stop and close",
    )


def ask_close_unsaved(parent: QWidget) -> bool:
    """Return whether to close although ratings could not be saved."""
    return _ask(
        parent,
        "Some of your ratings could not be saved.",
        "Close anyway? Those ratings are lost. Retry below the form saves them.",
        "&Close without saving",
    )


def _ask(parent: QWidget, text: str, more: str, yes: str) -> bool:
    from PySide6.QtWidgets import QMessageBox  # not before something has to be asked

    box = QMessageBox(QMessageBox.Icon.Question, "MedsDesk", text, parent=parent)
    box.setInformativeText(more)
    go = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is go


def restore_geometry(window: QMainWindow) -> None:
    """Give the window the place it had, where there is one."""
    value = _settings().value(_GEOMETRY)
    if isinstance(value, QByteArray):
        window.restoreGeometry(value)


def keep_geometry(window: QMainWindow) -> None:
    """Remember the window's place."""
    _settings().setValue(_GEOMETRY, window.saveGeometry())


def _settings() -> QSettings:
    return QSettings(str(user_dir() / "window.ini"), QSettings.Format.IniFormat)
