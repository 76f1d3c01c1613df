"""Own texts become a task file in a real window: chosen, read, stopped, refused, listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from medsdesk.ui.evaluate.page import EvaluatePage
from medsdesk.ui.own_texts.control import STOPPED
from medsdesk.ui.own_texts.dialog import OwnTextsDialog
from tests.ui.own_texts import own_texts_dialog, write_letters

Key = Qt.Key
OpenApp = Callable[..., Any]
LEFT_OUT = ["empty.txt", "old.doc", "scan.pdf"]


def page_of(driver: Any) -> EvaluatePage:
    page = driver.window.pages.page("evaluate")
    assert isinstance(page, EvaluatePage)
    return page


def ready(driver: Any, base: Path, instruction: str = "") -> OwnTextsDialog:
    """Open the dialog with made-up letters, so far that the file can be made."""
    dialog = own_texts_dialog(driver.app, base, instruction)
    driver.wait(dialog.make_button.isEnabled)
    return dialog


def make(driver: Any, dialog: OwnTextsDialog) -> None:
    dialog.make_button.click()
    driver.wait(lambda: not dialog.control.busy)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_a_folder_of_letters_stands_ticked_in_the_list(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    dialog = ready(driver, tmp_path)
    target = tmp_path / "task114_letters.json"
    assert dialog.form.target.path.text() == str(target)
    make(driver, dialog)
    made = document(target)
    assert [one["input"] for one in made["Instances"]] == [
        "Made up: the cough is better.",
        "Made up: the knee is swollen.",
        "Made up: no new complaints.",
    ]
    outcome = dialog.outcome
    assert outcome.badge.text() == "Saved, with things left out"
    assert outcome.figures.text().startswith("3 texts taken, 1 with a right answer.")
    rows = [outcome.rows.sentence(row) for row in range(outcome.rows.rowCount())]
    assert [row.split(":")[0] for row in rows] == LEFT_OUT
    assert "only pictures" in rows[2]
    outcome.table.selectRow(2)
    assert outcome.row.text() == rows[2]
    outcome.copy.click()
    assert QApplication.clipboard().text().count("\n") == 2
    page = page_of(driver)
    driver.wait(lambda: [file.path for file in page.file_control.ticked] == [target])
    dialog.close_button.click()
    assert not dialog.isVisible()


def test_a_file_made_anew_is_ticked_again(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    page = page_of(driver)
    make(driver, ready(driver, tmp_path))
    driver.wait(lambda: len(page.file_control.ticked) == 1)
    page.files.tree.tick_all(on=False)
    assert page.file_control.ticked == []
    first = page.adding.own_texts
    assert first is not None
    first.close_button.click()
    dialog = ready(driver, tmp_path)
    assert dialog is not first
    assert dialog.form.target.path.text().endswith("task114_letters-2.json")
    dialog.form.target.path.setFocus()
    dialog.form.target.path.selectAll()
    driver.type("task114_letters.json")
    driver.wait(lambda: "is there already" in dialog.form.target.problem.text())
    assert not dialog.make_button.isEnabled()
    dialog.form.target.replace.click()
    assert dialog.make_button.isEnabled()
    make(driver, dialog)
    assert dialog.outcome.badge.text() == "Saved, with things left out"
    driver.wait(lambda: len(page.file_control.ticked) == 1)


def test_a_task_of_ones_own_needs_an_instruction(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    dialog = ready(driver, tmp_path, "Name the main diagnosis.")
    purpose = dialog.form.purpose
    purpose.instruction.setPlainText("  ")
    assert not dialog.make_button.isEnabled()
    assert dialog.message.text() == "Write the instruction for the model."
    purpose.instruction.setPlainText("Name the main diagnosis.")
    purpose.name.setText("Main diagnosis")
    driver.wait(lambda: purpose.category.count() > 5)
    purpose.category.setCurrentText("Diagnosis")
    purpose.language.setCurrentText("German")
    dialog.form.answers.numbered.click()
    driver.wait(lambda: dialog.form.target.path.text().endswith("own-main-diagnosis.json"))
    driver.wait(dialog.make_button.isEnabled)
    make(driver, dialog)
    made = document(tmp_path / "own-main-diagnosis.json")
    assert made["Definition"] == ["Name the main diagnosis."]
    assert made["Categories"] == ["Diagnosis"]
    assert made["Output_language"] == ["German"]
    assert "letter" not in json.dumps([one.get("id", "") for one in made["Instances"]])


def test_cancel_writes_nothing_and_shows_the_form_again(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    dialog = ready(driver, tmp_path)
    many = tmp_path / "many"
    many.mkdir()
    for number in range(3000):
        (many / f"{number}.txt").write_text("Made up.", encoding="utf-8")
    dialog.form.sources.add([many])
    driver.wait(dialog.make_button.isEnabled)
    before = files(tmp_path)
    dialog.control.progressed.connect(lambda _: driver.press(Key.Key_Escape))
    make(driver, dialog)
    assert dialog.message.text() == STOPPED
    assert dialog.isVisible()
    assert dialog.form.isVisible()
    assert files(tmp_path) == before
    driver.press(Key.Key_Escape)
    assert not dialog.isVisible()


def test_what_cannot_be_read_at_all_is_listed_and_one_goes_back(
    open_app: OpenApp, tmp_path: Path
) -> None:
    driver = open_app()
    dialog = ready(driver, tmp_path)
    sources = dialog.form.sources
    sources.list.setFocus()
    sources.list.selectAll()
    driver.press(Key.Key_Delete)
    assert dialog.message.text() == "Add texts first."
    letters = write_letters(tmp_path / "letters")
    sources.add([letters / "scan.pdf", letters / "empty.txt"])
    driver.wait(dialog.make_button.isEnabled)
    make(driver, dialog)
    assert dialog.outcome.badge.text() == "Nothing was taken"
    assert dialog.outcome.rows.rowCount() == 2
    dialog.back_button.click()
    assert dialog.form.isVisible()
    assert not list(tmp_path.glob("**/*.json"))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (None, "There is no file"),
        ("a,b\n1,2\n", "does not say which reference is for which text"),
        ("file,gt,answer\nletter 1.txt,x,y\n", "'Column: answer'"),
    ],
)
def test_errors_stand_in_the_dialog_in_words_of_the_window(
    table: str | None, told: str, open_app: OpenApp, tmp_path: Path
) -> None:
    driver = open_app()
    dialog = ready(driver, tmp_path)
    answers = tmp_path / "answers.csv"
    if table is not None:
        answers.write_text(table, encoding="utf-8")
    dialog.form.answers.table.setText(str(answers))
    driver.wait(dialog.make_button.isEnabled)
    make(driver, dialog)
    assert told in dialog.message.text()
    assert "--" not in dialog.message.text()
    assert dialog.form.isVisible()
    assert not list(tmp_path.glob("*.json"))


def test_tasks_are_found_by_typing_and_texts_are_dropped(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    driver.window.show_page("evaluate")
    page = page_of(driver)
    page.files.own_texts.click()
    dialog = page.adding.own_texts
    assert dialog is not None
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(write_letters(tmp_path / "letters")))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    dialog.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, left, none))
    assert dialog.form.sources.paths == (tmp_path / "letters",)
    tasks = dialog.form.purpose.tasks
    dialog.activateWindow()
    tasks.search.setFocus()
    driver.wait(tasks.search.hasFocus)
    driver.type("patient question")
    driver.wait(lambda: tasks._found.text() == "1 task")
    driver.press(Key.Key_Return)
    driver.wait(dialog.make_button.isEnabled)
    assert "task114" in dialog.form.purpose.chosen.text()
    assert dialog.isVisible()  # Enter chose a task and did no more


def test_every_control_has_a_name(open_app: OpenApp, tmp_path: Path) -> None:
    dialog = ready(open_app(), tmp_path)
    for widget in dialog.findChildren(QWidget):
        inner = isinstance(widget.parent(), QLineEdit) or widget.window() is not dialog
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not inner:
            named = widget.accessibleName() or getattr(widget, "text", str)()
            assert named, widget


def test_the_dialog_opens_once(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    dialog = ready(driver, tmp_path)
    page_of(driver).files.own_texts.click()
    assert page_of(driver).adding.own_texts is dialog
