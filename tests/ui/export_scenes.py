"""The dialog that asks what ratings are exported for, as pictures show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.waiting import rest

if TYPE_CHECKING:
    from medsdesk.ui.app import App
    from medsdesk.ui.export_dialog import ExportDialog


def _export(app: App) -> ExportDialog:
    app.window.exporting.ask()
    dialog = app.window.exporting.dialog
    assert dialog is not None
    rest(50)
    return dialog


def _hidden(app: App) -> ExportDialog:
    dialog = _export(app)
    dialog.hidden.setChecked(True)
    dialog.kind.setCurrentIndex(3)
    rest(50)
    return dialog


SCENES: dict[str, Callable[[App], ExportDialog]] = {"export": _export, "export-hidden": _hidden}
