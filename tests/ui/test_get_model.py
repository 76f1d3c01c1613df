"""A model comes through the window: licence first, progress, stop and resume, gates and tokens."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from medsdesk.config import vault as vault_module
from medsdesk.ui.get_model.dialog import GetModelDialog
from medsdesk.ui.get_model.words import USUAL
from tests.hub_server import FIRST, HubServer
from tests.ui.get_models import CATALOGUES, FILES, get_dialog, local_catalogue

OpenApp = Callable[..., Any]
TOKEN = "hf_made_up_token_0123456789"
DEMO = {"is_demo": True, "name": "demo"}
MEDICAL = "MMedIns-Llama 3 8B, GGUF files"


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that puts the medical model's files on the made-up hub."""

    def put(**changes: object) -> None:
        models = local_catalogue(**changes)
        for name in CATALOGUES:
            monkeypatch.setattr(name, lambda: models)

    return put


@pytest.fixture
def hub(hub_server: HubServer, catalogue: Callable[..., None]) -> HubServer:
    hub_server.commits[FIRST] = dict(FILES)
    catalogue()
    return hub_server


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    kept: dict[str, str] = {}
    made = SimpleNamespace(
        get_password=lambda _, server: kept.get(server),
        set_password=lambda _, server, secret: kept.update({server: secret}),
        delete_password=lambda _, server: kept.pop(server),
    )
    monkeypatch.setattr(vault_module, "system_vault", lambda: made)
    return kept


def opened(driver: Any) -> GetModelDialog:
    """Open the dialog and wait until it was said what will be contacted, or why not."""
    dialog = get_dialog(driver.app)
    driver.wait(lambda: dialog.table.rowCount() > 0 and bool(dialog.question.text()))
    return dialog


def press(widget: QWidget, key: Qt.Key = Qt.Key.Key_Space) -> None:
    widget.setFocus()
    QTest.keyClick(widget, key)


def fetch(driver: Any, dialog: GetModelDialog) -> None:
    if dialog.details.tick.isVisible() and not dialog.details.tick.isChecked():
        press(dialog.details.tick)
    assert dialog.start_button.isEnabled()
    press(dialog.start_button)
    driver.wait(lambda: not dialog.control.busy)


def listed(driver: Any) -> list[str]:
    table = driver.window.models.table
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def go_to(driver: Any, dialog: GetModelDialog, name: str) -> None:
    """Walk down the table by keys to a model."""
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Home)
    for _ in range(dialog.table.rowCount()):
        entry = dialog.details.entry
        if entry is not None and entry.model.name == name:
            break
        QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    driver.wait(lambda: bool(dialog.question.text()))
    assert dialog.details.entry is not None
    assert dialog.details.entry.model.name == name


def test_the_medical_model_comes_first_and_is_explained(open_app: OpenApp, hub: HubServer) -> None:
    driver = open_app({"text": "Yes."})
    dialog = opened(driver)
    first = [dialog.table.item(0, number) for number in range(6)]
    told = [item.text() for item in first if item is not None]
    assert told[:3] == [MEDICAL, "the medical model", "8.0 billion"]
    assert told[3] == "about 4.9 GB, ready to use"
    assert "made for" in dialog.details.purpose.text()
    assert "https://www.llama.com/llama3/license/" in dialog.details.licence.text()
    assert dialog.details.chosen_file == USUAL
    assert "127.0.0.1" in dialog.question.text()
    assert "no text, answer or rating" in dialog.question.text()
    press(dialog.close_button)
    assert not dialog.isVisible()
    assert hub.seen == []


def test_no_licence_no_download(open_app: OpenApp, hub: HubServer) -> None:
    driver = open_app({"text": "Yes."})
    dialog = opened(driver)
    assert not dialog.start_button.isEnabled()
    assert "accept it with the tick" in dialog.message.text()
    press(dialog.details.tick)
    assert dialog.start_button.isEnabled()
    go_to(driver, dialog, "Med42-v2 8B, GGUF files")
    assert not dialog.details.tick.isChecked()  # it was for the other model
    go_to(driver, dialog, "Qwen 2 7B Instruct, GGUF files")
    assert not dialog.details.tick.isVisible()  # Apache-2.0 binds nobody beforehand
    driver.wait(dialog.start_button.isEnabled)
    assert hub.seen == []


