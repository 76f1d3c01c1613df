"""Each file is listed with what it is about, or with why it cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.list_task_files import find_listed, list_task_file
from tests.services.conftest import WriteTaskFile


def test_a_file_of_the_registry(write_task_file: WriteTaskFile) -> None:
    listed = list_task_file(write_task_file("task53_french.json", count=3))
    assert (listed.task_id, listed.items, listed.left_out) == ("task53", 3, 0)
    assert (listed.category, listed.language, listed.problem) == ("Rationale", "French", "")
    assert listed.title == "Explain the right answer (French)"


def test_an_unknown_task_goes_by_its_header_and_its_name(write_task_file: WriteTaskFile) -> None:
    path = write_task_file("letters.json", Output_language=["German"], Categories=["Summaries"])
    listed = list_task_file(path)
    assert (listed.title, listed.category, listed.language) == ("letters", "Summaries", "German")
    assert any("not in the registry" in detail for detail in listed.details)


def test_items_that_cannot_be_read_are_counted(write_task_file: WriteTaskFile) -> None:
    listed = list_task_file(write_task_file(inputs=["a", "", "c"], outputs=["x", "y", "z"]))
    assert (listed.items, listed.left_out, listed.problem) == (2, 1, "")
    assert listed.details[0].startswith("Item 2: ")


def test_what_cannot_be_used_says_why(tmp_path: Path, write_task_file: WriteTaskFile) -> None:
    broken = tmp_path / "task46_broken.json"
    broken.write_text('{"Definition": ["x"], "Inst', encoding="utf-8")
    wordless = write_task_file("own.json", Definition=[])
    assert "ends too early" in list_task_file(broken).problem
    assert "has no instruction" in list_task_file(wordless).problem
    assert list_task_file(tmp_path / "gone.json").problem.startswith("There is no file")
    assert list_task_file(write_task_file("task46_none.json", count=0)).problem


def test_files_are_found_and_missing_ones_come_last(
    tmp_path: Path, write_task_file: WriteTaskFile
) -> None:
    second, first = write_task_file("task57_a.json"), write_task_file("task46_a.json")
    gone = tmp_path / "gone.json"
    assert find_listed([gone, second.parent]) == (first, second, gone)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserFacingError, match="no task file"):
        find_listed([tmp_path / "empty"])


def test_the_order_is_the_benchmarks(write_task_file: WriteTaskFile) -> None:
    names = ("zebra.json", "task126_x.json", "task46_x.json", "task2_x.json")
    listed = sorted((list_task_file(write_task_file(n)) for n in names), key=lambda f: f.order)
    assert [file.task_id for file in listed][-1] == "task126"
    explanations = [file.task_id for file in listed if file.category == "Explanation"]
    assert explanations == ["task46", "zebra"]


def test_every_real_file_can_be_used(shared: Path) -> None:
    paths = find_listed([shared / "data" / "meds_bench"])
    listed = [list_task_file(path) for path in paths]
    assert len(listed) == 38
    assert [file.problem for file in listed if file.problem] == []
    assert all(file.items and file.category and file.language for file in listed)


def test_faults_beyond_the_first_are_counted(write_task_file: WriteTaskFile) -> None:
    path = write_task_file(inputs=["" for _ in range(150)] + ["a"])
    listed = list_task_file(path)
    assert (listed.items, listed.left_out) == (1, 150)
    assert json.dumps(listed.details).count("Item ") == 5
    assert any(detail.startswith("And ") for detail in listed.details)
