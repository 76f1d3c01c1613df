"""The page Compare writes a report of what it shows, with its pictures and without names."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medsdesk.services.history import recent_runs
from medsdesk.store.audit import list_entries
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.report.dialog import ReportDialog, ReportWish
from tests.compared_ratings import import_planted
from tests.ui.test_compare_page import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from medsdesk.ui.app import App
    from medsdesk.ui.compare.page import ComparePage

pytestmark = pytest.mark.screens


@pytest.fixture
def app(open_app: Callable[..., Any], directory: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """Open a window on ratings made up by a rule; nothing is opened in a browser."""
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: True)
    with open_workspace(directory) as ws:
        import_planted(ws, directory.parent, items=12)
    driver = open_app()
    shown(driver)
    return cast("App", driver.app)


@pytest.fixture
def page(app: App) -> ComparePage:
    return cast("ComparePage", app.window.pages.page("compare"))


def _written(qtbot: QtBot, page: ComparePage, wish: ReportWish) -> str:
    with qtbot.waitSignal(page.told, timeout=60_000) as told:
        page.report.write(wish)
    return str(told.args[0])


def test_both_files_are_written_with_pictures_and_a_row_of_the_trail(
    qtbot: QtBot, app: App, page: ComparePage, tmp_path: Path
) -> None:
    wish = ReportWish(tmp_path / "r.html", tmp_path / "r.pdf", named=False, shown=False)
    said = _written(qtbot, page, wish)
    assert str(tmp_path / "r.html") in said
    assert str(tmp_path / "r.pdf") in said
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert text.count("data:image/svg+xml;base64,") == len(page.pictures()) > 4
    assert "come from the window" not in text
    reader = pypdf.PdfReader(io.BytesIO((tmp_path / "r.pdf").read_bytes()))
    assert "What was found" in " ".join(reader.pages[0].extract_text().split())
    last = " ".join(reader.pages[-1].extract_text().split())
    told = re.findall(r"\b[0-9a-f]{64}\b", text)
    assert told
    assert told[-1] in last, "a fingerprint is whole on paper, too"
    with open_workspace(app.desk.directory) as ws:
        entry = list_entries(ws)[-1]
        assert recent_runs(ws) == ()
    assert entry.action == "export"
    assert page.report.button.isEnabled()


def test_raters_have_names_only_where_asked_for_also_in_pictures(page: ComparePage) -> None:
    assert page.report._shown is not None
    compared, looked = page.report._shown
    called = {"A": "Rater 1", "B": "Rater 2", "C": "Rater 3"}
    drawn = page.report._pictures(looked, compared, called)
    [raters] = [each for each in drawn if each.name == "compare-raters"]
    assert b"Rater 2" in raters.svg
    [named] = [each for each in page.pictures() if each.name == "compare-raters"]
    assert b"Rater 2" not in named.svg


def test_it_is_asked_by_keys_how_and_refused_in_words(
    qtbot: QtBot, page: ComparePage, tmp_path: Path
) -> None:
    page.report.button.setFocus()
    QTest.keyClick(page.report.button, Qt.Key.Key_Space)
    [dialog] = page.findChildren(ReportDialog)
    qtbot.waitUntil(dialog.isVisible)
    QTest.keyClick(dialog.paper, Qt.Key.Key_Space)
    wish = dialog.wish(tmp_path / "no" / "r.html")
    assert (wish.paper, wish.named, wish.shown) == (None, False, True)
    QTest.keyClick(dialog.page, Qt.Key.Key_Space)
    assert not dialog.write_button.isEnabled()
    dialog.reject()
    with qtbot.waitSignal(page.refused, timeout=60_000) as refused:
        page.report.write(wish)
    assert "cannot be written" in refused.args[0].message
    assert page.report.button.isEnabled()


def test_it_can_be_stopped_and_leaves_nothing(
    qtbot: QtBot, page: ComparePage, tmp_path: Path
) -> None:
    wish = ReportWish(tmp_path / "r.html", tmp_path / "r.pdf", named=True, shown=False)
    with qtbot.waitSignal(page.refused, timeout=60_000):
        page.report.write(wish)
        page.stop_button.click()
    assert list(tmp_path.glob("r.*")) == []


def test_the_window_goes_on_while_a_long_report_is_laid_out(
    qtbot: QtBot, app: App, tmp_path: Path
) -> None:
    """Longest time between two turns of the window's loop while the job thread lays it out."""
    from medsdesk.services.report_document import Column, Grid, ReportDocument, Section
    from medsdesk.ui.report.pdf import report_pdf

    rows = tuple(tuple(f"row {n} cell {m}" for m in range(8)) for n in range(1500))
    grid = Grid("Long", tuple(Column(f"C{n}") for n in range(8)), rows)
    document = ReportDocument("Long", (), "", (Section("S", (grid,)),))
    done: list[int] = []
    app.desk.browse.submit(lambda _: len(report_pdf(document)), done.append)
    longest, last = 0.0, time.perf_counter()
    while not done:
        QApplication.processEvents()
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
        time.sleep(0.002)
    assert done[0] > 10_000
    assert longest < 1.0, "far below what a job in one step would take; see tests/bench"
