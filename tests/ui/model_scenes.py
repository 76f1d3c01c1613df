"""The Models page and the dialog that gets a model, as they are drawn by ``tests.screens``."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from medsdesk.ui.app import App
from medsdesk.ui.models.progress_row import FileProgress
from tests.hub_server import FIRST, HubServer, served
from tests.ui.get_models import CATALOGUES, FILES, get_dialog, local_catalogue
from tests.waiting import rest, wait

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from medsdesk.ui.get_model.dialog import GetModelDialog


def _models_doubt(app: App) -> QWidget:
    """Show files that are doubtful, wrong and missing, and a check that found it."""
    base = app.desk.directory.parent
    app.window.show_page("models")
    page = app.window.models
    (base / "dying.gguf").write_text("other", encoding="utf-8")
    (base / "mixed.gguf").unlink()
    app.window.model_control.check("slow")  # its made-up fingerprint is no true one
    wait(page.message.isVisible)
    page.select("slow")
    rest(300)
    return app.window


def _models_checking(app: App) -> QWidget:
    app.window.show_page("models")
    app.window.models.select("slow")
    app.window.models.show_progress(
        FileProgress("Checking MMedS-Llama-3-8B", 3_100_000_000, 4_920_000_000)
    )
    rest(50)
    return app.window


def _models_add(app: App) -> QWidget:
    app.window.show_page("models")
    app.window.model_control.ask()
    dialog = app.window.model_control.add_dialog
    assert dialog is not None
    rest(50)
    return dialog


def _get_model(app: App) -> GetModelDialog:
    dialog = get_dialog(app)
    wait(lambda: dialog.table.rowCount() > 0 and bool(dialog.question.text()))
    return dialog


def _get_model_gated(app: App) -> QWidget:
    dialog = _get_model(app)
    found = dialog.table.findItems("Meta Llama 3 8B Instruct", Qt.MatchFlag.MatchExactly)
    dialog.table.selectRow(dialog.table.row(found[0]))
    wait(dialog.details.token_button.isVisible)
    return dialog


def _get_model_never(app: App) -> QWidget:
    app.preferences.change(replace(app.preferences.value, network="never"))
    return _get_model(app)


def _shown(picture: QPixmap) -> QWidget:
    """Return a widget that looks like a picture taken before."""
    made = QLabel()
    made.setPixmap(picture)
    made.resize(picture.size())
    return made


@contextmanager
def _hub_with_models() -> Iterator[HubServer]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ))
        hub = stack.enter_context(served(os.environ.__setitem__, _drop))
        hub.commits[FIRST] = dict(FILES)
        models_here = local_catalogue()
        for name in CATALOGUES:
            stack.enter_context(mock.patch(name, return_value=models_here))
        yield hub


def _get_model_running(app: App) -> QWidget:
    with _hub_with_models() as hub:
        hub.faults.seconds_per_chunk = 0.1
        dialog = _get_model(app)
        dialog.details.tick.setChecked(True)
        dialog.start()
        wait(lambda: "/s" in dialog.figures.text())
        picture = dialog.grab()
        dialog.control.stop()
        wait(lambda: not dialog.control.busy)
    return _shown(picture)


def _get_model_refused(app: App) -> QWidget:
    with _hub_with_models() as hub:
        hub.faults.token = "of another account"
        dialog = _get_model(app)
        dialog.details.tick.setChecked(True)
        dialog.start()
        wait(lambda: not dialog.control.busy)
        wait(lambda: not dialog.details.tick.isVisible())
    return dialog


def _get_model_token(app: App) -> QWidget:
    dialog = _get_model(app)
    dialog.ask_token()
    asked = dialog.token_dialog
    assert asked is not None
    wait(lambda: "keyring…" not in asked.state.text())
    asked.token.setText("made-up-token")
    rest(50)
    return asked


def _drop(name: str) -> None:
    os.environ.pop(name, None)


SCENES: dict[str, Callable[[App], QWidget]] = {
    "models-doubt": _models_doubt,
    "models-checking": _models_checking,
    "models-add": _models_add,
    "get-model": _get_model,
    "get-model-gated": _get_model_gated,
    "get-model-never": _get_model_never,
    "get-model-running": _get_model_running,
    "get-model-refused": _get_model_refused,
    "get-model-token": _get_model_token,
}
