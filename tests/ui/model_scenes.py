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

from medsdesk.core.identity import utc_now
from medsdesk.core.made_model import Estimate, Fidelity
from medsdesk.core.model import ModelFile
from medsdesk.store import models
from medsdesk.store.fidelities import add_fidelity
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.app import App
from medsdesk.ui.models.progress_row import FileProgress
from tests.hub_server import FIRST, HubServer, served
from tests.made_models import F16, LLAMA_8B, Q8_0, make_sparse
from tests.onsite_server import OnsiteServer, serving
from tests.ui.get_models import CATALOGUES, FILES, get_dialog, local_catalogue
from tests.waiting import rest, wait

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from medsdesk.ui.get_model.dialog import GetModelDialog
    from medsdesk.ui.models.server_dialog import ServerDialog


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


def _models_convert(app: App) -> QWidget:
    app.window.show_page("models")
    app.window.models.convert_button.click()
    dialog = app.window.model_control.making.convert_dialog
    assert dialog is not None
    dialog.folder.setText("/data/checkpoints/MMedS-Llama-3-8B")
    rest(50)
    return dialog


def _models_quantise(app: App, kind: int = F16) -> QWidget:
    """Offer forms of a file as large as an 8B model, which holds nothing."""
    path = make_sparse(app.desk.directory.parent / "large.gguf", replace(LLAMA_8B, kind=kind))
    form = {F16: "F16", Q8_0: "Q8_0"}[kind]
    add(app, replace(model_of(app, "slow"), id="large", path=str(path), quantisation=form))
    app.window.models.select("large")
    app.window.models.quantise_button.click()
    making = app.window.model_control.making
    wait(lambda: making.quantise_dialog is not None)
    assert making.quantise_dialog is not None
    rest(50)
    return making.quantise_dialog


def _models_quantise_again(app: App) -> QWidget:
    return _models_quantise(app, Q8_0)


def _models_cost(app: App) -> QWidget:
    app.window.show_page("models")
    app.window.models.select("slow")
    app.window.models.cost_button.click()
    making = app.window.model_control.making
    wait(lambda: making.cost_dialog is not None)
    assert making.cost_dialog is not None
    rest(50)
    return making.cost_dialog


def _models_measured(app: App) -> QWidget:
    """Show made-up figures of a form; they are in this picture alone."""
    model = model_of(app, "slow")
    with open_workspace(app.desk.directory) as ws:
        add_fidelity(ws, made_up_fidelity(model.sha256))
    app.window.show_page("models")
    app.window.model_control.refresh()
    app.window.models.select("slow")
    wait(lambda: "Compared with" in app.window.models.details.text())
    rest(50)
    return app.window


def model_of(app: App, model_id: str) -> ModelFile:
    with open_workspace(app.desk.directory) as ws:
        return next(model for model in models.list_models(ws) if model.id == model_id)


def add(app: App, model: ModelFile) -> None:
    """Put a model on the list and wait until it is shown."""
    with open_workspace(app.desk.directory) as ws:
        models.add_model(ws, model)
    app.window.show_page("models")
    rows = app.window.models.table.rowCount()
    app.window.model_control.refresh()
    wait(lambda: app.window.models.table.rowCount() == rows + 1)


def made_up_fidelity(sha256: str) -> Fidelity:
    return Fidelity(
        model_sha256=sha256,
        reference_sha256="0" * 64,
        reference_id="made-up-f16",
        reference_kind="F16",
        reference_made_from="",
        text_sha256="0" * 64,
        passages=30,
        tokens=4_321,
        perplexity=Estimate(8.1, 7.6, 8.6),
        reference_perplexity=Estimate(8.0, 7.5, 8.5),
        perplexity_ratio=Estimate(1.0123, 1.0081, 1.0165),
        top_agreement=Estimate(94.1, 93.2, 95.0),
        divergence=Estimate(0.02, 0.01, 0.03),
        method="made up",
        engine="none",
        measured_at=utc_now(),
    )


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


@contextmanager
def _policy(app: App, text: str) -> Iterator[None]:
    """Let a site policy hold, for the page as it is then shown."""
    path = app.desk.directory.parent / "policy.toml"
    path.write_text(f"schema_version = 1\n{text}", encoding="utf-8")
    with mock.patch.dict(os.environ, {"MEDSDESK_POLICY": str(path)}):
        app.window.show_page("models")
        app.window.model_control.refresh()
        yield


@contextmanager
def _site_server(app: App) -> Iterator[OnsiteServer]:
    with serving() as server, _policy(app, f'onsite_servers = ["{server.address}"]\n'):
        wait(app.window.models.server_button.isVisible)
        yield server


def _server_dialog(app: App) -> ServerDialog:
    app.window.models.server_button.click()
    dialog = app.window.model_control.servers.dialog
    assert dialog is not None
    rest(50)
    return dialog


def _asked(dialog: ServerDialog) -> QPixmap:
    """Press the button and return what is seen once the server has answered."""
    dialog.ask_button.click()
    wait(lambda: not dialog.control.busy)
    rest(50)
    picture = dialog.grab()
    dialog.reject()
    return picture


def _models_server(app: App) -> QWidget:
    with _site_server(app):
        rest(100)
        picture = app.window.grab()
    return _shown(picture)


def _models_server_barred(app: App) -> QWidget:
    with _policy(app, 'onsite_servers = ["https://llm.example/v1"]\nnetwork = "never"\n'):
        wait(lambda: "never" in app.window.models.server_note.text())
        rest(100)
        picture = app.window.grab()
    return _shown(picture)


def _server_new(app: App) -> QWidget:
    with _site_server(app):
        dialog = _server_dialog(app)
        dialog.key.setText("made-up-key")
        rest(50)
        picture = dialog.grab()
        dialog.reject()
    return _shown(picture)


def _server_asking(app: App) -> QWidget:
    with _site_server(app) as server:
        server.slow = 3
        dialog = _server_dialog(app)
        dialog.ask_button.click()
        rest(300)
        picture = dialog.grab()
        dialog.reject()
        wait(lambda: not dialog.control.busy)
        dialog.reject()
    return _shown(picture)


def _server_offered(app: App) -> QWidget:
    with _site_server(app) as server:
        server.be_vllm()
        server.facts["/v1/models"]["data"] += [
            {"id": "MMed-Llama-3-8B"},
            {"id": "a-model-with-a-name-as-long-as-some-are/quantised-to-four-bits-with-groups"},
        ]
        picture = _asked(_server_dialog(app))
    return _shown(picture)


def _server_wants_key(app: App) -> QWidget:
    with _site_server(app) as server:
        server.key = "made-up-key"
        dialog = _server_dialog(app)
        dialog.key.setText("another-key")
        picture = _asked(dialog)
    return _shown(picture)


def _drop(name: str) -> None:
    os.environ.pop(name, None)


SCENES: dict[str, Callable[[App], QWidget]] = {
    "models-doubt": _models_doubt,
    "models-checking": _models_checking,
    "models-add": _models_add,
    "models-convert": _models_convert,
    "models-quantise": _models_quantise,
    "models-quantise-again": _models_quantise_again,
    "models-cost": _models_cost,
    "models-measured": _models_measured,
    "models-server": _models_server,
    "models-server-barred": _models_server_barred,
    "server-new": _server_new,
    "server-asking": _server_asking,
    "server-offered": _server_offered,
    "server-wants-key": _server_wants_key,
    "get-model": _get_model,
    "get-model-gated": _get_model_gated,
    "get-model-never": _get_model_never,
    "get-model-running": _get_model_running,
    "get-model-refused": _get_model_refused,
    "get-model-token": _get_model_token,
}
