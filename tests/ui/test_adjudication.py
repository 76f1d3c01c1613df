"""Disagreements in the real window: decided by keys alone, blind, every control named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from medsdesk.core.study_rating import StudyRating
from medsdesk.services.lock_study import lock_study
from medsdesk.store.audit import list_entries
from medsdesk.store.study_ratings import current_ratings, ratings_of_study
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.adjudication.window import AdjudicationWindow
from tests.made_runs import MODELS
from tests.ui.adjudication_scenes import ADJUDICATOR, adjudication
from tests.ui.rating_views import OUTPUT
from tests.ui.study_scenes import RATERS
from tests.ui.test_studies import heard, told
from tests.ui.test_window import TYPES, clipping, overlap

OpenApp = Callable[..., Any]
Key = Qt.Key


def _press(driver: Any, window: AdjudicationWindow, *keys: Qt.Key) -> None:
    for key in keys:
        widget = QApplication.focusWidget()
        QTest.keyClick(widget if widget is not None else window, key)
        done: list[bool] = []
        driver.app.desk.short.submit(lambda _: True, done.append)
        driver.wait(lambda done=done: done == [True])


def _decisions(directory: Path, study: str) -> list[StudyRating]:
    with open_workspace(directory) as ws:
        return list(current_ratings(ws, study, ADJUDICATOR))


def test_disagreements_are_decided_by_keys(open_app: OpenApp, directory: Path) -> None:
    driver = open_app()
    window = adjudication(driver.app, form="workbench", n_items=2)
    found = window.found
    assert found is not None
    with open_workspace(directory) as ws:
        before = ratings_of_study(ws, found.study_id)
    rows = found.rows
    assert all(row.differs for row in rows)
    digits = window.item.question.choices
    first = next(iter(digits))
    _press(driver, window, Key.Key_W)
    QTest.keyClicks(window.item.question.why, "xn1 a made-up reason")  # no key of ours meanwhile
    assert _decisions(directory, found.study_id) == []
    _press(driver, window, Key.Key_Escape, Key(ord(first)))
    assert window.table.currentRow() == 1
    _press(driver, window, Key.Key_X)
    assert window.table.currentRow() == 2
    _press(driver, window, Key.Key_P, Key.Key_P)
    assert window.chosen is not None
    assert window.chosen.decision is not None
    assert window.item.question.why.text() == "xn1 a made-up reason"
    one, two = _decisions(directory, found.study_id)
    assert (one.status, two.status) == ("rated", "cannot_judge")
    assert (one.criterion, two.criterion) == (rows[0].criterion, rows[1].criterion)
    _press(driver, window, Key.Key_Backspace)
    assert [each.id for each in _decisions(directory, found.study_id)] == [two.id]
    with open_workspace(directory) as ws:
        after = ratings_of_study(ws, found.study_id)
        whys = [e.why for e in list_entries(ws, found.study_id) if e.action == "adjudicate"]
    assert after[: len(before)] == before
    assert len(after) == len(before) + 3
    assert whys[0] == "xn1 a made-up reason"
    assert "1 of" in window.state.text()


def test_counts_are_typed_and_marks_are_taken_from_a_rater(
    open_app: OpenApp, directory: Path
) -> None:
    driver = open_app()
    window = adjudication(driver.app, form="radiology", n_items=2)
    assert window.found is not None
    _press(driver, window, Key.Key_1, Key.Key_2, Key.Key_Return)
    [decided] = _decisions(directory, window.found.study_id)
    assert (decided.scale, decided.value) == ("ratio", 12)
    assert window.table.currentRow() == 1


def test_marks_of_one_rater_are_taken_by_that_raters_number(
    open_app: OpenApp, directory: Path
) -> None:
    driver = open_app()
    window = adjudication(driver.app, n_items=2)
    assert window.found is not None
    rows = window.found.rows
    place = next(n for n, row in enumerate(rows) if row.criterion == "marks")
    window.table.selectRow(place)
    [number] = [each.number for each in rows[place].answers if each.marks]
    _press(driver, window, Key(ord(str(number))))
    [decided] = _decisions(directory, window.found.study_id)
    assert (decided.scale, len(decided.marks)) == ("marks", 1)


def test_a_rater_of_all_items_is_told_why_nothing_is_shown(
    open_app: OpenApp, directory: Path
) -> None:
    driver = open_app()
    window = adjudication(driver.app, n_items=2)
    assert window.found is not None
    settings = replace(driver.app.preferences.value, rater=RATERS[0])
    driver.app.preferences.change(settings)
    page = driver.window.pages.page("studies")
    page.control.adjudicate()
    again = page.control.adjudication
    driver.wait(lambda: again.found is not None)
    assert again.table.rowCount() == 0
    assert "cannot decide between its raters" in again.state.text()


def test_a_locked_study_is_only_looked_at(open_app: OpenApp, directory: Path) -> None:
    driver = open_app()
    window = adjudication(driver.app, n_items=2)
    assert window.found is not None
    study = window.found.study_id
    with open_workspace(directory) as ws:
        lock_study(ws, study, "", "Dr Owner")
    _press(driver, window, Key.Key_X)  # of a window that does not know it yet
    assert "The study is locked" in window.messages.text
    window.open(study)
    driver.wait(lambda: getattr(window.found, "locked", False))
    _press(driver, window, Key.Key_X, Key.Key_1, Key.Key_2)
    assert _decisions(directory, study) == []
    assert RATERS[0] in "\n".join(told(window.item.answers))


@pytest.mark.parametrize(("kind", "form"), [("single", "summary"), ("pair", "pair")])
def test_nothing_in_the_window_unblinds(
    open_app: OpenApp, directory: Path, kind: str, form: str
) -> None:
    driver = open_app()
    window = adjudication(driver.app, kind=kind, form=form)
    said: list[str] = []
    with open_workspace(directory) as ws:
        outputs = [row[0] for row in ws.db.execute("SELECT id FROM outputs")]
    assert outputs
    for _ in range(window.table.rowCount()):
        for widget in (window, *window.findChildren(QWidget)):
            said += told(widget)
        said += heard(QAccessible.queryAccessibleInterface(window))
        _press(driver, window, Key.Key_N)
    everything = "\n".join(said).lower()
    assert OUTPUT[:20].lower() in everything  # the scan does see what is on the screen
    secrets = [*RATERS, *MODELS, *(model.split()[0] for model in MODELS), *outputs]
    assert [secret for secret in secrets if secret.lower() in everything] == []


@pytest.mark.parametrize(
    ("theme", "percent"), list(product(("light", "dark", "contrast"), (100, 200)))
)
def test_nothing_is_clipped_and_everything_has_a_name(
    open_app: OpenApp, directory: Path, theme: Any, percent: int
) -> None:
    driver = open_app()
    settings = replace(driver.app.preferences.value, theme=theme, text_percent=percent)
    driver.app.preferences.change(settings)
    window = adjudication(driver.app, kind="pair", form="pair", show_reference=True)
    window.resize(window.minimumSize())
    _press(driver, window, Key.Key_2, Key.Key_P)
    driver.qtbot.wait(200)
    wrong, nameless = [], []
    for widget in window.findChildren(QWidget):
        wrong += [found for found in (clipping(widget), overlap(widget)) if found]
        own = not widget.objectName().startswith("qt_") and isinstance(widget, TYPES)
        takes = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        if own and takes and not (widget.accessibleName() or getattr(widget, "text", str)()):
            nameless.append(type(widget).__name__)
    assert wrong == []
    assert nameless == []
