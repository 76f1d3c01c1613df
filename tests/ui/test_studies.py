"""Studies in the real window: made, carried, rated by key presses, merged and locked, all blind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QTableWidget, QWidget

from medsdesk.core.rating_view import RatingView
from medsdesk.core.study_rating import StudyRating
from medsdesk.services.create_study import CreatedStudy
from medsdesk.services.lock_study import lock_study
from medsdesk.services.study_status import StudyStatus
from medsdesk.store.outputs import list_answers
from medsdesk.store.runs import list_runs
from medsdesk.store.study_ratings import current_ratings
from medsdesk.store.workspace import open_workspace
from medsdesk.studies.planning import Agreed
from medsdesk.ui.help.window import pages
from medsdesk.ui.rating.keys import ANSWERS, COMMANDS, MARKING
from medsdesk.ui.rating.notice import CALIBRATED
from medsdesk.ui.rating.window import RatingWindow
from medsdesk.ui.studies.page import StudiesPage
from tests.made_runs import MODELS
from tests.ui.rating_views import OUTPUT
from tests.ui.study_scenes import RATERS, rate_some, store_answers, store_study, studies_page
from tests.ui.test_window import TYPES, clipping, overlap

OpenApp = Callable[..., Any]
Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class Rater:
    """A rating window and the hands on its keys."""

    def __init__(self, driver: Any, window: RatingWindow) -> None:
        self.driver = driver
        self.window = window

    @property
    def seen(self) -> RatingView:
        assert self.window.control.view is not None
        return self.window.control.view

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        for key in keys:
            widget = QApplication.focusWidget()
            QTest.keyClick(widget if widget is not None else self.window, key, modifier)
            self.settle()

    def type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, text)

    def settle(self) -> None:
        """Wait until everything asked for is on the disk and on the screen."""
        done: list[bool] = []
        self.driver.app.desk.short.submit(lambda _: True, done.append)
        self.driver.wait(lambda: done == [True])

    def close(self) -> None:
        self.window.close()
        self.settle()


def page_of(driver: Any, studies: int) -> StudiesPage:
    page = studies_page(driver.app)
    driver.wait(lambda: page.table.rowCount() == studies)
    return page


def chosen(page: StudiesPage) -> StudyStatus:
    assert page.chosen is not None
    return page.chosen


def rate(driver: Any, page: StudiesPage, rater: str = RATERS[0]) -> Rater:
    """Open the chosen study for a rater."""
    page.status.who.setCurrentText(rater)
    page.status.rate_button.click()
    window = page.control.windows[chosen(page).id, rater]
    driver.wait(lambda: window.control.view is not None)
    window.activateWindow()
    driver.wait(lambda: QApplication.activeWindow() is window)
    return Rater(driver, window)


def made(directory: Path, **changes: Any) -> CreatedStudy:
    with open_workspace(directory) as ws:
        return store_study(ws, **changes)


def answers(directory: Path, study: str, rater: str) -> list[StudyRating]:
    """Return the answers that hold, in the order they were given."""
    with open_workspace(directory) as ws:
        rows = [row for row in current_ratings(ws, study) if row.rater == rater]
    return sorted(rows, key=lambda row: row.rated_at)


def test_the_empty_page_tells_the_two_ways_in(open_app: OpenApp) -> None:
    page = page_of(open_app(), 0)
    assert page.empty.isVisible()
    assert "make a study from runs" in page.empty.text()
    assert "open a study file" in page.empty.text()
    assert page.new_button.isEnabled()
    assert page.open_button.isEnabled()
    assert not page.table.isVisible()


def test_a_study_goes_round_by_files_and_keys_and_comes_back_as_it_was_entered(
    open_app: OpenApp, directory: Path, tmp_path: Path
) -> None:
    study = made(directory, n_items=3, raters=("Dr Roy",))
    owner = open_app()
    page = page_of(owner, 1)
    page.control.bundle(chosen(page), (), tmp_path / "letters.medsstudy")
    owner.wait(lambda: "is written" in owner.window.messages.text)

    from medsdesk.ui.app import App
    from tests.ui.conftest import Driver, scripted_engine

    away = App(tmp_path / "away", scripted_engine)
    there = Driver(owner.qtbot, away)
    away.window.show()
    try:
        other = page_of(there, 0)
        other.control.open(tmp_path / "letters.medsstudy")
        there.wait(lambda: other.table.rowCount() == 1)
        hands = rate(there, other, "Dr Roy")
        entered = [rate_one(hands, number) for number in range(3)]
        hands.close()
        there.wait(lambda: chosen(other).raters[0].complete == 3)
        other.control.give_back(chosen(other), tmp_path / "roy.medsratings")
        there.wait(lambda: "written" in there.window.messages.text)
    finally:
        away.close()
        away.deleteLater()

    for words in ("new ratings taken in", "0 new ratings"):
        page.control.merge([tmp_path / "roy.medsratings"])
        owner.wait(lambda words=words: words in owner.window.messages.text)
    found: dict[str, dict[str, Any]] = {}
    for row in answers(directory, study.id, "Dr Roy"):
        said = row.marks if row.scale == "marks" else row.text or row.value or row.status
        found.setdefault(row.presentation_id, {})[row.criterion] = said
    assert list(found.values()) == entered
    owner.wait(lambda: chosen(page).raters[0].complete == 3)
    page.status.lock_button.click()
    dialog = page.control.lock_dialog
    assert dialog is not None
    dialog.lock_button.click()
    owner.wait(lambda: chosen(page).locked is not None)
    assert "is locked" in owner.window.messages.text


def rate_one(hands: Rater, number: int) -> dict[str, Any]:
    """Rate an item by keys alone, go on, and return what was entered."""
    hands.press(Key.Key_4, Key.Key_X, Key.Key_3, Key.Key_2, Key.Key_5)
    entered: dict[str, Any] = {
        c.id: value
        for c, value in zip(hands.seen.form.criteria, (4, "cannot_judge", 3, 2, 5), strict=False)
    }
    if number == 0:
        hands.press(Key.Key_C)
        hands.type("Dose is missing: n 4 x.")
        hands.press(Key.Key_Escape)
        entered["comment"] = "Dose is missing: n 4 x."
    elif number == 1:
        hands.press(Key.Key_M)
        hands.press(Key.Key_Right, modifier=CONTROL)
        hands.press(Key.Key_Right, modifier=CONTROL | SHIFT)
        hands.press(Key.Key_1, Key.Key_J, Key.Key_Tab, Key.Key_5, Key.Key_I, Key.Key_Escape)
        assert len(hands.seen.marks) == 2
        assert {m.target for m in hands.seen.marks} == {"source", "output_a"}
        entered["marks"] = hands.seen.marks
    else:
        hands.press(Key.Key_E)
        hands.press(Key.Key_End, modifier=CONTROL)
        hands.type(" Corrected.")
        hands.press(Key.Key_Escape)
        entered["edit"] = hands.seen.outputs[0] + " Corrected."
    hands.press(Key.Key_Space)
    return entered


def test_undo_goes_back_to_its_item_and_everything_is_there_again_after_closing(
    open_app: OpenApp, directory: Path
) -> None:
    study = made(directory)
    driver = open_app()
    page = page_of(driver, 1)
    hands = rate(driver, page)
    hands.press(Key.Key_4, Key.Key_N, Key.Key_2, Key.Key_F, Key.Key_N)
    assert hands.seen.place == 2
    hands.press(Key.Key_Z, modifier=CONTROL)
    assert (hands.seen.place, dict(hands.seen.values)) == (1, {})
    hands.press(Key.Key_Z, modifier=CONTROL)
    assert (hands.seen.place, dict(hands.seen.values)) == (0, {})
    hands.press(Key.Key_Z, modifier=CONTROL | SHIFT)
    assert dict(hands.seen.values) == {"accurate": 4}
    hands.press(Key.Key_N, Key.Key_C)
    hands.type("not finis")
    driver.wait(lambda: hands.window.control.form is not None)
    hands.window.control.desk.draft("comment", "not finis")
    hands.settle()
    hands.window.session.close()  # as if the power went: nothing is flushed
    hands.window.hide()
    page.control.windows.clear()
    again = rate(driver, page)
    assert again.seen.place == 1
    assert again.seen.flagged
    assert again.window.control.form is not None
    assert again.window.control.form.comment.text == "not finis"
    [row] = [r for r in answers(directory, study.id, RATERS[0]) if r.status == "rated"]
    assert (row.criterion, row.value) == ("accurate", 4)


def test_closing_the_main_window_saves_what_is_typed_in_a_rating_window(
    open_app: OpenApp, directory: Path
) -> None:
    study = made(directory)
    driver = open_app()
    page = page_of(driver, 1)
    hands = rate(driver, page)
    hands.press(Key.Key_C)
    hands.type("last words")
    driver.window.close()
    hands.settle()
    assert page.control.windows == {}
    [row] = answers(directory, study.id, RATERS[0])
    assert row.text == "last words"


def test_calibration_shows_the_agreed_points_after_the_last_answer(
    open_app: OpenApp, directory: Path
) -> None:
    with open_workspace(directory) as ws:
        runs = store_answers(ws)
        first = list_answers(ws, runs[0], limit=1)[0].output
        points = {"accurate": 2, "thorough": 3, "useful": 3, "succinct": 4, "synthesized": 3}
        agreed = (Agreed((first.id,), points),)
        store_study(ws, runs=tuple(runs), agreed=agreed, n_calibration=1, n_items=5)
    driver = open_app()
    hands = rate(driver, page_of(driver, 1))
    assert hands.seen.calibration
    assert hands.window.control.screen.head.calibration.isVisible()
    hands.press(Key.Key_4, Key.Key_3, Key.Key_3, Key.Key_4)
    assert hands.window.control.screen.notice.isHidden()
    hands.press(Key.Key_3)
    assert hands.window.control.screen.notice.words.text() == CALIBRATED
    assert hands.window.control.form is not None
    assert hands.window.control.form.rows["accurate"].state.text() == "agreed: 2 Poor"


def test_a_locked_set_can_be_looked_at(open_app: OpenApp, directory: Path) -> None:
    study = made(directory)
    with open_workspace(directory) as ws:
        rate_some(ws, study.id, RATERS[0], 2)
        lock_study(ws, study.id, RATERS[0], RATERS[0], incomplete=True)
    driver = open_app()
    hands = rate(driver, page_of(driver, 1))
    hands.press(Key.Key_P, Key.Key_1)
    assert hands.window.control.screen.notice.isVisible()
    assert dict(hands.seen.values)["accurate"] == 3


def told(widget: QWidget) -> Iterator[str]:
    """Yield everything that a widget says of itself, on the screen or to a screen reader."""
    for name in (
        "objectName", "toolTip", "statusTip", "whatsThis", "accessibleName",
        "accessibleDescription", "windowTitle", "text", "toPlainText", "placeholderText", "title",
    ):  # fmt: skip
        found = getattr(widget, name, None)
        said = found() if callable(found) else found
        if isinstance(said, str):
            yield said
    names = [bytes(key.data()).decode() for key in widget.dynamicPropertyNames()]
    yield from names
    for name in names:
        with suppress(RuntimeError):  # what Qt alone can read, such as its cache of styles
            yield str(widget.property(name))
    if isinstance(widget, QComboBox):
        yield from (f"{widget.itemText(n)} {widget.itemData(n)}" for n in range(widget.count()))
    if isinstance(widget, QTableWidget):
        cells = product(range(widget.rowCount()), range(widget.columnCount()))
        yield from (item.text() for row, n in cells if (item := widget.item(row, n)))


def heard(part: QAccessibleInterface | None) -> Iterator[str]:
    """Yield everything that the accessibility tree holds below a part."""
    if part is None or not part.isValid():
        return
    for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value,
                 QAccessible.Text.Help, QAccessible.Text.Identifier):  # fmt: skip
        yield part.text(kind)
    for number in range(part.childCount()):
        yield from heard(part.child(number))


@pytest.mark.parametrize(("kind", "form"), [("single", "summary"), ("pair", "pair")])
def test_nothing_in_the_rating_window_tells_which_model_wrote_what(
    open_app: OpenApp, directory: Path, kind: str, form: str
) -> None:
    made(directory, kind=kind, form=form, repeat_share=0.2, attention_share=0.2)
    with open_workspace(directory) as ws:
        runs = [run.id for run in list_runs(ws)]
        outputs = {answer.output.id for run in runs for answer in list_answers(ws, run, limit=-1)}
    assert len(outputs) == 24
    secrets = {*MODELS, *(m.split()[0] for m in MODELS), *runs, *outputs}
    secrets |= {"attention", "repeat", "dose_times_ten", "negation_flipped"}
    driver = open_app()
    hands = rate(driver, page_of(driver, 1))
    said: list[str] = []
    for _ in range(hands.seen.total):
        hands.press(Key.Key_3, Key.Key_N)
        for widget in (hands.window, *hands.window.findChildren(QWidget)):
            said += told(widget)
        said += heard(QAccessible.queryAccessibleInterface(hands.window))
        for box in hands.window.control.screen.texts.values():
            box.setFocus()
            hands.press(Key.Key_A, Key.Key_C, modifier=CONTROL)
            said.append(QApplication.clipboard().text())
    everything = "\n".join(said)
    assert OUTPUT[:20] in everything  # the scan does see what is on the screen
    assert len(said) > 500
    assert [secret for secret in secrets if secret.lower() in everything.lower()] == []


@pytest.mark.parametrize(
    ("theme", "percent"), list(product(("light", "dark", "contrast"), (100, 200)))
)
def test_nothing_is_clipped_and_everything_has_a_name(
    open_app: OpenApp, directory: Path, theme: Any, percent: int
) -> None:
    study = made(directory, show_reference=True)
    driver = open_app()
    settings = replace(driver.app.preferences.value, theme=theme, text_percent=percent)
    driver.app.preferences.change(settings)
    page = page_of(driver, 1)
    driver.window.resize(driver.window.minimumSize())
    hands = rate(driver, page)
    hands.window.resize(hands.window.minimumSize())
    hands.press(Key.Key_R, Key.Key_4, Key.Key_M, Key.Key_1, Key.Key_J)
    page.control.creating.ask()
    page.control.ask_lock()
    page.control.ask_bundle()
    places: list[QWidget | None] = [
        hands.window, page, page.control.creating.dialog, page.control.lock_dialog,
        page.control.bundle_dialog,
    ]  # fmt: skip
    driver.qtbot.wait(200)
    wrong, nameless = [], []
    for place in places:
        assert place is not None
        for widget in place.findChildren(QWidget):
            wrong += [found for found in (clipping(widget), overlap(widget)) if found]
            own = not widget.objectName().startswith("qt_") and isinstance(widget, TYPES)
            takes = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            if own and takes and not (widget.accessibleName() or getattr(widget, "text", str)()):
                nameless.append(type(widget).__name__)
    assert wrong == []
    assert nameless == []
    assert study.items == 10


def test_every_key_of_the_rating_window_is_in_the_guide() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for _, path in pages())
    for command in COMMANDS.values():
        assert ", ".join(command.keys) in text
    for keys, does in (*ANSWERS, *MARKING):
        assert f"| {keys} |" in text or does.split(":")[0] in text
