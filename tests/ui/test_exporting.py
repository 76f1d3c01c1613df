"""Ratings leave the window in every form, and the dialog says what each leaves out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medsdesk.services.import_ratings import import_ratings
from medsdesk.store.audit import list_entries
from medsdesk.store.workspace import open_workspace
from medsdesk.ui import exporting
from medsdesk.ui.export_dialog import FULL, HIDDEN, KINDS

OpenApp = Callable[..., Any]
FOREIGN = (
    "study,item,rater,criterion,scale,value,comment\n"
    "Pilot,i1,Ann,accuracy,ordinal,4,\n"
    "Pilot,i1,Ann,comment,text,,Mr Ito\n"
)


@pytest.fixture(autouse=True)
def imported(directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "foreign.csv"
    path.write_text(FOREIGN, encoding="utf-8")
    with open_workspace(directory) as ws:
        import_ratings(ws, path)


def _ask(driver: Any, number: int, *, hidden: bool = False) -> None:
    """Choose in the dialog and press its button."""
    driver.window.exporting.ask()
    dialog = driver.window.exporting.dialog
    assert dialog.isVisible()
    dialog.kind.setCurrentIndex(number)
    assert dialog.what.text() == KINDS[number].words
    (dialog.hidden if hidden else dialog.full).setChecked(True)
    assert dialog.left_out.text() == (HIDDEN if hidden else FULL)
    driver.window.messages.hide()
    dialog.place_button.click()
    assert not dialog.isVisible()


def test_folders_are_new_ones_and_nobody_is_named(
    open_app: OpenApp, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(exporting, "ask_folder", lambda *_: out)
    driver = open_app()
    for _ in range(2):
        _ask(driver, 3, hidden=True)
        driver.wait(driver.window.messages.isVisible)
        assert "1 rating written" in driver.window.messages.text
        assert "Comments, corrections and marks left out: 1." in driver.window.messages.text
    _ask(driver, 4)
    driver.wait(driver.window.messages.isVisible)
    assert "upload the dictionary first" in driver.window.messages.text
    assert sorted(path.name for path in out.iterdir()) == [
        "ratings-deidentified", "ratings-deidentified-2", "ratings-redcap",
    ]  # fmt: skip
    told = (out / "ratings-deidentified" / "ratings-long.csv").read_text(encoding="utf-8")
    assert "Ann" not in told
    with open_workspace(directory) as ws:
        assert [entry.action for entry in list_entries(ws)].count("export") == 3


def test_files_are_named_by_the_user(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, table = tmp_path / "r.xlsx", tmp_path / "r.csv"
    monkeypatch.setattr(exporting, "ask_save", lambda *_: (book, ""))
    monkeypatch.setattr(exporting, "ask_save_csv", lambda *_: (table, True))
    driver = open_app()
    for number, path in ((2, book), (1, table)):
        _ask(driver, number)
        driver.wait(driver.window.messages.isVisible)
        assert path.is_file()
    assert table.read_text(encoding="utf-8-sig").startswith("study,item,task")
    assert "accuracy:status" in table.read_text(encoding="utf-8-sig")


def test_who_changes_their_mind_writes_nothing(
    open_app: OpenApp, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ask_save", "ask_save_csv", "ask_folder"):
        monkeypatch.setattr(exporting, name, lambda *_: None)
    driver = open_app()
    for number in range(len(KINDS)):
        _ask(driver, number)
    assert not driver.window.messages.isVisible()
    with open_workspace(directory) as ws:
        assert "export" not in {entry.action for entry in list_entries(ws)}