def test_a_model_comes_is_listed_and_takes_the_place_of_the_demonstration(
    open_app: OpenApp, hub: HubServer
) -> None:
    driver = open_app({"text": "Yes."}, **DEMO)
    dialog = opened(driver)
    fetch(driver, dialog)
    assert dialog.message.text().startswith("Tiny (")
    assert dialog.message.text().endswith("is here and on the list of models.")
    driver.wait(lambda: "Tiny" in listed(driver))
    row = listed(driver).index("Tiny")
    assert driver.window.models.table.item(row, 3).text() == "downloaded"
    assert driver.page.run.model.name == "Tiny"
    driver.wait(lambda: dialog.details.accepted.text().startswith("Accepted in this workspace on"))
    assert not dialog.details.tick.isVisible()
    here = dialog.table.item(0, 5)
    assert here is not None
    assert here.text() == "yes"


def test_a_chosen_model_stays_the_default(open_app: OpenApp, hub: HubServer) -> None:
    driver = open_app({"text": "Yes."})
    fetch(driver, opened(driver))
    driver.wait(lambda: "Tiny" in listed(driver))
    assert driver.page.run.model.id == "scripted"


def test_cancel_keeps_what_came_and_download_goes_on(open_app: OpenApp, hub: HubServer) -> None:
    hub.faults.seconds_per_chunk = 0.03
    driver = open_app({"text": "Yes."})
    dialog = opened(driver)
    told: list[str] = []

    def stop(progress: Any) -> None:
        told.append(dialog.figures.text())
        if progress.done:
            press(dialog.close_button)

    dialog.control.progressed.connect(stop)
    fetch(driver, dialog)
    assert dialog.message.text() == "Stopped. What has come is kept; Download goes on from there."
    assert any("of 240 kB" in line or "of 120 kB" in line for line in told)
    assert dialog.isVisible()
    assert "Tiny" not in listed(driver)
    hub.faults.seconds_per_chunk = 0
    dialog.control.progressed.disconnect(stop)
    driver.wait(lambda: not dialog.details.tick.isVisible())
    fetch(driver, dialog)
    driver.wait(lambda: "Tiny" in listed(driver))
    assert any(s.range and s.range != "bytes=0-" for s in hub.content_requests)


def test_a_file_may_be_named_where_the_size_means_none(open_app: OpenApp, hub: HubServer) -> None:
    driver = open_app({"text": "Yes."})
    dialog = opened(driver)
    dialog.details.file.setCurrentIndex(dialog.details.file.findData("Q6_K"))
    fetch(driver, dialog)
    assert "Choose one: Tiny.Q4_K_M.gguf" in dialog.message.text()
    assert "--" not in dialog.message.text()
    driver.wait(lambda: not dialog.details.tick.isVisible())
    field = dialog.details.file.lineEdit()
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Tiny.Q8_0.gguf")
    fetch(driver, dialog)
    driver.wait(lambda: "Tiny" in listed(driver))


def test_too_little_room_is_refused_before_a_byte_comes(
    open_app: OpenApp, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_app({"text": "Yes."})
    dialog = opened(driver)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2 * 1024**2))
    fetch(driver, dialog)
    assert "has room for 2 MiB only" in dialog.message.text()
    assert dialog.message.property("tone") == "danger"
    assert hub.content_requests == []


