"""A model on the site's own server, in the window: nothing is sent before Run is pressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.onsite_server import MODEL, OnsiteServer, Reply, write_policy

OpenApp = Callable[..., Any]
AddModel = Callable[..., Any]


def add(add_model: AddModel, server: OnsiteServer) -> str:
    host = f"127.0.0.1:{server.port}"
    add_model(
        name="served", path=server.path, sha256="", size_bytes=0, quantisation="unknown",
        context_train=0,
    )  # fmt: skip
    return host


def test_a_text_is_sent_when_run_is_pressed_and_not_before(
    open_app: OpenApp, add_model: AddModel, onsite_server: OnsiteServer
) -> None:
    onsite_server.be_llama_cpp(context=4096)
    host = add(add_model, onsite_server)
    driver = open_app({"text": "From the file."})
    panel = driver.page.run
    chosen = [model.id for model in panel._models].index("served")
    assert not panel.away.isVisible()
    panel.model_box.setCurrentIndex(chosen)
    panel.model_box.activated.emit(chosen)
    assert panel.away.isVisible()
    assert host in panel.away.text()
    assert panel.away.accessibleName() == panel.away.text()
    driver.sample()
    driver.wait(lambda: "when you press Run" in driver.page.text.counter.text())
    assert onsite_server.asked == []
    driver.run()
    assert "No effusion." in driver.page.answer.box.toPlainText()
    assert len(onsite_server.chats) == 1
    panel.model_box.setCurrentIndex(1 - chosen)
    assert not panel.away.isVisible()


def test_a_server_that_fails_is_told_in_the_window(
    open_app: OpenApp, add_model: AddModel, onsite_server: OnsiteServer
) -> None:
    add(add_model, onsite_server)
    driver = open_app()
    driver.sample()
    onsite_server.replies.append(Reply(status=500))
    driver.run()
    assert "trouble of its own" in driver.page.answer.fault.text()


def test_the_page_models_shows_where_it_is_and_claims_no_size(
    open_app: OpenApp, add_model: AddModel, onsite_server: OnsiteServer
) -> None:
    add(add_model, onsite_server)
    driver = open_app()
    driver.window.show_page("models")
    page = driver.window.models
    driver.wait(lambda: page.table.rowCount() == 1)
    cells = [page.table.item(0, column).text() for column in range(page.table.columnCount())]
    assert cells[2:8] == ["on a server", "your site's server", "unknown", "–", "–", "–"]
    assert cells[8] == f"{onsite_server.address}#{MODEL}"
    page.table.selectRow(0)
    assert "leave this computer" in page.details.text()
    assert not page.check_button.isEnabled()
    assert not page.fit_button.isEnabled()


def test_what_the_policy_fixes_is_shown_as_locked(
    open_app: OpenApp, onsite_server: OnsiteServer, tmp_path: Path
) -> None:
    write_policy(tmp_path / "policy.toml", onsite_server.address, more='network = "onsite"\n')
    box = open_app().window.pages.page("settings").network
    assert not box.isEnabled()
    assert box.currentText() == "Set by your site: Your site's server alone (locked)"
    assert box.accessibleDescription() == "Locked. Set by your site."
    assert box.currentData() == "asked"  # the user's own choice is kept for another policy


def test_a_server_that_the_policy_names_no_more_is_marked(
    open_app: OpenApp, add_model: AddModel, onsite_server: OnsiteServer, tmp_path: Path
) -> None:
    add(add_model, onsite_server)
    write_policy(tmp_path / "policy.toml")
    driver = open_app()
    driver.window.show_page("models")
    page = driver.window.models
    driver.wait(lambda: page.table.rowCount() == 1)
    assert page.table.item(0, 2).text() == "on a server, not allowed"
    assert onsite_server.asked == []
