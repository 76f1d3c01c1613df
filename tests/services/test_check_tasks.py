"""Every file named has a report, whatever is wrong with it or the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.services.check_tasks import check_tasks
from medsdesk.tasks.meds_bench import FileReport

GOOD = {"Definition": "Name the disease.", "Instances": [{"input": "Fever.", "output": "flu"}]}


def _file(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_references_in_another_script_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "task61_made_up.json"
    items = [{"input": f"Made up {n}.", "output": "the lungs are clear"} for n in range(2)]
    path.write_text(json.dumps({"Definition": ["Choose."], "Instances": items}), encoding="utf-8")
    [report] = check_tasks([path], lambda _: None)
    assert (report.items, report.fault_count) == (2, 0)
    assert report.notes == ("2 reference answers are not in the script of the task's language.",)


def test_files_and_folders_are_reported_in_the_order_of_their_tasks(tmp_path: Path) -> None:
    (tmp_path / "MCQA").mkdir()
    _file(tmp_path / "MCQA", "task57_x.json", GOOD)
    named = _file(tmp_path, "task2_x.json", {"Definition": "x"})
    told: list[FileReport] = []
    reports = check_tasks([tmp_path / "MCQA", named], told.append)
    assert tuple(told) == reports
    assert [(r.task_id, r.items, r.fault_count) for r in reports] == [
        ("task2", 0, 1),
        ("task57", 1, 0),
    ]


def test_a_missing_file_hides_nothing_about_the_others(tmp_path: Path) -> None:
    good = _file(tmp_path, "task57_x.json", GOOD)
    reports = check_tasks([tmp_path / "gone.json", good], lambda _: None)
    assert [(r.path.name, r.items, r.fault_count) for r in reports] == [
        ("task57_x.json", 1, 0),
        ("gone.json", 0, 1),
    ]
    [report] = check_tasks([tmp_path / "gone.json"], lambda _: None)
    assert "There is no file" in report.faults[0].reason


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="no task file"):
        check_tasks([tmp_path], lambda _: None)


def test_a_check_can_be_stopped(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        check_tasks([_file(tmp_path, "task57_x.json", GOOD)], lambda _: None, cancel)
