"""The verb ``eval``: its document, its lines, its exit codes, and how it is resumed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.cli.eval_verbs import Teller, progress_line
from medsdesk.config.settings import Settings, save_settings
from medsdesk.core.model import ModelFile
from medsdesk.core.score import Score
from medsdesk.services.evaluation_events import (
    ItemDone,
    ItemFailed,
    Loading,
    Planned,
    Progress,
    TaskDone,
    TaskResult,
)
from medsdesk.services.history import answers, queue_of
from medsdesk.store import models
from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli

Scripted = Callable[..., ModelFile]
GOOD = {"text": "made-up answer"}
DIES = {"when": "dies", "text": "one two", "die_after": 1, "die": "kill"}


@pytest.fixture
def model(scripted: Scripted, ws: Workspace) -> Callable[..., None]:
    """Return a function that makes the scripted model, with the true SHA-256 of its script."""

    def make(*replies: dict[str, object]) -> None:
        made = scripted(*replies)
        models.forget_model(ws, made.id)
        sha256 = hashlib.sha256(Path(made.path).read_bytes()).hexdigest()
        models.add_model(ws, replace(made, sha256=sha256))

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two synthetic task files of two items each."""
    files = tmp_path / "files"
    files.mkdir()
    for name, word in (("task46_first.json", "good"), ("task9001_second.json", "other")):
        items = [{"input": f"Made-up {word} {n}.", "output": "made-up answer"} for n in range(2)]
        document = {
            "Definition": ["Explain."],
            "Categories": ["Explanation"],
            "Output_language": ["English"],
            "Instances": items,
        }
        (files / name).write_text(json.dumps(document), encoding="utf-8")
    return files


def test_the_contracts_document(
    cli: Cli, ws: Workspace, model: Callable[..., None], folder: Path
) -> None:
    model(GOOD)
    options = ("--limit", "1", "--seed", "7", "--max-new-tokens", "50", "--shots", "1")
    found = cli.json("eval", str(folder), "--model", "scripted", *options)
    assert (found["items"], found["completed"], found["failed"], found["skipped"]) == (2, 2, 0, 0)
    assert found["tokens"] == 4
    assert found["items_per_second"] == pytest.approx(2 / found["seconds"], rel=0.05)
    assert list(found["tasks"]) == ["task46", "task9001"]
    assert found["tasks"]["task46"]["n"] == 1
    score = found["tasks"]["task46"]["scores"]["strict.rouge_l_f"]
    assert score["value"] == pytest.approx(100)
    assert (score["n"], score["unscored"], score["reason"]) == (1, 0, None)
    assert (score["unparsed"], score["reasons"], score["ci95"]) == (0, {}, None)
    manifest = found["manifest"]
    assert manifest["id"] == found["run_id"] == answers(ws)[0].output.run_id
    assert manifest["generate"]["max_new_tokens"] == 50
    assert manifest["evaluation"]["seed"] == 7
    assert [f["chosen"] for f in manifest["evaluation"]["files"]] == [1, 1]


def test_unparsed_answers_and_intervals_are_told(
    cli: Cli, model: Callable[..., None], folder: Path
) -> None:
    questions = {
        "Definition": ["Choose."],
        "Instances": [{"input": f"Made up {n}.", "output": "B"} for n in range(4)],
    }
    (folder / "task57_made_up.json").write_text(json.dumps(questions), encoding="utf-8")
    model({"when": "Made up 0", "text": "A or B"}, {"text": "B"})
    options = ("--model", "scripted", "--shots", "0", "--template", "own")
    found = cli.json("eval", str(folder / "task57_made_up.json"), *options)
    score = found["tasks"]["task57"]["scores"]["strict.accuracy"]
    assert (score["value"], score["n"], score["unscored"], score["unparsed"]) == (100.0, 3, 1, 1)
    assert score["reasons"] == {"names more than one option": 1}
    assert score["ci95"] == pytest.approx([43.85, 100.0], abs=0.01)  # Wilson, 3 of 3
    assert score["interval"] == "wilson"
    assert found["manifest"]["template_id"] == "medsdesk"
    save_settings(Settings(template="own"))
    asked = ("eval", str(folder / "task57_made_up.json"), "--limit", "1", *options[:4])
    assert cli.json(*asked)["manifest"]["template_id"] == "medsdesk"
    given = cli.json(*asked, "--template", "medsbench")
    assert given["manifest"]["template_id"] == "meds_bench"
    _, out, _ = cli("eval", str(folder / "task57_made_up.json"), *options)
    assert "1 unparsed" in out


