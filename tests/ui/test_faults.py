"""What goes wrong is said in words, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from medsdesk.core.errors import UserFacingError
from medsdesk.services.history import answers
from medsdesk.store.workspace import Workspace, open_workspace
from medsdesk.ui import leaving

Key = Qt.Key
OpenApp = Callable[..., Any]
REPLY = {"text": "One two three four five six.", "token_seconds": 0.01}
SLOW = {"text": "word " * 500, "token_seconds": 0.02}


def read_only(ws: Workspace) -> None:
    ws.db.execute("PRAGMA query_only = ON")


def writable(ws: Workspace) -> None:
    ws.db.execute("PRAGMA query_only = OFF")


def test_a_rating_that_cannot_be_saved_stays_and_can_be_retried(
    open_app: OpenApp, directory: Path
) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.name()
    driver.app.desk.short.submit(read_only)
    driver.form.take_keyboard()
    driver.press(Key.Key_4)
    assert driver.form.state.status == "Saving…"  # nothing is called saved before its commit
    driver.wait(lambda: bool(driver.form.state.failed))
    assert driver.form.state.status.startswith("Not saved.")
    assert driver.form.rows["accuracy"].points[4].isChecked()
    assert driver.form.retry.isVisible()
    assert "cannot be written" in driver.window.messages.text
    driver.app.desk.short.submit(writable)
    driver.form.retry.click()
    driver.saved()
    with open_workspace(directory) as ws:
        assert [r.value for r in answers(ws)[0].ratings] == [4]


def test_a_fault_of_ours_while_saving_is_told_and_the_answer_stays(
    open_app: OpenApp, caplog: pytest.LogCaptureFixture
) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.name()
    driver.app.desk.short.submit(lambda ws: ws.close())
    driver.form.take_keyboard()
    driver.press(Key.Key_2)
    driver.wait(lambda: bool(driver.form.state.failed))
    assert driver.form.rows["accuracy"].points[2].isChecked()
    assert "sqlite3.ProgrammingError" in driver.app.crash.details
    driver.app.crash.close()
    caplog.clear()


def test_engine_death_keeps_the_text_and_run_works_again(
    open_app: OpenApp, caplog: pytest.LogCaptureFixture
) -> None:
    driver = open_app({"text": "One two three four five.", "token_seconds": 0.08, "die_after": 3})
    driver.sample()
    driver.run()
    assert driver.page.answer.box.text == "One two three"
    assert driver.page.answer.badge.text() == "Engine ended, incomplete"
    assert driver.page.answer.fault.isVisible()
    assert "Press Run to try again" in driver.window.messages.text
    assert "unscored: the answer is incomplete" in driver.page.answer.scores.item(0, 1).text()
    driver.run()
    assert driver.page.answer.box.text == "One two three"
    caplog.clear()


def test_escape_stops_and_keeps_what_came(open_app: OpenApp, directory: Path) -> None:
    driver = open_app(SLOW)
    driver.sample()
    driver.page.runs.run()
    driver.wait(lambda: len(driver.page.answer.box.text) > 20)
    with driver.qtbot.waitSignal(driver.page.runs.answered, timeout=15_000):
        driver.press(Key.Key_Escape)
    assert driver.page.answer.badge.text() == "Stopped by you, incomplete"
    with open_workspace(directory) as ws:
        completion = answers(ws)[0].output.completion
    assert completion.text == driver.page.answer.box.text
    assert completion.finish_reason == "cancelled"


def test_stop_while_the_model_loads(open_app: OpenApp, directory: Path) -> None:
    driver = open_app(REPLY, script={"load_seconds": 30})
    driver.sample()
    driver.page.runs.run()
    driver.qtbot.wait(300)
    with driver.qtbot.waitSignal(driver.page.runs.runner.failed, timeout=10_000):
        driver.press(Key.Key_Escape)
    assert driver.window.messages.text.startswith("Stopped before")
    with open_workspace(directory) as ws:
        assert answers(ws) == ()


def test_a_prompt_that_is_too_long_is_refused_with_choices(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.page.text.put("word " * 6000, "", "pasted")
    driver.wait(lambda: "too many" in driver.page.text.counter.text())
    assert driver.page.text.counter.property("tone") == "danger"
    with driver.qtbot.waitSignal(driver.page.runs.runner.failed, timeout=15_000):
        driver.page.runs.run()
    assert "tokens, but only" in driver.window.messages.text
    cut = next(b for b in choice_buttons(driver) if b.text() == "Cut from the left")
    cut.click()
    driver.run()
    assert "cut from the left" in driver.page.answer.figures.text()


def test_a_larger_context_makes_room(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.page.text.put("word " * 6000, "", "pasted")
    driver.wait(lambda: "too many" in driver.page.text.counter.text())
    larger = next(b for b in choice_buttons(driver) if "8,192" in b.text())
    larger.click()
    assert driver.app.preferences.value.context == 8192
    driver.wait(lambda: "of 7,992 tokens" in driver.page.text.counter.text())
    assert driver.page.text.counter.property("tone") == "plain"
    assert choice_buttons(driver) == []


def choice_buttons(driver: Any) -> list[Any]:
    from PySide6.QtWidgets import QPushButton

    panel = driver.page.text._choices
    if panel.isHidden():
        return []
    return [b for b in panel.findChildren(QPushButton) if b.isVisible()]


def test_closing_while_an_answer_is_written_asks_once_and_keeps_it(
    open_app: OpenApp, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    replies = iter([False, True])

    def ask(window: object) -> bool:
        asked.append(window)
        return next(replies)

    monkeypatch.setattr(leaving, "ask_stop_and_close", ask)
    driver = open_app(SLOW)
    driver.sample()
    driver.page.runs.run()
    driver.wait(lambda: len(driver.page.answer.box.text) > 20)
    driver.window.close()
    assert driver.window.isVisible()
    driver.window.close()
    driver.wait(lambda: not driver.window.isVisible())
    assert len(asked) == 2
    with open_workspace(directory) as ws:
        completion = answers(ws)[0].output.completion
    assert completion.finish_reason == "cancelled"
    assert completion.text.startswith("word word")


def test_a_comment_typed_just_before_closing_is_saved(open_app: OpenApp, directory: Path) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.name()
    driver.form.comment.setFocus()
    driver.type("Last words.")
    driver.window.close()
    driver.wait(lambda: not driver.window.isVisible())
    with open_workspace(directory) as ws:
        assert [r.comment for r in answers(ws)[0].ratings] == ["Last words."]


def test_closing_with_unsaved_ratings_asks(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "ask_close_unsaved", lambda _: False)
    driver = open_app(REPLY)
    driver.sample()
    driver.run()
    driver.name()
    driver.app.desk.short.submit(read_only)
    driver.form.take_keyboard()
    driver.press(Key.Key_1)
    driver.window.close()  # waits for the save, which fails, then asks
    driver.wait(lambda: bool(driver.form.state.failed))
    driver.qtbot.wait(100)
    assert driver.window.isVisible()


def test_a_broken_settings_file_is_told_and_never_written_over(
    open_app: OpenApp, own_user: Path
) -> None:
    path = own_user / "settings" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text("context = 'much'\n", encoding="utf-8")
    driver = open_app(REPLY)
    driver.wait(lambda: "context" in driver.window.messages.text)
    driver.control(Key.Key_Plus)
    assert driver.app.preferences.value.text_percent == 110
    driver.qtbot.wait(100)
    assert path.read_text(encoding="utf-8") == "context = 'much'\n"


def test_an_answer_that_cannot_be_saved_stays_on_the_screen(
    open_app: OpenApp, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_app(REPLY)
    driver.sample()

    def full(*_: object) -> None:
        raise UserFacingError("There is no room left.", "Free some space.")

    monkeypatch.setattr("medsdesk.store.outputs.add_output", full)
    driver.page.runs.run()
    driver.wait(lambda: driver.page.answer.badge.text() == "Not saved")
    assert driver.page.answer.box.text == REPLY["text"]
    assert "was not saved" in driver.window.messages.text
    monkeypatch.undo()
    driver.run()
    assert len(answers_on(directory)) == 1


def answers_on(directory: Path) -> tuple[object, ...]:
    with open_workspace(directory) as ws:
        return answers(ws)
