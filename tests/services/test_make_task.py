"""Own texts become a task file that checks and runs; what was not taken is told, never lost."""

from __future__ import annotations

import json
import logging
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.run import CaseSource
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.history import answers
from medsdesk.services.make_task import (
    MakeProgress,
    NothingTakenError,
    TaskRequest,
    make_task_file,
)
from medsdesk.services.task_words import TaskWords
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.meds_bench import check_task_file, open_task_file
from medsdesk.tasks.task_faults import NO_OUTPUT
from tests.made_documents import excel, pdf, word
from tests.services.conftest import ScriptedModel


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder of made-up letters: four that can be read, two that cannot."""
    folder = tmp_path / "letters"
    (folder / "more").mkdir(parents=True)
    files: dict[str, bytes] = {
        "letter 2.txt": b"Made-up letter two.",
        "letter 2.ref.txt": b"Impression two.",
        "letter 10.docx": word("Made-up letter ten."),
        "more/a.pdf": pdf("Made-up letter a."),
        "more/scan.pdf": pdf(""),
        "more/b.md": b"Made-up letter b.",
        "old.doc": b"\xd0\xcf\x11\xe0",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def _request(letters: Path, **changes: Any) -> TaskRequest:
    made = TaskRequest((letters,), letters.parent / "task112_mine.json", TaskWords(task="112"))
    return replace(made, **changes)


def _instances(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["Instances"]
    return found


def test_a_folder_becomes_a_task_file(letters: Path) -> None:
    told: list[MakeProgress] = []
    made = make_task_file(_request(letters), told.append)
    assert _instances(made.path) == [
        {"id": "letter 2.txt", "input": "Made-up letter two.", "output": "Impression two."},
        {"id": "letter 10.docx", "input": "Made-up letter ten."},
        {"id": "more/a.pdf", "input": "Made-up letter a."},
        {"id": "more/b.md", "input": "Made-up letter b."},
    ]
    assert (made.task_id, made.metric, made.items, made.referenced) == ("task112", "text", 4, 1)
    assert made.sha256 == open_task_file(made.path).sha256
    assert [one.where for one in made.left_out] == ["more/scan.pdf", "old.doc"]
    assert "3 items have no reference" in made.notes[-1]
    assert told[0] == MakeProgress(0, 6, 0, 0)
    assert told[-1] == MakeProgress(6, 6, 4, 2)


def test_the_check_accepts_it_and_says_what_medsins_would_not_take(letters: Path) -> None:
    report = check_task_file(make_task_file(_request(letters)).path)
    assert report.items == 4
    assert {fault.reason for fault in report.faults} == {NO_OUTPUT}
    table = letters / "all.csv"
    table.write_text("text,reference\nFever.,flu\nCough.,cold\n", encoding="utf-8")
    request = _request(letters, sources=(table,), replace=True)
    report = check_task_file(make_task_file(request).path)
    assert (report.items, report.fault_count, report.notes) == (2, 0, ())


def test_it_runs_and_what_has_no_reference_stays_unscored(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, letters: Path
) -> None:
    words = TaskWords(definition="Sum it up.", categories=("text summarization",))
    out = letters.parent / "own-letters.json"
    made = make_task_file(_request(letters, words=words, out=out))
    assert (made.task_id, made.title, made.metric) == ("own-letters", "letters", "text")
    model = scripted_model({"text": "A made-up answer."})
    config = GenerateConfig(max_new_tokens=64)
    plan = EvaluationPlan((made.path,), model, generate=config)
    result = evaluate(ws, engine, plan, lambda _: None, CancelToken())
    assert (result.items, result.completed, result.failed) == (4, 4, 0)
    counts = {(s.details["n"], s.details["unscored"]) for s in result.tasks[0].scores}
    assert (1.0, 3.0) in counts
    assert min(unscored for _, unscored in counts) == 3.0


def test_its_own_worked_cases_are_shown_where_they_are_asked_for(
    ws: Workspace, engine: Engine, scripted_model: ScriptedModel, letters: Path
) -> None:
    cases = letters.parent / "cases.csv"
    cases.write_text("input,output\nA case.,Its answer.\nMade-up letter b.,x\n", encoding="utf-8")
    words = TaskWords(definition="Sum it up.", cases_file=cases)
    made = make_task_file(_request(letters, words=words, out=letters.parent / "own-x.json"))
    script = {"when": "Input:\nA case.\n\nOutput:\nIts answer.", "text": "It was shown."}
    model = scripted_model(script, {"text": "It was not."})
    expected: dict[CaseSource, str] = {"file": "It was shown.", "pool": "It was not."}
    for source, said in expected.items():
        plan = EvaluationPlan((made.path,), model, shots=1, cases=source)
        result = evaluate(ws, engine, plan, lambda _: None, CancelToken())
        outputs = {row.output.completion.text for row in answers(ws, result.spec.id)}
        assert outputs == {said}


def test_a_table_of_references_comes_before_those_beside(letters: Path) -> None:
    table = letters / "references.xlsx"
    rows = [["file", "reference"], ["letter 2", "First."], ["letter 2", "Second."], ["x", "y"]]
    table.write_bytes(excel(rows))
    made = make_task_file(_request(letters, references=table))
    assert _instances(made.path)[0]["output"] == ["First.", "Second."]
    assert [one.where for one in made.left_out] == [
        "references.xlsx, row 4", "more/scan.pdf", "old.doc",
    ]  # fmt: skip


def test_ids_are_made_unique_or_numbered(letters: Path) -> None:
    table = letters / "t.csv"
    table.write_text("id,text\nx,one\nx,two\nx (2),three\n", encoding="utf-8")
    request = _request(letters, sources=(table,))
    made = make_task_file(request)
    assert [one["id"] for one in _instances(made.path)] == ["x", "x (2)", "x (2) (2)"]
    assert any("2 items have an id that came before" in note for note in made.notes)
    assert check_task_file(made.path).fault_count == 3  # no output each, and no id twice
    numbered = make_task_file(replace(request, numbered=True, replace=True))
    assert [one["id"] for one in _instances(numbered.path)] == ["1", "2", "3"]


def test_the_file_may_lie_among_the_texts(letters: Path) -> None:
    out = letters / "task112_mine.json"
    first = make_task_file(_request(letters, out=out))
    again = make_task_file(_request(letters, out=out, replace=True))
    assert first == again


@pytest.mark.parametrize("is_there", [True, False])
def test_a_file_that_is_there_is_not_written_over_unasked(letters: Path, is_there: bool) -> None:
    request = _request(letters)
    if is_there:
        request.out.write_text("mine", encoding="utf-8")
        with pytest.raises(UserFacingError, match="is there already"):
            make_task_file(request)
        assert request.out.read_text(encoding="utf-8") == "mine"
    else:
        make_task_file(request)


def test_a_text_is_never_written_over(letters: Path) -> None:
    table = letters / "own-t.json"
    table.write_text('[{"text": "Fever."}]', encoding="utf-8")
    request = _request(
        letters, sources=(table,), out=table, words=TaskWords(definition="x"), replace=True
    )
    with pytest.raises(UserFacingError, match="is one of the texts"):
        make_task_file(request)
    assert "Fever." in table.read_text(encoding="utf-8")


def test_where_nothing_can_be_taken_nothing_is_written(letters: Path) -> None:
    request = _request(letters, sources=(letters / "more" / "scan.pdf", letters / "old.doc"))
    with pytest.raises(NothingTakenError) as caught:
        make_task_file(request)
    assert [one.where for one in caught.value.left_out] == ["scan.pdf", "old.doc"]
    assert caught.value.hint == "Look at the reasons."
    (letters / "empty").mkdir()
    with pytest.raises(NothingTakenError, match="Name files or folders that have texts"):
        make_task_file(_request(letters, sources=(letters / "empty",)))
    assert not request.out.exists()


@pytest.mark.parametrize("at", [0, 2])
def test_it_can_be_stopped_and_then_leaves_nothing(letters: Path, at: int) -> None:
    cancel = CancelToken()

    def stop(progress: MakeProgress) -> None:
        if progress.done == at:
            cancel.cancel()

    before = sorted(letters.parent.rglob("*"))
    with pytest.raises(CancelledError):
        make_task_file(_request(letters), stop, cancel)
    assert sorted(letters.parent.rglob("*")) == before


def test_a_text_that_vanishes_while_the_others_are_read_is_told(letters: Path) -> None:
    def vanish(progress: MakeProgress) -> None:
        if progress.done == 1:
            (letters / "more" / "b.md").unlink(missing_ok=True)

    made = make_task_file(_request(letters), vanish)
    assert made.items == 3
    assert made.left_out[0].where == "more/b.md"
    assert "There is no file" in made.left_out[0].reason


def test_a_long_table_is_told_of_while_it_is_read(letters: Path) -> None:
    table = letters / "t.csv"
    table.write_text("text\n" + "Fever.\n" * 250, encoding="utf-8")
    told: list[MakeProgress] = []
    make_task_file(_request(letters, sources=(table,)), told.append)
    assert [progress.items for progress in told] == [0, 100, 200, 250]


def test_what_the_file_leaves_open_is_noted(letters: Path) -> None:
    words = TaskWords(definition="x", categories=("My own",))
    made = make_task_file(_request(letters, words=words, out=letters.parent))
    assert made.path.name == "own-letters.json"
    notes = " ".join(made.notes)
    assert "answers are taken for English" in notes
    assert "no category names a metric" in notes
    assert made.metric == "none"


def test_no_word_of_a_text_goes_to_logs_or_temporary_files(
    letters: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    temp = letters.parent / "temp"
    temp.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    caplog.set_level(logging.DEBUG)
    marker = "ZebraTextZebra"
    broken = pdf(marker).replace(b"/Length", b"/Zebra 1 /Length 3 /ZebraTextZebra")
    files = {
        "z.docx": word(marker), "z.pdf": pdf(marker), "broken.pdf": broken,
        "half.pdf": pdf(marker)[:-150], "bad.json": f'{{"resourceType": "{marker}'.encode(),
        "nul.txt": f"{marker}\0".encode(), "half.docx": word(marker)[:-400],
    }  # fmt: skip
    for name, data in files.items():
        (letters / name).write_bytes(data)
    table = letters.parent / "t.xlsx"
    table.write_bytes(excel([["text", "reference"], [marker, marker], ["", marker]]))
    made = make_task_file(_request(letters, sources=(letters, table)))
    assert marker in made.path.read_text(encoding="utf-8")
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "made task112" in logged
    assert marker not in logged + str(made.left_out) + str(made.notes)
    assert list(temp.iterdir()) == []
