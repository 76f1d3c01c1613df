"""Each verb on a real workspace, with a scripted engine."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from medsdesk.core.model import ModelFile
from medsdesk.services.history import answers
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rate import RatingSession
from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli

Scripted = Callable[..., ModelFile]
FINDINGS = "Heart size normal. Lungs clear. No effusion."


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
    assert "items 3-101: it has no output; MedS-Ins wants one" in out
    assert "is not scored (kept)" in out
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
    assert out.startswith("1 rating written to ")


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


def test_a_search_without_a_match_says_so(cli: Cli) -> None:
    code, out, err = cli("tasks", "list", "zzzz")
    assert (code, out) == (0, "")
    assert err.startswith("No task matches.")
    assert cli.json("tasks", "list", "--language", "JA") == cli.json(
        "tasks", "list", "--language", "ja"
    )
