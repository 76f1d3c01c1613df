"""Each verb on a real workspace, with a scripted engine."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from medsdesk.cli import main
from medsdesk.core.model import ModelFile
from medsdesk.services.history import answers
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rate import RatingSession
from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli

Scripted = Callable[..., ModelFile]
FINDINGS = "Heart size normal. Lungs clear. No effusion."


@pytest.fixture
def findings(tmp_path: Path) -> str:
    path = tmp_path / "findings.txt"
    path.write_text(FINDINGS, encoding="utf-8")
    return str(path)


def test_tasks_can_be_listed_searched_and_shown(cli: Cli) -> None:
    assert len(cli.json("tasks", "list")) == 53
    assert len(cli.json("tasks", "list", "--all")) == 125
    assert [t["id"] for t in cli.json("tasks", "list", "igakuqa")] == ["task59"]
    shown = cli.json("tasks", "show", "112")
    assert shown["id"] == "task112"
    assert len(shown["cases"]) == 3
    assert len(shown["samples"]) == 2
    assert "cases" not in cli.json("tasks", "show", "task19")
    assert "Chest" in cli("tasks", "show", "task112")[1]
    assert "Named Entity Recognition" in cli("tasks", "list")[1]


def _task_file(folder: Path, name: str, *instances: dict[str, str]) -> str:
    path = folder / name
    document = {"Definition": "Name the disease.", "Instances": instances}
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


GOOD_ITEM = {"input": FINDINGS, "output": "none"}


def test_a_clean_task_file_ends_with_zero(cli: Cli, tmp_path: Path) -> None:
    path = _task_file(tmp_path, "task130_own.json", GOOD_ITEM)
    code, out, _ = cli("tasks", "check", path)
    assert code == 0
    assert out.split()[:4] == ["task130", "1", "items", "clean"]
    [report] = cli.json("tasks", "check", path)["files"]
    assert (report["task"], report["items"], report["faults"]) == ("task130", 1, [])
    assert len(report["sha256"]) == 64


def test_faults_are_listed_by_item_and_end_with_three(cli: Cli, tmp_path: Path) -> None:
    good = _task_file(tmp_path, "task130_own.json", GOOD_ITEM)
    item = {**GOOD_ITEM, "id": "x"}
    bad = _task_file(tmp_path, "my_own.json", item, item, *[{"input": FINDINGS}] * 120)
    code, out, err = cli("tasks", "check", bad, good, str(tmp_path / "gone.json"))
    assert code == 3
    assert "item 2: it has the id of an earlier item (kept)" in out
    assert "item 3: it has no output (left out)" in out
    assert "and 21 more" in out
    assert "note: The task is not in the registry" in out
    assert "file: There is no file" in out
    assert FINDINGS not in out + err
    code, out, _ = cli("tasks", "check", bad, "--json")
    assert code == 3
    [report] = json.loads(out)["files"]
    assert report["fault_count"] == 121
    assert report["faults"][0] == {
        "item": 2, "reason": "it has the id of an earlier item", "kept": True,
    }  # fmt: skip


def test_files_of_which_none_can_be_used_end_with_one(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "task1_x.json").write_text("{", encoding="utf-8")
    code, out, err = cli("tasks", "check", str(tmp_path))
    assert code == 1
    assert "cannot be read as JSON" in out
    assert len(err.strip().splitlines()) == 2
    code, out, _ = cli("tasks", "check", str(tmp_path / "gone"), "--json")
    assert code == 1
    assert json.loads(out)["files"][0]["faults"][0]["item"] is None


def test_run_streams_stores_and_scores(cli: Cli, scripted: Scripted, findings: str) -> None:
    scripted({"text": "No acute process."})
    code, out, err = cli("run", "task112", "--text", findings, "--model", "scripted")
    assert code == 0
    assert "No acute process." in out
    assert "unscored: no reference" in out
    assert "tokens in a context of" in err


def test_run_answers_with_the_contracts_document(
    cli: Cli, ws: Workspace, scripted: Scripted, findings: str, tmp_path: Path
) -> None:
    scripted({"text": "No acute process."})
    (tmp_path / "ref.txt").write_text("No acute process.", encoding="utf-8")
    document = cli.json(
        "run", "task112", "--text", findings, "--reference", str(tmp_path / "ref.txt"),
        "--model", "scripted", "--shots", "0", "--max-new-tokens", "50", "--seed", "7",
    )  # fmt: skip
    assert document["task"] == "task112"
    assert document["output"] == "No acute process."
    assert document["finish_reason"] == "stop"
    assert document["tokens"] == 3
    assert document["prompt_tokens"] > 0
    assert document["scores"]["strict.rouge_l_f"]["value"] == pytest.approx(100)
    [row] = answers(ws)
    assert (document["run_id"], document["sample_id"]) == (row.output.run_id, row.sample.id)
    assert row.sample.origin == "file"


def test_run_reads_standard_input(
    cli: Cli, ws: Workspace, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted({"text": "Clear."})
    stdin = io.TextIOWrapper(io.BytesIO("Befund: unauffällig".encode()), encoding="ascii")
    monkeypatch.setattr("sys.stdin", stdin)
    cli.json("run", "task112", "--text", "-", "--model", "scripted")
    assert answers(ws)[0].sample.input == "Befund: unauffällig"


def test_a_file_of_many_texts_is_refused_and_nothing_dropped(
    cli: Cli, ws: Workspace, scripted: Scripted, tmp_path: Path
) -> None:
    scripted({"text": "Clear."})
    (tmp_path / "rows.csv").write_text("text\nfirst\nsecond\n", encoding="utf-8")
    code, _, err = cli(
        "run", "task112", "--text", str(tmp_path / "rows.csv"), "--model", "scripted"
    )
    assert code == 1
    assert "2 texts" in err
    assert answers(ws) == ()


def test_when_the_engine_dies_the_run_ends_with_three_and_the_answer_is_kept(
    cli: Cli, ws: Workspace, scripted: Scripted, findings: str
) -> None:
    scripted({"text": "one two three", "die_after": 2, "die": "kill"})
    code, out, err = cli("run", "task112", "--text", findings, "--model", "scripted")
    assert code == 3
    assert "one two" in out
    assert "incomplete" in err
    assert answers(ws)[0].output.completion.finish_reason == "died"


def test_runs_can_be_listed_shown_and_exported(
    cli: Cli, scripted: Scripted, findings: str, tmp_path: Path
) -> None:
    assert "Nothing has been run" in cli("runs", "list")[2]
    scripted({"text": "Clear."})
    run_id = cli.json("run", "task112", "--text", findings, "--model", "scripted")["run_id"]
    assert cli.json("runs", "list")[0]["id"] == run_id
    assert run_id[:8] in cli("runs", "list")[1]
    shown = json.loads(cli("runs", "show", run_id[:8])[1])
    assert shown["manifest"]["model_sha256"] == "0" * 64
    assert shown["answers"][0]["output"]["completion"]["text"] == "Clear."
    out = tmp_path / "run.csv"
    written = cli.json("runs", "export", run_id, "--format", "medsbench-csv", "--out", str(out))
    assert written["answers"] == 1
    with out.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["output"] == "Clear."


def test_ratings_export_tells_how_many(
    cli: Cli, ws: Workspace, scripted: Scripted, findings: str, tmp_path: Path
) -> None:
    scripted({"text": "Clear."})
    cli.json("run", "task112", "--text", findings, "--model", "scripted")
    session = RatingSession(ws, answers(ws)[0].output.id, "Dr A", workbench_form())
    session.set_value("accuracy", 5)
    code, out, _ = cli("ratings", "export", "--out", str(tmp_path / "ratings.csv"))
    assert code == 0
    assert out.startswith("1 ratings written to ")


def test_models_are_listed_and_bad_files_refused(
    cli: Cli, scripted: Scripted, tmp_path: Path
) -> None:
    scripted()
    assert "scripted" in [m["id"] for m in cli.json("models", "list")]
    assert "scripted" in cli("models", "list")[1]
    text = tmp_path / "notes.gguf"
    text.write_text("These are notes and no model.", encoding="utf-8")
    for words in (["models", "add", str(text)], ["models", "add", str(tmp_path / "no.gguf")]):
        code, _, err = cli(*words)
        assert code == 1
        assert len(err.strip().splitlines()) == 2


def test_doctor_says_how_the_machine_is(cli: Cli, scripted: Scripted) -> None:
    scripted()
    document = cli.json("doctor")
    assert document["ok"] is True
    names = {check["name"] for check in document["checks"]}
    assert {"memory", "disk", "engine", "workspace", "models", "fonts", "network"} <= names
    assert document["devices"][0]["type"] == "cpu"
    assert "engine" in cli("doctor")[1]


def test_a_workspace_that_is_a_file_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    code, _, err = cli("runs", "list", "--workspace", str(tmp_path / "file"))
    assert code == 1
    assert len(err.strip().splitlines()) == 2


def test_output_that_cannot_be_written_costs_no_answer(
    cli: Cli, ws: Workspace, scripted: Scripted, findings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted({"text": "one two three"})

    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", Full())
        patch.setattr("os.dup2", lambda *_: None)
        patch.setattr(Full, "fileno", lambda _: 1)
        code = main.run(("run", "task112", "--text", findings, "--model", "scripted"), _no_window)
    assert code == 1
    assert answers(ws)[0].output.completion.text == "one two three"


def test_a_second_text_and_an_empty_reference_are_refused(
    cli: Cli, ws: Workspace, scripted: Scripted, findings: str, tmp_path: Path
) -> None:
    scripted({"text": "Clear."})
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    run = ("run", "task112", "--model", "scripted")
    both = cli(*run, "--text", "-", "--reference", "-")
    empty = cli(*run, "--text", findings, "--reference", str(tmp_path / "empty.txt"))
    assert (both[0], empty[0]) == (1, 1)
    assert "both" in both[2]
    assert answers(ws) == ()


def test_the_reference_of_a_table_counts(
    cli: Cli, ws: Workspace, scripted: Scripted, tmp_path: Path
) -> None:
    scripted({"text": "Clear."})
    path = tmp_path / "one.csv"
    path.write_text("text,reference\nLungs clear.,Clear.\n", encoding="utf-8")
    document = cli.json("run", "task112", "--text", str(path), "--model", "scripted")
    assert document["scores"]["strict.rouge_l_f"]["value"] == pytest.approx(100)
    assert answers(ws)[0].sample.targets == ("Clear.",)


def test_a_cut_is_told(cli: Cli, scripted: Scripted, findings: str) -> None:
    scripted({"text": "Clear."})
    code, out, _ = cli(
        "run", "task112", "--text", findings, "--model", "scripted", "--context", "100",
        "--max-new-tokens", "50", "--cut-left",
    )  # fmt: skip
    assert code == 0
    assert "tokens were cut from the left" in out


def test_a_context_longer_than_the_training_is_told(
    cli: Cli, scripted: Scripted, findings: str
) -> None:
    scripted({"text": "Clear."})
    run = ("run", "task112", "--text", findings, "--model", "scripted")
    assert "trained on" in cli(*run, "--context", "4000")[2]
    assert "trained on" not in cli(*run, "--context", "2000")[2]


def _no_window(workspace: Path, *, demo: bool) -> int:
    raise AssertionError(f"no window was asked for ({workspace}, {demo})")
