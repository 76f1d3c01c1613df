"""Back up and check the trail from the Settings page: asked once, answered in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from medsdesk.services.rating_trail import rating_entry
from medsdesk.store.audit import machine_id
from medsdesk.store.copies import open_copy
from medsdesk.store.studies import list_studies
from medsdesk.store.study_ratings import add_rating
from medsdesk.store.workspace import DATABASE_NAME, open_workspace
from medsdesk.ui.settings import safekeeping
from medsdesk.ui.settings.page import SettingsPage
from medsdesk.ui.settings.safekeeping import Safekeeping
from tests.made_studies import rating, stored_study
from tests.ui.conftest import Driver

OpenApp = Callable[..., Driver]


@pytest.fixture
def driver(open_app: OpenApp) -> Driver:
    made = open_app()
    with open_workspace(made.app.desk.directory) as ws:
        stored_study(ws)
        given = rating(machine=machine_id(ws))
        add_rating(ws, given, rating_entry(given, None))
    return made


def _opened(driver: Driver) -> Safekeeping:
    driver.window.show_page("settings")
    page = driver.window.pages.page("settings")
    assert isinstance(page, SettingsPage)
    return page.safekeeping


def test_the_trail_is_checked_by_key_and_the_answer_is_in_words(driver: Driver) -> None:
    here = _opened(driver)
    assert here.checked.isHidden()
    assert here.check.accessibleName() == "Check the trail"
    here.check.setFocus()
    driver.press(Qt.Key.Key_Space)
    assert not here.check.isEnabled()
    driver.wait(here.check.isEnabled)
    assert here.checked.text().startswith(
        "Nothing was changed: 2 rows of the trail and 1 rating of studies are as they were written."
    )
    assert "Head, to be noted" in here.checked.text()
    assert here.checked.accessibleName() == here.checked.text()


def test_what_was_changed_is_said(driver: Driver) -> None:
    here = _opened(driver)
    with closing(
        sqlite3.connect(driver.app.desk.directory / DATABASE_NAME, isolation_level=None)
    ) as db:
        db.execute("DROP TRIGGER audit_never_changes")
        db.execute("UPDATE audit SET actor = 'Dr Bo' WHERE seq = 1")
    here.check_trail()
    driver.wait(here.check.isEnabled)
    assert here.checked.text().startswith("Something was changed.")
    assert "Row 1 is not as it was written" in here.checked.text()


def test_a_backup_is_made_where_the_user_says(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = _opened(driver)
    file = tmp_path / "kept.sqlite"
    asked: list[str] = []

    def ask(_parent: object, _title: str, name: str, _kinds: object) -> tuple[Path, str]:
        asked.append(name)
        return file, ""

    monkeypatch.setattr(safekeeping, "ask_save", ask)
    here.back_up.click()
    driver.wait(lambda: here.back_up.isEnabled() and "opened and checked" in here.backed_up.text())
    assert asked[0].startswith("medsdesk-backup-20")
    with open_copy(file) as copy:
        assert len(list_studies(copy)) == 1
    here.write_backup(file)
    driver.wait(lambda: "Not backed up." in here.backed_up.text())
    assert "already" in here.backed_up.text()
    monkeypatch.setattr(safekeeping, "ask_save", lambda *_: None)
    here.back_up.click()
    assert here.back_up.isEnabled()