def test_a_gate_is_told_and_a_token_opens_it(
    open_app: OpenApp, hub: HubServer, vault: dict[str, str]
) -> None:
    hub.faults.token = TOKEN
    driver = open_app({"text": "Yes."})
    dialog = opened(driver)
    assert not dialog.details.token_button.isVisible()
    fetch(driver, dialog)
    assert "open only to accounts" in dialog.message.text()
    assert "'Token'" in dialog.message.text()
    assert "medsdesk models" not in dialog.message.text()
    driver.wait(lambda: not dialog.details.tick.isVisible())
    keep_by_keys(driver, dialog, vault)
    fetch(driver, dialog)
    driver.wait(lambda: "Tiny" in listed(driver))


def keep_by_keys(driver: Any, dialog: GetModelDialog, vault: dict[str, str]) -> None:
    """Type a token into its dialog; it is kept and shown nowhere."""
    assert dialog.details.token_button.isVisible()
    press(dialog.details.token_button)
    asked = dialog.token_dialog
    assert asked is not None
    driver.wait(lambda: asked.state.text().startswith("No token is kept for 127.0.0.1"))
    assert not asked.keep_button.isEnabled()
    assert asked.token.echoMode() == QLineEdit.EchoMode.Password
    QTest.keyClicks(asked.token, TOKEN)
    QTest.keyClick(asked.token, Qt.Key.Key_Return)
    driver.wait(lambda: asked.state.text().startswith("A token for 127.0.0.1"))
    assert asked.token.text() == ""
    assert list(vault.values()) == [TOKEN]
    QTest.keyClick(asked, Qt.Key.Key_Escape)


def test_a_gated_model_says_so_beforehand_and_a_token_can_be_forgotten(
    open_app: OpenApp, hub: HubServer, vault: dict[str, str]
) -> None:
    driver = open_app({"text": "Yes."})
    dialog = opened(driver)
    go_to(driver, dialog, "Meta Llama 3 8B Instruct")
    assert "let in only accounts" in dialog.details.access.text()
    assert "has to be made of it" in dialog.details.purpose.text()
    assert not dialog.details.file.isVisible()
    keep_by_keys(driver, dialog, vault)
    asked = dialog.token_dialog
    assert asked is not None
    press(dialog.details.token_button)
    driver.wait(asked.forget_button.isEnabled)
    press(asked.forget_button)
    driver.wait(lambda: asked.state.text().startswith("No token"))
    assert vault == {}


def test_without_a_keyring_the_dialog_says_what_to_do(
    open_app: OpenApp, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_module, "system_vault", lambda: None)
    driver = open_app({"text": "Yes."})
    dialog = opened(driver)
    dialog.ask_token()
    asked = dialog.token_dialog
    assert asked is not None
    driver.wait(lambda: asked.state.text().startswith("No token"))
    QTest.keyClicks(asked.token, TOKEN)
    press(asked.keep_button)
    driver.wait(lambda: "no keyring" in asked.state.text())
    assert "'Add GGUF' on the page Models" in asked.state.text()
    assert asked.token.text() == ""


def test_pickles_and_a_forbidden_network_leave_nothing_to_press(
    open_app: OpenApp, hub: HubServer
) -> None:
    driver = open_app({"text": "Yes."})
    dialog = opened(driver)
    go_to(driver, dialog, "Baichuan 2 7B Chat")
    driver.wait(lambda: "pickle" in dialog.question.text())
    assert not dialog.start_button.isVisible()
    press(dialog.close_button)
    driver.app.preferences.change(replace(driver.app.preferences.value, network="never"))
    dialog = opened(driver)
    assert "page Settings" in dialog.question.text()
    assert "'Add GGUF' on the page Models" in dialog.question.text()
    assert not dialog.start_button.isVisible()
    assert hub.seen == []


def test_the_licence_opens_in_the_browser_when_asked(
    open_app: OpenApp, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[str] = []

    def go(url: QUrl) -> bool:
        went.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", go)
    dialog = opened(open_app({"text": "Yes."}))
    assert went == []
    press(dialog.details.read_button)
    press(dialog.details.page_button)
    assert went == ["https://www.llama.com/llama3/license/", "https://huggingface.co/owner/model"]
