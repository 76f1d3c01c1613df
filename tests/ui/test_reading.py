"""Texts come in by file, drop and sample, and what cannot be read is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from medsdesk.ui.workbench import opening
from tests.made_documents import pdf, word

OpenApp = Callable[..., Any]
REPLY = {"text": "Yes."}


def drop(driver: Any, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    # Where the pointer really is: over the field, which leaves it to the panel around it.
    target, at = driver.page.text.box.viewport(), QPointF(5, 5)
    how = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(target, QDragEnterEvent(at.toPoint(), copy, *how))
    QApplication.sendEvent(target, QDropEvent(at, copy, *how))


def test_a_dropped_file_is_read(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app(REPLY)
    path = tmp_path / "letter.txt"
    path.write_text("Ünsere Lunge ist frei.\n", encoding="utf-8")
    drop(driver, path)
    driver.wait(lambda: "Lunge" in driver.page.text.box.text)
    assert driver.page.text.origin == "file"
    driver.page.text.box.setFocus()
    driver.type("x")
    assert driver.page.text.origin == "pasted"


@pytest.mark.parametrize("name", ["letter.docx", "letter.pdf"])
def test_documents_are_read_and_what_was_left_out_is_said(
    open_app: OpenApp, tmp_path: Path, name: str
) -> None:
    driver = open_app(REPLY)
    path = tmp_path / name
    path.write_bytes(word("Fever.", header="Ward 3") if "docx" in name else pdf("Fever.", ""))
    drop(driver, path)
    driver.wait(lambda: driver.page.text.box.text == "Fever.")
    assert driver.page.text.origin == "file"
    said = "header and footer were left out" if "docx" in name else "page 2 of 2 has no text"
    driver.wait(lambda: said in driver.window.messages.text)


def test_a_table_asks_for_a_row(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_app(REPLY)
    path = tmp_path / "rows.csv"
    path.write_text(
        "input,reference\nFirst text,First answer\nSecond text,Second answer\n", "utf-8"
    )
    monkeypatch.setattr(opening, "ask_open", lambda *_: path)
    driver.control(Qt.Key.Key_O)
    driver.wait(lambda: driver.page.opening.chooser is not None)
    chooser = driver.page.opening.chooser
    assert chooser.list.count() == 2
    chooser.list.setFocus()
    driver.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    driver.wait(lambda: driver.page.text.box.text == "Second text")
    assert driver.page.text.reference.text == "Second answer"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"%PDF-1.7 abc", "PDF"),
        ("a.docx", b"words", "no Word or PDF document"),
        ("a.docx", word("Fever.")[:500], "damaged"),
        ("a.pdf", pdf(""), "may be a scan"),
        ("a.rtf", b"words", "not read"),
        ("a.txt", b"x" * 1_000_001, "the limit is"),
    ],
)
def test_what_cannot_be_read_is_refused(
    open_app: OpenApp, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    driver = open_app(REPLY)
    path = tmp_path / name
    path.write_bytes(data)
    driver.page.text.box.replace("kept")
    drop(driver, path)
    driver.wait(lambda: bool(driver.window.messages.text))
    assert said in driver.window.messages.text
    assert driver.page.text.box.text == "kept"


def test_a_sample_goes_with_its_task_and_comes_back_by_undo(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    sample = driver.page.text.box.text
    driver.page.task_control.open("task78")
    driver.wait(lambda: driver.page.task_control.task.id == "task78")
    assert driver.page.text.box.text == ""
    driver.page.text.box.undo()
    assert driver.page.text.box.text == sample


def test_own_text_stays_when_the_task_changes(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.page.text.box.replace("My own text.")
    driver.page.task_control.open("task78")
    driver.wait(lambda: driver.page.task_control.task.id == "task78")
    assert driver.page.text.box.text == "My own text."


def test_preview_shows_the_exact_messages(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.sample()
    driver.page.run.shots.setValue(1)
    driver.control(Qt.Key.Key_P)
    driver.wait(lambda: driver.page._preview is not None)
    boxes = driver.page._preview.boxes
    text = "\n".join(box.text for box in boxes)
    assert driver.page.text.box.text in text
    assert [box.accessibleName() for box in boxes][-1] == "User message"


def test_search_and_language_narrow_the_tree(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    tree = driver.page.tasks.tree.model()
    everything = tree.rowCount()
    driver.page.tasks.search.setFocus()
    driver.type("summarization ultrasound")
    driver.wait(lambda: tree.rowCount() == 1)
    driver.page.tasks.search.clear()
    driver.wait(lambda: tree.rowCount() == everything)
    driver.page.tasks.languages.setCurrentIndex(2)
    driver.wait(lambda: tree.rowCount() < everything)


def test_tasks_that_cannot_run_are_greyed(open_app: OpenApp) -> None:
    driver = open_app(REPLY)
    driver.page.tasks.everything.setChecked(True)
    model = driver.page.tasks._model
    greyed: list[Any] = []

    def look() -> bool:
        greyed[:] = [
            model.item(row).child(place)
            for row in range(model.rowCount())
            for place in range(model.item(row).rowCount())
            if not model.item(row).child(place).isEnabled()
        ]
        return bool(greyed)

    driver.wait(look)
    assert "Cannot run yet" in greyed[0].toolTip()
