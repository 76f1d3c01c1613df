"""The window as a whole: themes, sizes, names for a screen reader, shortcuts, places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QStackedLayout,
    QTextBrowser,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from medsdesk.config.paths import user_dir
from medsdesk.config.settings import load_settings
from medsdesk.ui.app import run_window
from medsdesk.ui.help.window import pages
from medsdesk.ui.lock import lock_workspace
from medsdesk.ui.settings.page import SettingsPage
from medsdesk.ui.shortcuts import DEEDS
from tests.made_models import LLAMA_8B, Q8_0, make_sparse
from tests.ui.downloads import download_dialog
from tests.ui.forms import forms_dialog
from tests.ui.get_models import get_dialog
from tests.ui.model_scenes import add, model_of
from tests.ui.own_texts import own_texts_dialog

OpenApp = Callable[..., Any]
REPLY = {"text": "No acute process.", "token_seconds": 0.01}
TYPES = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QTextBrowser)


def visit_every_page(driver: Any) -> list[QWidget]:
    """Fill the Workbench, open every page and dialog, and return all of them."""
    driver.sample()
    driver.run()
    driver.name()
    for name in (
        "evaluate", "results", "studies", "compare", "leaderboard", "models", "settings",
        "workbench",
    ):  # fmt: skip
        driver.window.show_page(name)
    driver.window.show_answers()
    driver.window.show_help()
    driver.wait(lambda: driver.window.answers.model.rowCount() > 0)
    own_texts = own_texts_dialog(driver.app, driver.app.desk.directory.parent)
    download = download_dialog(driver.app)
    driver.wait(lambda: bool(download.question.text()))
    getting = get_dialog(driver.app)
    driver.wait(lambda: getting.table.rowCount() > 0 and bool(getting.question.text()))
    getting.details.show_access("This model asks for an account: keep its token here.")
    getting.ask_token()
    driver.window.model_control.ask()
    making = driver.window.model_control.making
    making.ask_convert()
    add(driver.app, replace(model_of(driver.app, "scripted"), id="other"))
    making.ask_cost("other")
    driver.wait(lambda: making.cost_dialog is not None)
    folder = driver.app.desk.directory
    path = make_sparse(folder / "large.gguf", replace(LLAMA_8B, kind=Q8_0))
    large = replace(model_of(driver.app, "scripted"), id="large", path=str(path))
    add(driver.app, large)
    making.ask_quantise("large")
    driver.wait(lambda: making.quantise_dialog is not None)
    forms = forms_dialog(driver.app)
    forms.change()
    dialogs = (own_texts, download, getting, getting.token_dialog, forms, forms.builder)
    return [
        driver.window,
        driver.window.answers,
        driver.window.help,
        *dialogs,
        making.convert_dialog,
        making.cost_dialog,
        making.quantise_dialog,
        driver.window.model_control.add_dialog,
    ]


def test_every_shortcut_is_in_the_guide(open_app: OpenApp) -> None:
    driver = open_app()
    text = "\n".join(path.read_text(encoding="utf-8") for _, path in pages())
    actions = driver.window.actions_by_name
    assert actions.keys() == DEEDS.keys()
    for action in actions.values():
        assert action.shortcuts(), action.objectName()
        for shortcut in action.shortcuts():
            assert shortcut.toString(QKeySequence.SequenceFormat.PortableText) in text


def test_no_two_actions_share_a_shortcut() -> None:
    keys = [key for deed in DEEDS.values() for key in deed.keys]
    assert len(keys) == len(set(keys))


def test_everything_that_takes_the_keyboard_has_a_name(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    nameless = []
    for place in visit_every_page(driver):
        for widget in place.findChildren(QWidget):
            own = not widget.objectName().startswith("qt_") and isinstance(widget, TYPES)
            takes = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            if own and takes and not (widget.accessibleName() or getattr(widget, "text", str)()):
                nameless.append(type(widget).__name__)
    assert nameless == []


@pytest.mark.parametrize(
    ("theme", "percent"), list(product(("light", "dark", "contrast"), (100, 200)))
)
def test_nothing_is_clipped(open_app: OpenApp, theme: Any, percent: int) -> None:
    driver = open_app(REPLY)
    driver.app.preferences.change(
        replace(driver.app.preferences.value, theme=theme, text_percent=percent)
    )
    driver.window.resize(driver.window.minimumSize())
    places = visit_every_page(driver)
    driver.qtbot.wait(50)
    clipped = []
    for index in range(driver.window.pages.count()):
        driver.window.pages.setCurrentIndex(index)
        driver.qtbot.wait(20)
        for place in places:
            clipped += [c for w in place.findChildren(QWidget) if (c := clipping(w))]
            clipped += [c for w in place.findChildren(QWidget) if (c := overlap(w))]
    assert clipped == []


@pytest.mark.parametrize("percent", [100, 200])
def test_the_ways_out_of_a_text_that_is_too_long_lie_over_nothing(
    open_app: OpenApp, percent: int
) -> None:
    driver = open_app({"text": "Yes."})
    change = replace(driver.app.preferences.value, text_percent=percent)
    driver.app.preferences.change(change)
    driver.sample()
    driver.page.text.put("The heart is normal in size. " * 900, "", "pasted")
    driver.wait(lambda: "too many" in driver.page.text.counter.text())
    driver.qtbot.wait(100)
    parts = [driver.page.text, *driver.page.text.findChildren(QWidget)]
    assert [found for part in parts if (found := overlap(part) or clipping(part))] == []


def overlap(parent: QWidget) -> str:
    """Say which visible parts of a laid-out widget lie over each other."""
    layout = parent.layout()
    if layout is None or not parent.isVisible() or isinstance(layout, QStackedLayout):
        return ""
    items = [item for i in range(layout.count()) if (item := layout.itemAt(i)) is not None]
    seen = [part for item in items if (part := item.widget()) is not None and part.isVisible()]
    for one, other in combinations(seen, 2):
        if one.geometry().intersects(other.geometry()):
            return f"{type(one).__name__} lies over {type(other).__name__}"
    return ""


def clipping(widget: QWidget) -> str:
    """Say what of a visible label or button does not fit into it, or beyond its parent."""
    if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton):
        return ""
    if isinstance(widget, QToolButton) and widget.objectName().startswith("qt_"):
        return ""
    if isinstance(widget, QLabel) and widget.wordWrap():
        short = widget.height() < widget.heightForWidth(widget.width()) - 1
    else:
        hint = widget.minimumSizeHint()
        short = widget.width() < hint.width() - 1 or widget.height() < hint.height() - 1
    parent = widget.parentWidget()
    beyond = parent is not None and widget.geometry().right() > parent.width()
    return f"{type(widget).__name__} {widget.text()!r}" if short or beyond else ""


def test_text_size_by_keys_is_kept(open_app: OpenApp) -> None:
    driver = open_app()
    before = QApplication.font().pointSizeF()
    driver.control(Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    assert QApplication.font().pointSizeF() == pytest.approx(before * 1.25)
    driver.wait(lambda: load_settings().text_percent == 125)
    driver.control(Qt.Key.Key_Minus)
    assert driver.app.preferences.value.text_percent == 110
    driver.control(Qt.Key.Key_0)
    assert QApplication.font().pointSizeF() == pytest.approx(before)


def test_settings_page_applies_at_once(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    page = driver.window.pages.page("settings")
    assert isinstance(page, SettingsPage)
    page.theme.setCurrentIndex(2)
    page.theme.activated.emit(2)
    assert driver.app.look.colours.window == "#11181c"
    page.new_tokens.setValue(77)
    assert driver.page.run.new_tokens.value() == 77
    page.wording.setCurrentIndex(1)
    page.wording.activated.emit(1)
    assert driver.page.run.wording.currentText() == "MedsDesk's own"
    driver.page.run.wording.setCurrentIndex(0)
    driver.page.run.wording.activated.emit(0)
    assert page.wording.currentData() == "medsbench"
    assert driver.app.preferences.value.template == "medsbench"
    page.rater.setText("  Dr   Spaces ")
    page.rater.editingFinished.emit()
    assert driver.app.preferences.value.rater == "Dr Spaces"
    driver.wait(lambda: load_settings().rater == "Dr Spaces")


@pytest.mark.parametrize(
    ("words", "value"),
    [("As many as fit", -1), ("All", 10_000), ("None: the processor alone", 0), ("A number", 1)],
)
def test_gpu_layers_are_chosen_in_words(open_app: OpenApp, words: str, value: int) -> None:
    driver = open_app()
    page = driver.window.pages.page("settings")
    assert isinstance(page, SettingsPage)
    box = page.gpu_layers
    driver.app.preferences.change(replace(driver.app.preferences.value, gpu_layers=20))
    assert (box.choice.currentText(), box.number.value(), box.value) == ("A number", 20, 20)
    box.number.setValue(1)
    index = box.choice.findText(words)
    box.choice.setCurrentIndex(index)
    box.choice.activated.emit(index)
    assert driver.app.preferences.value.gpu_layers == box.value == value
    assert box.number.isHidden() is (words != "A number")
    assert box.choice.accessibleName() == "GPU layers"
    assert box.choice.accessibleDescription()
    driver.wait(lambda: load_settings().gpu_layers == value)


def test_keys_go_to_pages_and_columns(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    names = (
        "workbench", "evaluate", "results", "studies", "compare", "leaderboard", "models",
        "settings",
    )  # fmt: skip
    for number, name in enumerate(names, 1):
        driver.press(getattr(Qt.Key, f"Key_{number}"), modifier=Qt.KeyboardModifier.AltModifier)
        assert driver.window.pages.currentWidget() is driver.window.pages.page(name)
    driver.control(Qt.Key.Key_1)
    assert driver.window.pages.currentWidget() is driver.page
    seen = []
    for _ in range(3):
        driver.press(Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert set(seen) == {driver.page.tasks.tree, driver.page.text.box, driver.page.answer.box}
    driver.press(Qt.Key.Key_F9)
    assert not driver.page.tasks.isVisible()
    driver.control(Qt.Key.Key_F)
    assert driver.page.tasks.search.hasFocus()


def test_banner_while_the_demonstration_model_is_in_use(
    open_app: OpenApp, add_model: Callable[..., Any]
) -> None:
    add_model({"text": "Other."}, name="real")
    driver = open_app(REPLY, is_demo=True, name="demo")
    assert driver.page.run.model.id == "demo"
    assert driver.window.banner.isVisible()
    driver.window.model_control.choose("real")
    assert not driver.window.banner.isVisible()


def test_demo_opens_with_a_text_ready_to_run(open_app: OpenApp) -> None:
    driver = open_app(REPLY, demo=True)
    driver.wait(lambda: driver.page.runs.can_run)
    assert driver.page.text.origin == "example"
    assert driver.page.text.reference.text
    driver.wait(lambda: "of 3,896 tokens" in driver.page.text.counter.text())


def test_guide_opens_by_f1_and_follows_links_inside_it_alone(open_app: OpenApp) -> None:
    driver = open_app()
    driver.press(Qt.Key.Key_F1)
    guide = driver.window.help
    assert guide.isVisible()
    assert "In five steps" in guide.browser.toPlainText()
    from PySide6.QtCore import QUrl

    guide.browser.anchorClicked.emit(QUrl("rating.md"))
    assert "Backspace" in guide.browser.toPlainText()
    guide.browser.anchorClicked.emit(QUrl("https://example.org/"))
    assert "Backspace" in guide.browser.toPlainText()


def test_a_second_window_gets_the_sentence_and_leaves(qtbot: QtBot, directory: Path) -> None:
    lock = lock_workspace(directory)
    said: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        box.accept()

    QTimer.singleShot(200, answer)
    assert run_window(directory) == 1
    assert "open in another window" in said[0]
    assert not (directory / "medsdesk.sqlite").exists()
    lock.unlock()
    lock_workspace(directory).unlock()


def test_window_runs_and_leaves_nothing_behind(qtbot: QtBot, directory: Path) -> None:
    import threading

    from medsdesk.ui.main_window import MainWindow

    def leave() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow):
                window.close()

    QTimer.singleShot(700, leave)
    assert run_window(directory) == 0
    assert not [t for t in threading.enumerate() if t.name.startswith("medsdesk-")]
    kept = QSettings(
        str(user_dir() / "window.ini"),
        QSettings.Format.IniFormat,
    )
    assert kept.allKeys() == ["geometry"]
