"""A server of the site is asked and added in the window, by keys; its key is kept and not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from medsdesk.config import vault as vault_module
from medsdesk.ui.models.server_dialog import ServerDialog
from tests.keyrings import MemoryVault
from tests.onsite_server import MODEL, OnsiteServer, write_policy

OpenApp = Callable[..., Any]
KEY = "made-up-key-0123456789"
REPLY = {"text": "Yes."}


@pytest.fixture(autouse=True)
def vault(monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    made = MemoryVault()
    monkeypatch.setattr(vault_module, "system_vault", lambda: made)
    return made


def press(widget: QWidget, key: Qt.Key = Qt.Key.Key_Space) -> None:
    widget.setFocus()
    QTest.keyClick(widget, key)


def opened(driver: Any) -> ServerDialog:
    """Press the button on the page Models and return the dialog."""
    driver.window.show_page("models")
    page = driver.window.models
    driver.wait(page.server_button.isVisible)
    press(page.server_button)
    dialog = driver.window.model_control.servers.dialog
    assert isinstance(dialog, ServerDialog)
    driver.wait(dialog.isVisible)
    return dialog


def ask(driver: Any, dialog: ServerDialog) -> str:
    """Ask the server and return what it came to."""
    press(dialog.ask_button)
    driver.wait(lambda: not dialog.control.busy)
    return dialog.message.text()


def listed(driver: Any) -> list[str]:
    table = driver.window.models.table
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def test_a_model_is_found_and_added_and_not_used_unasked(
    open_app: OpenApp, onsite_server: OnsiteServer, vault: MemoryVault
) -> None:
    onsite_server.be_llama_cpp()
    driver = open_app(REPLY)
    dialog = opened(driver)
    assert dialog.address.currentText() == onsite_server.address
    assert onsite_server.asked == []
    assert not dialog.models.isVisible()
    assert not dialog.add_button.isEnabled()
    assert ask(driver, dialog) == "The server answers. It is llama.cpp server b7000-abcdef."
    assert dialog.message.accessibleName() == dialog.message.text()
    assert [dialog.models.item(n).text() for n in range(dialog.models.count())] == [MODEL]
    driver.wait(dialog.add_button.hasFocus)
    QTest.keyClick(dialog.add_button, Qt.Key.Key_Space)
    driver.wait(lambda: len(listed(driver)) == 2)
    assert not dialog.isVisible()
    page = driver.window.models
    host = f"127.0.0.1:{onsite_server.port}"
    assert page.message.text() == (
        f"{MODEL} on server {host} is on the list. Once you choose it, texts that it is to answer "
        f"leave this computer for {host}."
    )
    assert page.table.currentRow() == listed(driver).index(f"{MODEL} on server {host}")
    assert driver.page.run.model.id == "scripted"
    assert onsite_server.chats == []
    assert vault.kept == {}


def test_one_of_several_models_is_chosen_by_keys(
    open_app: OpenApp, onsite_server: OnsiteServer
) -> None:
    onsite_server.be_vllm()
    onsite_server.facts["/v1/models"]["data"].append({"id": "second"})
    driver = open_app(REPLY)
    dialog = opened(driver)
    dialog.address.setFocus()
    QTest.keyClick(dialog.address, Qt.Key.Key_Return)
    driver.wait(lambda: dialog.models.count() == 2 and not dialog.control.busy)
    assert (
        dialog.message.text()
        == "The server answers. It is vLLM 0.11.0. It has 2 models: choose one, then press Add."
    )
    driver.wait(dialog.models.hasFocus)
    assert dialog.models.selectedItems()[0].text() == MODEL
    QTest.keyClick(dialog.models, Qt.Key.Key_End)
    assert dialog.add_button.isEnabled()
    QTest.keyClick(dialog.models, Qt.Key.Key_Return)
    driver.wait(lambda: len(listed(driver)) == 2)
    assert any(name.startswith("second on server") for name in listed(driver))


def test_a_key_is_asked_for_tried_kept_and_forgotten(
    open_app: OpenApp, onsite_server: OnsiteServer, vault: MemoryVault
) -> None:
    onsite_server.key = KEY
    driver = open_app(REPLY)
    dialog = opened(driver)
    assert dialog.key.echoMode() == QLineEdit.EchoMode.Password
    assert "asks for a key, and none is kept for it" in ask(driver, dialog)
    assert "type it under 'Key'" in dialog.message.text()
    driver.wait(dialog.key.hasFocus)
    QTest.keyClicks(dialog.key, "wrong")
    assert dialog.message.text() == ""
    assert "does not accept the key" in ask(driver, dialog)
    assert dialog.key.hasSelectedText()
    QTest.keyClicks(dialog.key, KEY)
    assert "The server answers" in ask(driver, dialog)
    assert vault.kept == {}  # not before it is added
    press(dialog.add_button)
    driver.wait(lambda: len(listed(driver)) == 2)
    origin = onsite_server.address.removesuffix("/v1")
    assert vault.secrets == {origin: KEY}
    assert dialog.key.text() == ""
    dialog = opened(driver)
    assert dialog.key.text() == ""
    assert "The server answers" in ask(driver, dialog)  # with the key that is kept
    for told in ("is forgotten", "No key was kept"):
        press(dialog.forget_button)
        driver.wait(lambda told=told: told in dialog.message.text())
    assert vault.kept == {}
    assert "asks for a key" in ask(driver, dialog)


def test_without_a_keyring_nothing_is_added_with_a_key(
    open_app: OpenApp, onsite_server: OnsiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    onsite_server.key = KEY
    monkeypatch.setattr(vault_module, "system_vault", lambda: None)
    driver = open_app(REPLY)
    dialog = opened(driver)
    QTest.keyClicks(dialog.key, KEY)
    assert "The server answers" in ask(driver, dialog)
    press(dialog.add_button)
    driver.wait(lambda: "no keyring" in dialog.message.text())
    assert listed(driver) == ["Scripted"]
    assert dialog.isVisible()


def test_asking_is_stopped_and_faults_stand_in_the_dialog(
    open_app: OpenApp, onsite_server: OnsiteServer, unused_port: int
) -> None:
    onsite_server.slow = 20
    driver = open_app(REPLY)
    dialog = opened(driver)
    press(dialog.ask_button)
    driver.wait(lambda: bool(onsite_server.asked))
    assert dialog.bar.isVisible()
    assert dialog.close_button.text() == "Cancel"
    assert not dialog.key.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    driver.wait(lambda: dialog.message.text() == "Stopped.")
    assert dialog.isVisible()
    field = dialog.address.lineEdit()
    assert field is not None
    for text, words in (
        ("llm", "no address of a server"),
        (f"http://127.0.0.1:{unused_port}", "does not name it"),
    ):
        dialog.address.setEditText("")
        assert not dialog.ask_button.isEnabled()
        QTest.keyClicks(field, text)
        assert words in ask(driver, dialog)
        assert dialog.message.property("tone") == "danger"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_button_is_there_only_where_a_server_may_be_asked(
    open_app: OpenApp, onsite_server: OnsiteServer, tmp_path: Path
) -> None:
    write_policy(tmp_path / "policy.toml")
    driver = open_app(REPLY)
    driver.window.show_page("models")
    page = driver.window.models
    driver.wait(lambda: "names no server" in page.server_note.text())
    assert "ask IT" in page.server_note.text()
    assert not page.server_button.isVisible()
    write_policy(tmp_path / "policy.toml", onsite_server.address)
    driver.window.model_control.refresh()
    driver.wait(page.server_button.isVisible)
    assert not page.server_note.isVisible()
    driver.app.preferences.change(replace(driver.app.preferences.value, network="never"))
    driver.wait(lambda: "page Settings" in page.server_note.text())
    assert not page.server_button.isVisible()


def test_closing_the_window_stops_the_asking(
    open_app: OpenApp, onsite_server: OnsiteServer
) -> None:
    onsite_server.slow = 30
    driver = open_app(REPLY)
    dialog = opened(driver)
    press(dialog.ask_button)
    driver.wait(lambda: bool(onsite_server.asked))
    driver.app.desk.close()
    driver.wait(onsite_server.left.is_set)
    QApplication.processEvents()