def test_faulty_items_refuse_the_files_unless_the_rest_is_asked_for(
    cli: Cli, ws: Workspace, model: Callable[..., None], folder: Path
) -> None:
    model(GOOD)
    items = [{"input": "Made up.", "output": "x"}, {"input": "", "output": "x"}]
    broken = {"Definition": ["Explain."], "Instances": items}
    (folder / "task50_broken.json").write_text(json.dumps(broken), encoding="utf-8")
    code, out, err = cli("eval", str(folder), "--model", "scripted")
    assert (code, out) == (1, "")
    assert (
        "1 item of 1 task file cannot be read (task50_broken.json, item 2: its input is empty"
        in err
    )
    assert "--skip-faulty" in err
    assert not answers(ws)
    options = ("--model", "scripted", "--shots", "0", "--skip-faulty")
    code, out, err = cli("eval", str(folder), *options)
    assert code == 3
    assert "1 item that cannot be read is left out (item 2: its input is empty)" in err
    assert "5 of 6 items answered, 0 failed, 1 skipped" in out


def test_lines_for_people(cli: Cli, model: Callable[..., None], folder: Path) -> None:
    model(GOOD)
    code, out, err = cli("eval", str(folder), "--model", "scripted", "--cases", "leak")
    assert code == 0
    lines = out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("task46 ")
    assert "2 answered" in lines[0]
    assert "strict.rouge_l_f 100.0" in lines[0]
    assert "4 of 4 items answered, 0 failed, 0 skipped" in lines[2]
    assert "the scored item included" in err
    assert "4 items of 2 files, 4 to do." in err
    assert "\r" not in err


def test_failed_items_are_listed_and_can_be_tried_again(
    cli: Cli, ws: Workspace, model: Callable[..., None], folder: Path
) -> None:
    model({**DIES, "when": "good 1"}, GOOD)
    code, out, err = cli("eval", str(folder), "--model", "scripted", "--shots", "0")
    assert code == 3
    assert "3 of 4 items answered, 1 failed" in out
    assert "task46_first.json, item 2: " in err
    run_id = answers(ws)[0].output.run_id
    assert f"medsdesk eval --resume {run_id[:8]} --retry-failed" in err
    assert cli("eval", "--resume", run_id[:8])[0] == 3
    assert len(answers(ws, run_id)) == 3
    code, out, _ = cli("eval", "--resume", run_id[:8], "--retry-failed", "--json")
    found = json.loads(out)
    assert (code, found["completed"], found["failed"]) == (3, 3, 1)
    [failure] = found["failures"]
    assert (failure["task"], failure["item"], failure["attempts"]) == ("task46", 2, 2)
    shown = json.loads(cli("runs", "show", run_id[:8])[1])
    assert shown["queue"]["failed"] == 1
    assert shown["queue"]["failures"][0]["item_index"] == 1


