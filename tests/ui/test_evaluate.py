"""The page Evaluate in a real window: choose, run, pause, stop, go on, fail, retry, queue."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QTableWidget, QTreeWidgetItem

from medsdesk.services.history import answers, queue_of, recent_runs
from medsdesk.services.remember_evaluation import CHOSEN
from medsdesk.store.workspace import open_workspace
from medsdesk.ui import leaving
from medsdesk.ui.bridge.evaluator import INTERVAL_MS
from medsdesk.ui.evaluate import resuming
from medsdesk.ui.evaluate.page import EvaluatePage
from medsdesk.ui.sharing import ANSWERING, EVALUATING
from tests.ui.task_files import write_file, write_some

Key = Qt.Key
OpenApp = Callable[..., Any]
REPLY = {"text": "made-up answer 1"}
SLOW = {"text": "made-up answer 1", "token_seconds": 0.1}
FAILS = {"when": "number 1 of", "fail_after": 0}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two task files of three items each."""
    for name in ("task46_made_up.json", "task2_made_up.json"):
        write_file(tmp_path / "files", name, 3)
    return tmp_path / "files"


def page_of(driver: Any, *paths: Path, models: tuple[str, ...] = ("scripted",)) -> EvaluatePage:
    """Show the page with files and models ticked and no worked cases."""
    driver.window.show_page("evaluate")
    page = driver.window.pages.page("evaluate")
    assert isinstance(page, EvaluatePage)
    driver.wait(lambda: page.how.models.count() > 0)
    if paths:
        page.file_control.add(paths)
        driver.wait(lambda: bool(page.file_control.ticked) and not page.file_control.busy)
    page.how.models.tick(models)
    page.how.shots.setCurrentIndex(1)
    page.control.show_state()
    return page


def branches(page: EvaluatePage) -> list[str]:
    tree = page.files.tree
    found = (tree.topLevelItem(row) for row in range(tree.topLevelItemCount()))
    return [branch.text(0) for branch in found if branch is not None]


def leaf(page: EvaluatePage, branch: int) -> QTreeWidgetItem:
    """Return the first file of a category."""
    found = page.files.tree.topLevelItem(branch)
    assert found is not None
    return found.child(0)


def cell(table: QTableWidget, column: int) -> str:
    """Return a cell of the first row."""
    item = table.item(0, column)
    assert item is not None
    return item.text()


def start(driver: Any, page: EvaluatePage) -> None:
    assert page.ready, page.how.outline.text()
    page.start()
    driver.wait(lambda: page.running)


def ended(driver: Any, page: EvaluatePage) -> None:
    driver.wait(lambda: not page.running)


def answered(page: EvaluatePage, number: int) -> Callable[[], bool]:
    """Return whether so many items are answered and shown."""
    return lambda: page.control.view is not None and page.control.view.counts.done >= number


def stored(directory: Path) -> list[tuple[int, int, int]]:
    """Return waiting, done and failed of each run, newest first, from the disk."""
    with open_workspace(directory) as ws:
        queues = [queue_of(ws, run.id) for run in recent_runs(ws)]
        for queue, run in zip(queues, recent_runs(ws), strict=True):
            assert queue.done == len(answers(ws, run.id))
    return [(queue.pending, queue.done, queue.failed) for queue in queues]


