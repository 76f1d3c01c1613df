"""Corrected answers leave the window as task files, after the lock and not before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.store.workspace import open_workspace
from medsdesk.tasks.meds_bench import check_task_file
from tests.ui.study_scenes import RATERS, rate_some, store_study, studies_page

OpenApp = Callable[..., Any]


def test_corrected_answers_are_exported_after_the_lock(
    open_app: OpenApp, directory: Path, tmp_path: Path
) -> None:
    with open_workspace(directory) as ws:
        made = store_study(ws, n_items=4)
        for rater in RATERS:
            rate_some(ws, made.id, rater, 4)
        StudySession(ws, made.id, RATERS[0]).set_edit("A better letter.")
    driver = open_app()
    page = studies_page(driver.app)
    driver.wait(lambda: page.table.rowCount() == 1)
    button = page.status.corrected_button
    assert button.isVisible()
    assert not button.isEnabled()
    with open_workspace(directory) as ws:
        lock_study(ws, made.id, "", "Dr Owner")
    page.refresh()
    driver.wait(button.isEnabled)
    assert page.chosen is not None
    folder = tmp_path / "out"
    folder.mkdir()
    page.corrections.export(page.chosen, folder)
    driver.wait(lambda: "1 corrected answer of" in driver.window.messages.text)
    [file] = folder.iterdir()
    assert check_task_file(file).items == 1
    page.corrections.export(page.chosen, folder)
    driver.wait(lambda: "already" in driver.window.messages.text)