def test_listed_and_exported_like_every_run(
    cli: Cli, model: Callable[..., None], folder: Path, tmp_path: Path
) -> None:
    model({"tell": "prompt"})
    found = cli.json("eval", str(folder), "--model", "scripted", "--shots", "0")
    assert "task46,task9001" in cli("runs", "list")[1]
    out = tmp_path / "run.csv"
    words = ("--format", "medsbench-csv", "--out", str(out))
    assert cli.json("runs", "export", found["run_id"], *words)["answers"] == 4
    with out.open(encoding="utf-8", newline="") as file:
        rows = [(row["task_id"], row["input"]) for row in csv.DictReader(file)]
    assert rows == [
        ("task46", "Made-up good 0."),
        ("task46", "Made-up good 1."),
        ("task9001", "Made-up other 0."),
        ("task9001", "Made-up other 1."),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "nothing to evaluate"),
        (("nowhere.json",), "no file or folder"),
        (("x.json", "--retry-failed"), "belongs to a run that is resumed"),
        (("--resume", "12345678", "--limit", "3", "--cut-left"), "--limit, --cut-left cannot"),
        (("--resume", "12345678", "--slots", "2"), "--slots cannot"),
        (("--resume", "12345678"), "no run '12345678'"),
        (("x.json", "--exact", "--slots", "2"), "one item at a time"),
        (("x.json", "--exact", "--slots", "auto"), "one item at a time"),
        (("x.json", "--draft", "--slots", "2"), "one item at a time"),
        (("x.json", "--draft", "--exact"), "otherwise than --exact"),
        (("--resume", "12345678", "--slots", "auto", "--draft"), "--slots, --draft cannot"),
    ],
)
def test_what_makes_no_sense_is_refused(
    cli: Cli, model: Callable[..., None], words: tuple[str, ...], told: str
) -> None:
    model(GOOD)
    code, _, err = cli("eval", *words, "--model", "scripted")
    assert code == 1
    assert told in err
    assert len(err.strip().splitlines()) == 2


def test_wrong_words_are_a_usage_error(cli: Cli) -> None:
    for words in (("--shots", "-1"), ("--limit", "0"), ("--cases", "all"), ("--slots", "65")):
        assert cli("eval", "x.json", *words)[0] == 2


