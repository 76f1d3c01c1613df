"""Corrected answers as task files: sound, one per task, nothing of what does not count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.export_corrected import UNCHANGED_NOTE, export_corrected
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.store.audit import list_entries
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.meds_bench import check_task_file
from medsdesk.tasks.registry import find_task, task_content
from tests.rated_studies import made_study, rate_all

RATERS = ("Dr Roy", "Dr Sato")


def _study(ws: Workspace, **changes: Any) -> str:
    asked: dict[str, Any] = {
        "form": "summary",
        "n_items": 6,
        "repeat_share": 0,
        "attention_share": 0,
    }
    made = made_study(ws, **asked | changes)
    for rater in RATERS:
        rate_all(ws, made.id, rater)
    return made.id


def _correct(ws: Workspace, study: str, rater: str, more: str, task: str = "task112") -> int:
    """Add words to every output of a task's texts; return how many there are."""
    session, count = StudySession(ws, study, rater), 0
    for place in range(session.view.total):
        view = session.go_to(place)
        if view.title == find_task(task).title:
            session.set_edit(f"{view.outputs[0]} {more}")
            count += 1
    return count


def _lock(ws: Workspace, study: str) -> None:
    lock_study(ws, study, "", "Dr Owner")


def test_one_task_is_one_file_that_passes_the_check(ws: Workspace, tmp_path: Path) -> None:
    study = _study(ws)
    n = _correct(ws, study, "Dr Roy", "Twice a day.")
    _lock(ws, study)
    found = export_corrected(ws, "Letters", tmp_path / "task112_corrected.json", "Dr Owner")
    [file] = found.files
    assert (found.corrected, found.unchanged, file.instances) == (n, 6 - n, n)
    document = json.loads(Path(file.file).read_text(encoding="utf-8"))
    assert document["Definition"] == [task_content("task112").definition]
    for instance in document["Instances"]:
        assert instance["input"].startswith("Made-up case")
        assert instance["output"].endswith("Twice a day.")
    report = check_task_file(Path(file.file))
    assert (report.items, report.fault_count, report.task_id) == (n, 0, "task112")
    entry = list_entries(ws, study)[-1]
    assert (entry.action, entry.actor) == ("export", "Dr Owner")
    assert file.sha256 in entry.after
    assert "Twice" not in entry.after
    assert any("--unchanged" in note for note in found.notes)


def test_several_tasks_and_raters_go_to_a_folder(ws: Workspace, tmp_path: Path) -> None:
    study = _study(ws)
    n = _correct(ws, study, "Dr Roy", "Twice a day.")
    assert _correct(ws, study, "Dr Sato", "At night.") == n
    m = _correct(ws, study, "Dr Sato", "At night.", "task131")
    assert _correct(ws, study, "Dr Roy", "At night.", "task131") == m  # the same words: one
    _lock(ws, study)
    with pytest.raises(UserFacingError, match="2 tasks"):
        export_corrected(ws, "Letters", tmp_path / "one.json", "Dr Owner")
    assert list(tmp_path.glob("one*")) == []
    folder = tmp_path / "out"
    folder.mkdir()
    found = export_corrected(ws, "Letters", folder, "Dr Owner")
    assert {f.task_id: f.instances for f in found.files} == {"task112": 2 * n, "task131": m}
    assert (found.corrected, found.several) == (n + m, n)
    assert all(check_task_file(Path(file.file)).fault_count == 0 for file in found.files)
    with pytest.raises(UserFacingError, match="already"):
        export_corrected(ws, "Letters", folder, "Dr Owner")
    assert len(list(folder.iterdir())) == 2


def test_unchanged_answers_are_taken_where_that_is_asked_for(ws: Workspace, tmp_path: Path) -> None:
    study = _study(ws)
    n = _correct(ws, study, "Dr Roy", "Twice a day.")
    _lock(ws, study)
    found = export_corrected(ws, "Letters", tmp_path, "Dr Owner", unchanged=True)
    assert sum(file.instances for file in found.files) == 6
    assert (found.corrected, found.unchanged) == (n, 6 - n)
    assert UNCHANGED_NOTE in found.notes


def test_practice_repeats_and_damaged_copies_are_left_out(ws: Workspace, tmp_path: Path) -> None:
    changes = {"n_items": 12, "n_calibration": 2, "repeat_share": 0.2, "attention_share": 0.2}
    study = _study(ws, **changes)
    shown = _correct(ws, study, "Dr Roy", "More.") + _correct(
        ws, study, "Dr Roy", "More.", "task131"
    )
    assert shown > 12
    _lock(ws, study)
    found = export_corrected(ws, "Letters", tmp_path, "Dr Owner")
    assert found.corrected == sum(file.instances for file in found.files) == 12


def test_a_correction_taken_back_is_none(ws: Workspace, tmp_path: Path) -> None:
    study = _study(ws)
    session = StudySession(ws, study, "Dr Roy")
    session.set_edit("Something else.")
    session.set_edit(None)
    with pytest.raises(UserFacingError, match="not locked"):
        export_corrected(ws, "Letters", tmp_path, "Dr Owner")
    _lock(ws, study)
    with pytest.raises(UserFacingError, match="no corrected answer"):
        export_corrected(ws, "Letters", tmp_path, "Dr Owner")
    assert list(tmp_path.glob("*.json")) == []


def test_a_study_without_corrections_is_refused(ws: Workspace, tmp_path: Path) -> None:
    study = _study(ws, form="workbench")
    _lock(ws, study)
    with pytest.raises(UserFacingError, match="were not corrected"):
        export_corrected(ws, "Letters", tmp_path, "Dr Owner")
