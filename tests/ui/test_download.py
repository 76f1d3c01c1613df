"""The download of MedS-Bench in a real window, from a hub on this computer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from medsdesk.ui.download.dialog import DownloadDialog
from medsdesk.ui.evaluate.page import EvaluatePage
from tests.hub_server import HubServer
from tests.ui.downloads import download_dialog

OpenApp = Callable[..., Any]
BROKEN = "MCQA/task57_medqa_question_answering_en.jsonl"


def asked(driver: Any) -> DownloadDialog:
    """Open the dialog and wait for its question."""
    dialog = download_dialog(driver.app)
    driver.wait(lambda: bool(dialog.question.text()))
    return dialog


def tick(dialog: DownloadDialog, *names: str) -> None:
    for row in range(dialog.categories.count()):
        item = dialog.categories.item(row)
        on = item.text().split("  ")[0] in names
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


def fetch(driver: Any, dialog: DownloadDialog) -> None:
    dialog.start_button.click()
    driver.wait(lambda: not dialog.control.busy)


def listed(driver: Any) -> list[str]:
    page = driver.window.pages.page("evaluate")
    assert isinstance(page, EvaluatePage)
    return sorted(path.name.split("_")[0] for path in page.file_control.paths)


def test_nothing_is_contacted_before_the_answer(open_app: OpenApp, hub_server: HubServer) -> None:
    driver = open_app()
    dialog = asked(driver)
    told = dialog.question.text()
    assert "Henrychur/MedS-Bench" in told
    assert "127.0.0.1" in told
    assert "nothing of yours" in told
    assert dialog.folder.text().endswith("meds_bench")
    dialog.close_button.click()
    assert hub_server.seen == []


def test_everything_comes_and_stands_in_the_list(open_app: OpenApp, hub_server: HubServer) -> None:
    driver = open_app()
    dialog = asked(driver)
    fetch(driver, dialog)
    assert dialog.message.text().startswith("4 files fetched, 0 here before (revision aaaaaaaaaaaa")
    assert dialog.close_button.text() == "Close"
    driver.wait(lambda: listed(driver) == ["task12", "task126", "task46", "task57"])


def test_one_category_alone(open_app: OpenApp, hub_server: HubServer) -> None:
    driver = open_app()
    dialog = asked(driver)
    tick(dialog)
    assert not dialog.start_button.isEnabled()
    assert dialog.message.text() == "Tick what to download."
    dialog.everything.click()
    assert dialog.start_button.isEnabled()
    tick(dialog, "Named Entity Recognition")
    assert not dialog.everything.isChecked()
    fetch(driver, dialog)
    driver.wait(lambda: listed(driver) == ["task126"])


def test_what_cannot_be_had_is_listed_with_the_reason(
    open_app: OpenApp, hub_server: HubServer, caplog: pytest.LogCaptureFixture
) -> None:
    hub_server.faults.content[BROKEN] = b"other bytes"
    driver = open_app()
    dialog = asked(driver)
    fetch(driver, dialog)
    assert "1 could not be had" in dialog.message.text()
    row = [dialog.failures.item(0, column) for column in (0, 1)]
    assert row[0] is not None
    assert row[0].text() == BROKEN
    assert row[1] is not None
    assert dialog.row.text() == f"{BROKEN}: {row[1].text()}"
    assert "Add folder" in dialog.way.text()
    driver.wait(lambda: listed(driver) == ["task12", "task126", "task46"])
    caplog.clear()


def test_cancel_keeps_what_came_and_download_goes_on(
    open_app: OpenApp, hub_server: HubServer
) -> None:
    hub_server.faults.seconds_per_chunk = 0.03
    driver = open_app()
    dialog = asked(driver)
    tick(dialog, "Fact Verification")
    dialog.control.progressed.connect(lambda p: dialog.reject() if p.done else None)
    fetch(driver, dialog)
    assert "1 not fetched" in dialog.message.text()
    assert "kept" in dialog.message.text()
    assert dialog.isVisible()
    dialog.close_button.click()
    assert not dialog.isVisible()
    hub_server.faults.seconds_per_chunk = 0
    again = asked(driver)
    tick(again, "Fact Verification")
    fetch(driver, again)
    assert again.message.text().startswith("1 file fetched")
    assert next(s.range for s in hub_server.content_requests if s.range) != "bytes=0-"


def test_the_setting_never_explains_in_place_of_asking(
    open_app: OpenApp, hub_server: HubServer
) -> None:
    driver = open_app()
    page = driver.window.pages.page("settings")
    page.network.setCurrentIndex(1)
    page.network.activated.emit(1)
    dialog = asked(driver)
    assert "forbid" in dialog.question.text()
    assert "page Settings" in dialog.question.text()
    assert not dialog.start_button.isVisible()
    assert dialog.categories.count() == 0
    dialog.close_button.click()
    driver.app.preferences.change(replace(driver.app.preferences.value, network="asked"))
    assert asked(driver).categories.count() > 5
    assert hub_server.seen == []


def test_the_site_may_forbid_it_too(open_app: OpenApp) -> None:
    dialog = asked(open_app())  # HF_HUB_OFFLINE is set for all tests
    assert "HF_HUB_OFFLINE" in dialog.question.text()
    assert dialog.close_button.text() == "Close"


def test_a_hub_out_of_reach_is_told_with_the_way_by_file(
    open_app: OpenApp, hub_server: HubServer
) -> None:
    hub_server.faults.answers = [(404, {"X-Error-Code": "RepoNotFound"})] * 9
    driver = open_app()
    dialog = asked(driver)
    fetch(driver, dialog)
    assert dialog.message.text()
    assert "--" not in dialog.message.text()
    assert dialog.start_button.isEnabled()