def test_a_changed_file_is_named(
    cli: Cli, ws: Workspace, model: Callable[..., None], folder: Path
) -> None:
    model(GOOD)
    run_id = cli.json("eval", str(folder), "--model", "scripted")["run_id"]
    path = folder / "task9001_second.json"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    code, _, err = cli("eval", "--resume", run_id)
    assert code == 1
    assert "task9001_second.json has changed" in err


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise on Windows")
def test_ctrl_c_drops_the_item_in_hand_and_tells_how_to_go_on(
    cli: Cli, ws: Workspace, model: Callable[..., None], folder: Path
) -> None:
    model({"when": "other 0", "text": "one two", "token_seconds": 30.0}, GOOD)

    def interrupt() -> None:
        while queue_of_latest() < 2:
            pause.wait(0.05)
        pause.wait(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    def queue_of_latest() -> int:
        from medsdesk.services.history import recent_runs
        from medsdesk.store.workspace import open_workspace

        with open_workspace(ws.directory) as mine:
            runs = recent_runs(mine)
            return queue_of(mine, runs[0].id).done if runs else 0

    pause = threading.Event()
    helper = threading.Thread(target=interrupt)
    helper.start()
    code, out, err = cli("eval", str(folder), "--model", "scripted", "--shots", "0")
    helper.join()
    run_id = answers(ws)[0].output.run_id
    assert code == 3
    assert "2 of 4 items answered, 0 failed" in out
    assert f"Go on with: medsdesk eval --resume {run_id[:8]}" in err
    assert (queue_of(ws, run_id).pending, len(answers(ws))) == (2, 2)


def test_a_full_disk_ends_it_with_its_sentence_and_how_to_go_on(
    cli: Cli, model: Callable[..., None], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from medsdesk.core.errors import UserFacingError

    def full(*_: object) -> None:
        raise UserFacingError("There is no room left.", "Free some space.")

    model(GOOD)
    monkeypatch.setattr("medsdesk.services.evaluation_loop.keep", full)
    code, _, err = cli("eval", str(folder), "--model", "scripted")
    assert code == 1
    assert "Go on with: medsdesk eval --resume " in err
    assert err.strip().endswith("There is no room left.\nFree some space.")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_one_line_is_kept_up_to_date() -> None:
    stream = Terminal()
    tell = Teller(stream)
    tell(Loading("Small"))
    tell(Progress(1, 30, 0.5, 10.0, 58.0))
    tell(ItemDone(0, 30, "task46", 1.0, 3))
    tell(ItemFailed(1, 30, "task46", "Too long."))
    tell(Progress(2, 30, 0.5, 10.0, 56.0))
    told = stream.getvalue()
    assert told.startswith("Loading Small …\n\r1 of 30 items, 0.50 items/s, 10.0 tokens/s")
    assert "\rItem 2 (task46) failed: Too long.\n\r2 of 30" in told


def test_elsewhere_a_line_is_written_every_ten_items() -> None:
    stream = io.StringIO()
    tell = Teller(stream)
    tell(Planned("a" * 32, 1, 25, 25, ("A note.",)))
    for done in range(1, 26):
        tell(Progress(done, 25, 1.0, 2.0, 25.0 - done))
    scores = (Score("strict", "f1", None, "s", reason="r"), Score("strict", "recall", 12.34, "s"))
    tell(TaskDone("task46", TaskResult("task46", 25, scores)))
    lines = stream.getvalue().splitlines()
    assert lines[0] == "Note: A note."
    assert [line.split()[0] for line in lines[2:5]] == ["10", "20", "25"]
    assert lines[5] == "task46: 25 answered. strict.f1 unscored, strict.recall 12.3"
    assert len(lines) == 6


@pytest.mark.parametrize(
    ("eta", "told"),
    [(None, "3 of 9 items"), (59.6, "1 min 00 s left"), (7384.0, "2 h 03 min left")],
)
def test_the_time_that_is_left(eta: float | None, told: str) -> None:
    assert progress_line(Progress(3, 9, 0.1, 2.0, eta)).endswith(told)


def test_slots_are_told_in_the_manifest_and_exact_answers_have_one(
    cli: Cli, model: Callable[..., None], folder: Path
) -> None:
    model(GOOD)
    found = cli.json("eval", str(folder), "--model", "scripted", "--slots", "2")
    assert (found["completed"], found["manifest"]["load"]["slots"]) == (4, 2)
    assert "at the same time" in found["manifest"]["evaluation"]["notes"][0]
    found = cli.json("eval", str(folder), "--model", "scripted", "--exact")
    load = found["manifest"]["load"]
    assert (load["slots"], load["reuse"]) == (1, False)
    assert not any("at the same time" in note for note in found["manifest"]["evaluation"]["notes"])


def test_guessing_ahead_is_told_in_the_manifest(
    cli: Cli, model: Callable[..., None], folder: Path
) -> None:
    model(GOOD)
    for words, draft in ((("--draft",), True), ((), False)):
        found = cli.json("eval", str(folder), "--model", "scripted", *words)
        assert found["manifest"]["load"]["draft"] is draft


@pytest.mark.gguf
def test_slots_that_suit_the_machine(cli: Cli, folder: Path) -> None:
    words = ("--model", "demo", "--shots", "0", "--max-new-tokens", "4", "--slots", "auto")
    found = cli.json("eval", str(folder), *words)
    fit = cli.json("models", "fit", "demo")
    assert found["completed"] == 4
    assert found["manifest"]["load"]["slots"] == fit["fitting_slots"] > 1


@pytest.mark.gguf
def test_likelihoods_of_options_change_no_answer(cli: Cli, tmp_path: Path) -> None:
    options = "Options: A: fictol\tB: nonexin\tC: zerovir"
    items = [
        {"input": f"Which made-up drug has the letter {letter}?\n{options}", "output": letter}
        for letter in "ABC"
    ]
    header = {"Definition": ["Made up: answer with a letter."], "Output_language": ["English"]}
    path = tmp_path / "task57_made_up.json"
    path.write_text(json.dumps({**header, "Instances": items}), encoding="utf-8")
    words = (str(path), "--model", "demo", "--shots", "0", "--max-new-tokens", "4")
    plain, weighed = cli.json("eval", *words), cli.json("eval", *words, "--choices")
    scores = weighed["tasks"]["task57"]["scores"]
    assert scores["choices.accuracy"]["value"] is not None
    assert 0 < scores["choices.reference_share"]["value"] < 100
    assert not any(name.startswith("choices") for name in plain["tasks"]["task57"]["scores"])
    texts = [
        [row["output"] for row in cli.json("runs", "items", found["run_id"])["rows"]]
        for found in (plain, weighed)
    ]
    assert texts[0] == texts[1]
