"""What a plan takes from its files, what it says of them, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.model import LoadConfig
from medsdesk.services.evaluation_plan import (
    LEAK_NOTE,
    EvaluationPlan,
    notes_of,
    plan_files,
    reopen_files,
)
from tests.services.conftest import ScriptedModel, WriteTaskFile


@pytest.fixture
def plan(scripted_model: ScriptedModel) -> EvaluationPlan:
    return EvaluationPlan(files=(), model=scripted_model(), shots=0)


def _with(plan: EvaluationPlan, *files: Path, **changes: Any) -> EvaluationPlan:
    return replace(plan, files=files, **changes)


def test_how_the_model_is_loaded(plan: EvaluationPlan) -> None:
    config = _with(plan, context=2048, gpu_layers=3, threads=2).load_config
    assert config == LoadConfig(plan.model.path, context=2048, gpu_layers=3, threads=2)
    kept = _with(plan, kv_cache="q8_0", flash_attention="on")
    assert (kept.load_config.kv_cache, kept.load_config.flash_attention) == ("q8_0", "on")
    served = replace(plan.model, path="http://models.example:8000#m")
    assert _with(kept, model=served).load_config.kv_cache == "f16"  # a server has its own way


def test_items_are_drawn_by_seed_and_stay_in_order(
    plan: EvaluationPlan, write_task_file: WriteTaskFile
) -> None:
    path = write_task_file(count=40)

    def chosen(seed: int) -> list[int]:
        [draft] = plan_files(_with(plan, path, limit=5, seed=seed), CancelToken())
        return list(draft.chosen)

    assert chosen(1) == chosen(1) == sorted(chosen(1))
    assert len(chosen(1)) == 5
    assert len({tuple(chosen(seed)) for seed in range(5)}) == 5


def test_the_record_says_what_was_taken_from_a_file(
    plan: EvaluationPlan, write_task_file: WriteTaskFile
) -> None:
    path = write_task_file(count=9)
    [draft] = plan_files(_with(plan, path.parent, limit=4, shots=None), CancelToken())
    record = draft.planned.record
    assert (record.name, record.task_id, record.metric) == (path.name, "task46", "text")
    assert (record.items, record.skipped, record.faults, record.chosen) == (9, 0, 0, 4)
    assert (record.shots, record.definition) == (3, "file")
    assert len(record.case_items) == 9
    assert Path(record.path) == path.resolve()
    assert draft.notes == ()
    assert draft.planned.definition == "Made up: explain the term."


def test_items_that_cannot_be_read_are_left_out_counted_and_named(
    plan: EvaluationPlan, write_task_file: WriteTaskFile
) -> None:
    inputs = ["one", "", "three", "three", "five"]
    path = write_task_file(inputs=inputs, outputs=["1", "2", "", ["3", ""], "5"])
    with pytest.raises(UserFacingError) as refused:
        plan_files(_with(plan, path), CancelToken())
    assert refused.value.message == (
        "2 items of 1 task file cannot be read (task46_first.json, item 2: its input is empty; "
        "task46_first.json, item 3: its output is empty)."
    )
    assert "--skip-faulty" in refused.value.hint
    [draft] = plan_files(_with(plan, path, skip_faulty=True), CancelToken())
    assert list(draft.chosen) == [0, 3, 4]
    assert (draft.planned.record.skipped, draft.planned.record.faults) == (2, 3)
    [note] = draft.notes
    assert note.startswith("task46_first.json: 2 items that cannot be read are left out (item 2: ")
    assert "item 3: " in note


def test_items_without_a_reference_are_run_told_and_never_cases(
    plan: EvaluationPlan, write_task_file: WriteTaskFile
) -> None:
    path = write_task_file(count=4, outputs=["1", None, "3", None])
    [draft] = plan_files(_with(plan, path, shots=3), CancelToken())
    assert list(draft.chosen) == [0, 1, 2, 3]
    record = draft.planned.record
    assert (record.items, record.skipped, set(record.case_items)) == (4, 0, {0, 2})
    assert "2 items have no reference; such answers are kept without a score." in draft.notes[0]
    [note] = plan_files(_with(plan, write_task_file(outputs=[None] * 4)), CancelToken())[0].notes
    assert "4 items have no reference" in note


def test_a_file_that_ends_too_early_is_refused_unless_the_rest_is_asked_for(
    plan: EvaluationPlan, write_task_file: WriteTaskFile
) -> None:
    path = write_task_file(count=3)
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex("{") - 2], encoding="utf-8")
    with pytest.raises(
        UserFacingError, match=r"1 task file cannot be read to its end \(.*too early"
    ):
        plan_files(_with(plan, path), CancelToken())
    [draft] = plan_files(_with(plan, path, skip_faulty=True), CancelToken())
    assert list(draft.chosen) == [0, 1]
    assert "ends too early" in draft.notes[0]


def test_faults_that_cost_no_item_refuse_nothing(
    plan: EvaluationPlan, write_task_file: WriteTaskFile
) -> None:
    path = write_task_file(count=2, outputs=[["a", ""], "b"], Definition=[], Domains=5)
    document = json.loads(path.read_text(encoding="utf-8"))
    for item in document["Instances"]:
        item["id"] = "the same"
    path.write_text(json.dumps(document), encoding="utf-8")
    [draft] = plan_files(_with(plan, path), CancelToken())
    assert (len(draft.chosen), draft.planned.record.skipped, draft.lost) == (2, 0, ())
    assert draft.planned.record.faults >= 3


def test_references_in_another_script_are_counted(
    plan: EvaluationPlan, write_task_file: WriteTaskFile
) -> None:
    outputs = ["Made up: the lungs are clear.", "正确答案是 B: 休息", "B"]
    path = write_task_file("task58_first.json", count=3, outputs=outputs)
    [draft] = plan_files(_with(plan, path), CancelToken())
    assert draft.notes == (
        "task58_first.json: 1 reference answer is not in the script of the task's language.",
    )


@pytest.mark.parametrize(
    ("changes", "header", "name", "words"),
    [
        ({"shots": 3}, {}, "task46_a.json", "3 worked cases are asked for, but only 1 can"),
        ({"shots": 3, "cases": "leak"}, {}, "task46_a.json", "but only 2 can be shown"),
        ({"shots": 4, "cases": "own"}, {}, "task46_a.json", "but only 3 can be shown"),
        ({"shots": 1, "cases": "file"}, {}, "task46_a.json", "but only 0 can be shown"),
        ({"shots": 1, "cases": "own"}, {}, "task9001_a.json", "but only 0 can be shown"),
        ({}, {"Definition": []}, "task46_a.json", "no instruction; MedsDesk's own is used"),
        ({}, {}, "task9001_a.json", "scored as text by its category"),
        ({}, {"Categories": []}, "task9001_a.json", "not scored, because its category names"),
    ],
)
def test_what_a_reader_of_the_scores_has_to_know_is_noted(
    plan: EvaluationPlan,
    write_task_file: WriteTaskFile,
    changes: dict[str, Any],
    header: dict[str, Any],
    name: str,
    words: str,
) -> None:
    path = write_task_file(name, count=2, **header)
    wanted = _with(plan, path, **changes)
    drafts = plan_files(wanted, CancelToken())
    notes = notes_of(wanted, drafts)
    assert any(note.startswith(f"{name}: ") and words in note for note in notes), notes
    assert (LEAK_NOTE in notes) == (wanted.cases == "leak")


def test_files_without_any_item_are_refused(
    plan: EvaluationPlan, write_task_file: WriteTaskFile, tmp_path: Path
) -> None:
    path = write_task_file(inputs=["", " "], outputs=["1", "2"])
    with pytest.raises(UserFacingError, match="None of the task files"):
        plan_files(_with(plan, path), CancelToken())
    with pytest.raises(UserFacingError, match="no file or folder"):
        plan_files(_with(plan, tmp_path / "nowhere"), CancelToken())


def test_planning_can_be_stopped(plan: EvaluationPlan, write_task_file: WriteTaskFile) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        plan_files(_with(plan, write_task_file()), cancel)


def test_files_are_opened_again_where_they_were_or_where_they_are_now(
    plan: EvaluationPlan, write_task_file: WriteTaskFile, tmp_path: Path
) -> None:
    path = write_task_file()
    [draft] = plan_files(_with(plan, path), CancelToken())
    records = (draft.planned.record,)
    assert reopen_files(records, ()) == (draft.planned,)
    moved = tmp_path / "moved" / path.name
    moved.parent.mkdir()
    path.replace(moved)
    with pytest.raises(UserFacingError, match=r"task46_first.json is not at .*any more"):
        reopen_files(records, ())
    [again] = reopen_files(records, [moved.parent])
    assert (again.file.path, again.definition) == (moved, draft.planned.definition)


def test_a_file_that_has_changed_is_refused_by_name(
    plan: EvaluationPlan, write_task_file: WriteTaskFile
) -> None:
    path = write_task_file()
    [draft] = plan_files(_with(plan, path), CancelToken())
    document = json.loads(path.read_text(encoding="utf-8"))
    document["Instances"][0]["output"] = "another"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UserFacingError, match=r"task46_first.json has changed.*SHA-256"):
        reopen_files((draft.planned.record,), ())