def test_from_files_to_scores_by_keys(open_app: OpenApp, files: Path, directory: Path) -> None:
    driver = open_app(REPLY)
    driver.press(Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    page = page_of(driver, files)
    assert page.how.outline.text().startswith("6 items of 2 tasks with 1 model.")
    page.files.tree.setFocus()
    driver.press(Key.Key_Home, Key.Key_Space)  # a category: off, and on again
    assert len(page.file_control.ticked) == 1
    assert page.how.outline.text().startswith("3 items of 1 task with 1 model.")
    driver.press(Key.Key_Space)
    driver.control(Key.Key_Return)
    driver.wait(lambda: page.running)
    ended(driver, page)
    assert page.progress.badge.text() == "Done"
    assert page.progress.figures.text() == "6 of 6 items"
    lines = page.progress.lines
    cells = [[str(lines.data(lines.index(row, c))) for c in range(5)] for row in range(2)]
    assert [row[1] for row in cells] == ["3 of 3", "3 of 3"]
    assert "ROUGE-L" in cells[1][3]
    assert cells[1][4].startswith("BLEU-1")
    assert "is done: 6 items answered" in driver.window.messages.text
    assert stored(directory) == [(0, 6, 0)]
    driver.wait(lambda: page.how.outline.text().endswith("at the speed last seen."))


def test_files_that_cannot_be_used_say_why_and_have_no_box(
    open_app: OpenApp, tmp_path: Path
) -> None:
    driver = open_app(REPLY)
    page = page_of(driver, write_some(tmp_path / "some"))
    names, tree = branches(page), page.files.tree
    assert names[-1] == "Cannot be used"
    last = leaf(page, len(names) - 1)
    assert "ends too early" in last.text(3)
    assert last.data(0, Qt.ItemDataRole.CheckStateRole) is None
    assert len(page.file_control.ticked) == 6
    page.files.everything.click()
    assert page.file_control.ticked == []
    page.files.everything.click()
    assert len(page.file_control.ticked) == 6
    tree.setCurrentItem(leaf(page, len(names) - 1))
    page.files.remove_button.click()
    assert branches(page) == names[:-1]


def test_items_that_cannot_be_read_are_left_out_only_when_asked(
    open_app: OpenApp, tmp_path: Path, directory: Path
) -> None:
    driver = open_app(REPLY)
    path = write_file(tmp_path / "some", "task46_gaps.json", 4)
    text = path.read_text(encoding="utf-8").replace(
        "Made-up text number 2 of task46_gaps.json.", ""
    )
    path.write_text(text, encoding="utf-8")
    page = page_of(driver, path)
    assert not page.ready
    assert page.how.outline.text().startswith("1 item cannot be read")
    assert page.files.skip.isVisible()
    page.files.skip.click()
    start(driver, page)
    ended(driver, page)
    assert stored(directory) == [(0, 3, 0)]


def test_a_folder_without_task_files_is_told(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app(REPLY)
    page = page_of(driver)
    (tmp_path / "nothing").mkdir()
    page.file_control.add([tmp_path / "nothing"])
    driver.wait(page.files.problem.isVisible)
    assert "no task file" in page.files.problem.text()


def test_files_can_be_dropped_and_are_there_the_next_time(
    open_app: OpenApp, files: Path, directory: Path
) -> None:
    driver = open_app(REPLY)
    page = page_of(driver)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(files))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.files.dropEvent(QDropEvent(QPointF(), Qt.DropAction.CopyAction, data, buttons, keys))
    driver.wait(lambda: len(page.file_control.ticked) == 2)
    leaf(page, 0).setCheckState(0, Qt.CheckState.Unchecked)
    page.how.limit.setValue(2)
    left = [file.path for file in page.file_control.ticked]
    driver.window.close()
    driver.wait(lambda: '"limit":2' in (directory / CHOSEN).read_text(encoding="utf-8"))
    again = open_app(REPLY)
    again.window.show_page("evaluate")
    page = again.window.pages.page("evaluate")
    again.wait(lambda: [file.path for file in page.file_control.ticked] == left)
    assert page.how.limit.value() == 2
    assert page.how.models.ticked() == ("scripted",)


def test_pause_and_go_on(open_app: OpenApp, files: Path, directory: Path) -> None:
    driver = open_app(SLOW)
    page = page_of(driver, files)
    start(driver, page)
    driver.wait(answered(page, 1))
    page.progress.pause_button.click()
    driver.wait(lambda: page.progress.badge.text() == "Paused")
    before = stored(directory)
    driver.qtbot.wait(500)
    assert stored(directory) == before
    assert page.progress.pause_button.text() == "&Go on"
    page.progress.pause_button.click()
    ended(driver, page)
    assert stored(directory) == [(0, 6, 0)]


def test_stop_waits_for_the_item_in_hand_and_it_goes_on(
    open_app: OpenApp, files: Path, directory: Path
) -> None:
    driver = open_app(SLOW)
    page = page_of(driver, files)
    start(driver, page)
    driver.wait(answered(page, 1))
    page.progress.stop_button.click()
    assert page.progress.badge.text() == "Stopping after the item in hand…"
    ended(driver, page)
    [(waiting, done, failed)] = stored(directory)
    assert (waiting + done, failed) == (6, 0)
    assert 0 < waiting < 6
    assert page.progress.badge.text() == "Stopped, can go on"
    assert "kept" in driver.window.messages.text
    page.progress.go_on_button.click()
    driver.wait(lambda: page.running)
    ended(driver, page)
    assert stored(directory) == [(0, 6, 0)]


def test_stop_told_twice_drops_the_item_in_hand(
    open_app: OpenApp, files: Path, directory: Path
) -> None:
    driver = open_app({"text": "word " * 100, "token_seconds": 0.2})
    page = page_of(driver, files)
    start(driver, page)
    driver.wait(lambda: page.progress.badge.text() == "Running")
    page.progress.stop_button.click()
    assert page.progress.stop_button.text() == "S&top now"
    page.progress.stop_button.click()
    ended(driver, page)
    assert stored(directory) == [(6, 0, 0)]


def test_failed_items_are_listed_with_their_reason_and_tried_again(
    open_app: OpenApp, files: Path, directory: Path, add_model: Callable[..., Any]
) -> None:
    driver = open_app(FAILS, REPLY)
    page = page_of(driver, files)
    start(driver, page)
    ended(driver, page)
    assert page.progress.badge.text() == "Done, with failed items"
    assert page.progress.failures.rowCount() == 2
    assert cell(page.progress.failures, 1) == "2"
    assert "script says" in cell(page.progress.failures, 2)
    page.progress.retry_button.click()
    driver.wait(lambda: page.running)
    ended(driver, page)
    assert stored(directory) == [(0, 4, 2)]
    page.progress.close_button.click()
    driver.wait(lambda: page.open.table.rowCount() == 1)
    assert not page.open.go_on_button.isEnabled()
    assert page.open.retry_button.isEnabled()


def test_an_engine_that_dies_on_an_item_does_not_stop_the_others(
    open_app: OpenApp, files: Path, directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    driver = open_app({"when": "number 1 of task2", "text": "a b", "die_after": 1}, REPLY)
    page = page_of(driver, files)
    start(driver, page)
    driver.qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert stored(directory) == [(0, 5, 1)]
    caplog.clear()


def test_two_models_one_after_another(
    open_app: OpenApp, files: Path, directory: Path, add_model: Callable[..., Any]
) -> None:
    add_model({"text": "other answer"}, name="other")
    driver = open_app(REPLY)
    page = page_of(driver, files, models=("other", "scripted"))
    assert "with 2 models" in page.how.outline.text()
    start(driver, page)
    driver.wait(lambda: "(model 2 of 2)" in page.progress.model.text())
    ended(driver, page)
    assert stored(directory) == [(0, 6, 0), (0, 6, 0)]
    with open_workspace(directory) as ws:
        assert {run.model_name for run in recent_runs(ws)} == {"Other", "Scripted"}


def test_a_model_that_cannot_be_loaded_does_not_stop_the_next(
    open_app: OpenApp, files: Path, directory: Path, add_model: Callable[..., Any]
) -> None:
    add_model(REPLY, name="bad", script={"load_fails": ["It cannot be loaded.", "Sorry."]})
    driver = open_app(REPLY)
    page = page_of(driver, files, models=("bad", "scripted"))
    start(driver, page)
    driver.wait(lambda: "cannot be loaded" in driver.window.messages.text)
    ended(driver, page)
    assert stored(directory) == [(0, 6, 0)]
    page.progress.close_button.click()
    driver.wait(lambda: page.open.table.rowCount() == 1)
    assert cell(page.open.table, 0) == "Not begun yet"
    page.open.drop_button.click()
    driver.wait(lambda: page.open.empty)


def test_the_queue_of_a_stopped_evaluation_is_kept(
    open_app: OpenApp, files: Path, directory: Path, add_model: Callable[..., Any]
) -> None:
    add_model({"text": "other answer"}, name="to follow")
    driver = open_app(SLOW)
    page = page_of(driver, files, models=("scripted", "to follow"))
    start(driver, page)
    driver.wait(answered(page, 1))
    page.stop()
    ended(driver, page)
    page.progress.close_button.click()
    driver.wait(lambda: page.open.table.rowCount() == 2)
    page.open.all_button.click()
    driver.wait(lambda: page.running)
    driver.qtbot.waitUntil(lambda: not page.running, timeout=60_000)
    assert stored(directory) == [(0, 6, 0), (0, 6, 0)]


def test_moved_files_are_asked_for(
    open_app: OpenApp, files: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = open_app(SLOW)
    page = page_of(driver, files)
    start(driver, page)
    driver.wait(answered(page, 1))
    page.stop()
    ended(driver, page)
    moved = files.rename(files.with_name("elsewhere"))
    asked: list[str] = []

    def ask(_: object, title: str) -> Path:
        asked.append(title)
        return moved

    monkeypatch.setattr(resuming, "ask_folder", ask)
    page.progress.go_on_button.click()
    driver.wait(lambda: page.running)
    ended(driver, page)
    assert asked == ["Choose the folder that task2_made_up.json and 1 more are in now"]
    assert stored(directory) == [(0, 6, 0)]


def test_the_workbench_is_held_while_an_evaluation_runs_and_the_reverse(
    open_app: OpenApp, files: Path
) -> None:
    driver = open_app(SLOW)
    driver.sample()
    page = page_of(driver, files)
    driver.page.runs.run()
    driver.wait(lambda: not page.ready)
    assert page.how.outline.text() == ANSWERING
    driver.wait(lambda: page.ready)
    start(driver, page)
    assert not driver.page.runs.can_run
    driver.control(Key.Key_T)
    driver.control(Key.Key_Return)
    assert not driver.page.runs.runner.running
    assert driver.page.run.hint.text() == EVALUATING
    page.stop()
    ended(driver, page)
    driver.wait(lambda: driver.page.runs.can_run)


def test_answers_can_be_rated_while_an_evaluation_runs(open_app: OpenApp, files: Path) -> None:
    driver = open_app(SLOW)
    driver.sample()
    driver.run()
    driver.name()
    page = page_of(driver, files)
    start(driver, page)
    driver.window.show_page("workbench")
    driver.form.take_keyboard()
    driver.press(Key.Key_4)
    driver.saved()
    assert page.running
    page.stop()
    ended(driver, page)


def test_views_come_five_times_a_second_at_most(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app(REPLY)
    page = page_of(driver, write_file(tmp_path / "many", "task46_many.json", 60))
    seen: list[object] = []
    page.control.evaluator.viewed.connect(seen.append)
    start(driver, page)
    began = time.monotonic()
    ended(driver, page)
    most = (time.monotonic() - began) * 1000 / INTERVAL_MS
    assert 1 <= len(seen) <= most + 3


def test_closing_asks_once_and_stops_after_the_item_in_hand(
    open_app: OpenApp, files: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = iter([False, True])
    monkeypatch.setattr(leaving, "ask_stop_evaluation", lambda _: next(replies))
    driver = open_app(SLOW)
    page = page_of(driver, files)
    start(driver, page)
    driver.wait(answered(page, 1))
    driver.window.close()
    assert driver.window.isVisible()
    assert not page.control.evaluator.stopping
    driver.window.close()
    driver.wait(lambda: not driver.window.isVisible())
    [(waiting, done, failed)] = stored(directory)
    assert (waiting + done, failed) == (6, 0)
    assert done >= 1


@pytest.mark.parametrize(("kind", "lines"), [("csv", 7), ("medsbench-csv", 7), ("jsonl", 6)])
def test_export_in_three_forms(
    open_app: OpenApp, files: Path, tmp_path: Path, kind: Any, lines: int
) -> None:
    driver = open_app(REPLY)
    page = page_of(driver, files)
    start(driver, page)
    ended(driver, page)
    assert page.control.view is not None
    out = tmp_path / "out"
    page.exporting.write(page.control.view.run_id, out, kind)
    driver.wait(lambda: "6 answers written" in driver.window.messages.text)
    assert len(out.read_text(encoding="utf-8").splitlines()) == lines


def test_the_items_can_be_looked_at_and_the_notes_read(open_app: OpenApp, files: Path) -> None:
    driver = open_app(REPLY)
    page = page_of(driver, files, write_file(files, "task9001_own.json", 1))
    looked: list[str] = []
    page.looked_at.connect(looked.append)
    start(driver, page)
    ended(driver, page)
    page.progress.notes_button.click()
    page.progress.look_button.click()
    assert page.control.view is not None
    assert looked == [page.control.view.run_id]
    assert "not in the registry" in page.control.view.notes[0]


def test_real_files_are_listed(open_app: OpenApp, shared: Path) -> None:
    driver = open_app(REPLY)
    page = page_of(driver, shared / "data" / "meds_bench")
    driver.wait(lambda: len(page.file_control.ticked) == 38)
    page.how.limit.setValue(5)
    assert page.how.outline.text().startswith("186 items of 38 tasks with 1 model.")
