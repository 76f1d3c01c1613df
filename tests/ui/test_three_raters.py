"""A study of thirty items and three raters who never meet, rated by key presses alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from medsdesk.core.study_rating import EDIT, MARKS
from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.study_status import RaterStatus
from medsdesk.store.audit import list_entries
from medsdesk.store.study_ratings import current_ratings
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.studies.page import StudiesPage
from tests.ui.study_scenes import RATERS, store_answers, store_study
from tests.ui.test_studies import Rater, page_of, rate

OpenApp = Callable[..., Any]
Entered = dict[tuple[str, int, str], Any]
Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ITEMS = 30


def test_what_comes_together_is_what_three_raters_entered(
    open_app: OpenApp, directory: Path, tmp_path: Path
) -> None:
    with open_workspace(directory) as ws:
        runs = tuple(store_answers(ws, ITEMS))
        study = store_study(ws, runs=runs, n_items=ITEMS, repeat_share=0.1)
    owner = open_app()
    page = page_of(owner, 1)
    assert page.chosen is not None
    page.control.bundle(page.chosen, (), tmp_path / "study.medsstudy")
    owner.wait(lambda: "is written" in owner.window.messages.text)
    entered: Entered = {}
    for rater in RATERS:
        entered |= _away(owner, tmp_path, rater)
    for rater in RATERS:
        page.control.merge([tmp_path / f"{rater}.medsratings"])
    owner.wait(lambda: all(r.complete == r.presentations for r in _raters(page)))
    QTest.keyClick(page.status.lock_button, Key.Key_Space)
    assert page.control.lock_dialog is not None
    QTest.keyClick(page.control.lock_dialog.lock_button, Key.Key_Space)
    owner.wait(lambda: "is locked" in owner.window.messages.text)
    with open_workspace(directory) as ws:
        rows = current_ratings(ws, study.id)
        _, plan = study_with_plan(ws, study.id)
        told = {
            entry.subject
            for entry in list_entries(ws, study.id)
            if entry.action in ("create", "change", "withdraw")
        }
    shown = {each.id: n for a in plan.assignments for n, each in enumerate(a.presentations)}
    found: Entered = {}
    for row in rows:
        said: Any = row.value if row.status == "rated" else row.status
        said = {"marks": row.marks, "text": row.text, "edit": row.text}.get(row.scale, said)
        found[row.rater, shown[row.presentation_id], row.criterion] = said
    assert len({place for _, place, _ in found}) >= ITEMS
    assert found == entered
    assert {row.id for row in rows} <= told, "a rating came without its row of the trail"


def _raters(page: StudiesPage) -> tuple[RaterStatus, ...]:
    return page.chosen.raters if page.chosen else ()


def _away(owner: Any, tmp_path: Path, rater: str) -> Entered:
    """Rate the whole study on another machine and write the ratings to a file."""
    from medsdesk.ui.app import App
    from tests.ui.conftest import Driver, scripted_engine

    app = App(tmp_path / rater, scripted_engine)
    there = Driver(owner.qtbot, app)
    app.window.show()
    entered: Entered = {}
    try:
        page = page_of(there, 0)
        page.control.open(tmp_path / "study.medsstudy")
        there.wait(lambda: page.table.rowCount() == 1)
        hands = rate(there, page, rater)
        total = hands.seen.total
        for place in range(total):
            assert hands.seen.place == place
            said = _rate(hands, random.Random(f"{rater} {place}"), place)
            entered |= {(rater, place, name): value for name, value in said.items()}
            hands.press(Key.Key_Space)
        assert hands.seen.done == total
        hands.close()
        assert page.chosen is not None
        page.control.give_back(page.chosen, tmp_path / f"{rater}.medsratings")
        there.wait(lambda: "written" in there.window.messages.text)
    finally:
        app.close()
        app.deleteLater()
    return entered


def _rate(hands: Rater, draw: random.Random, place: int) -> dict[str, Any]:
    """Rate an item by keys; return what was entered."""
    said: dict[str, Any] = {}
    scaled = [c.id for c in hands.seen.form.criteria if c.scale != "text"]
    for criterion in scaled:
        value = draw.randint(1, 5)
        if draw.random() < 0.1:
            hands.press(Key.Key_X)
            said[criterion] = "cannot_judge"
        else:
            hands.press(Key(Key.Key_0.value + value))
            said[criterion] = value
    if place % 7 == 0:
        hands.press(Key.Key_C)
        hands.type(f"Dose 4 x {place}, see n.")
        hands.press(Key.Key_Escape)
        said["comment"] = f"Dose 4 x {place}, see n."
    if place % 5 == 0:
        hands.press(Key.Key_M)
        for _ in range(draw.randint(0, 3)):
            hands.press(Key.Key_Right, modifier=CONTROL)
        hands.press(Key.Key_Right, modifier=CONTROL | SHIFT)
        hands.press(Key.Key_1, draw.choice((Key.Key_J, Key.Key_I)), Key.Key_Escape)
        assert len(hands.seen.marks) == 1
        said[MARKS] = hands.seen.marks
    if place % 11 == 3:
        hands.press(Key.Key_E)
        hands.press(Key.Key_End, modifier=CONTROL)
        hands.type(" Corrected.")
        hands.press(Key.Key_Escape)
        said[EDIT] = hands.seen.outputs[0] + " Corrected."
    return said
