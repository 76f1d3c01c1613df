"""The dialogs that take texts and tasks in, as pictures show them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

from tests.hub_server import served
from tests.ui.downloads import download_dialog
from tests.ui.own_texts import own_texts_dialog
from tests.waiting import wait

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.ui.app import App


def _own_texts(app: App) -> QWidget:
    dialog = own_texts_dialog(app, app.desk.directory.parent)
    wait(dialog.make_button.isEnabled)
    return dialog


def _own_texts_own(app: App) -> QWidget:
    dialog = own_texts_dialog(app, app.desk.directory.parent, "Name the main diagnosis.")
    wait(dialog.make_button.isEnabled)
    return dialog


def _own_texts_made(app: App) -> QWidget:
    dialog = own_texts_dialog(app, app.desk.directory.parent)
    wait(dialog.make_button.isEnabled)
    dialog.make()
    wait(lambda: not dialog.control.busy)
    return dialog


def _download(app: App) -> QWidget:
    dialog = download_dialog(app)
    wait(lambda: bool(dialog.categories.count()))
    return dialog


def _download_never(app: App) -> QWidget:
    app.preferences.change(replace(app.preferences.value, network="never"))
    dialog = download_dialog(app)
    wait(lambda: bool(dialog.question.text()))
    return dialog


def _download_ended(app: App) -> QWidget:
    with mock.patch.dict(os.environ), served(os.environ.__setitem__, _drop) as hub:
        dialog = download_dialog(app)
        wait(lambda: bool(dialog.categories.count()))
        hub.faults.content["MCQA/task57_medqa_question_answering_en.jsonl"] = b"other bytes"
        dialog.start()
        wait(lambda: not dialog.control.busy)
    return dialog


def _drop(name: str) -> None:
    os.environ.pop(name, None)


SCENES: dict[str, Callable[[App], QWidget]] = {
    "own-texts": _own_texts,
    "own-texts-own": _own_texts_own,
    "own-texts-made": _own_texts_made,
    "download": _download,
    "download-never": _download_never,
    "download-ended": _download_ended,
}
