"""``runs items`` and ``runs compare`` on a real workspace, answered by a scripted engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from medsdesk.core.model import ModelFile
from tests.cli.conftest import Cli

Scripted = Callable[..., ModelFile]


def _evaluate(cli: Cli, path: Path, model: ModelFile) -> str:
    words = ("eval", str(path), "--model", model.id, "--shots", "0", "--max-new-tokens", "24")
    code, out, err = cli(*words, "--json")
    assert code in (0, 3), err
    return str(json.loads(out)["run_id"])


def _task_file(folder: Path) -> Path:
    path = folder / "task58_own.json"
    options = "A. one\nB. two\nC. three\nD. four"
    items = [{"input": f"Made-up {n}?\n{options}", "output": "B. two"} for n in range(12)]
    document = {"Definition": "Choose.", "Categories": ["MCQA"], "Instances": items}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_items_are_listed_filtered_and_searched(
    cli: Cli, tmp_path: Path, scripted: Scripted
) -> None:
    odd = {"when": "Made-up 5[?]", "text": "C. three \x1b[31m"}
    good = scripted({"when": "Made-up 3[?]", "text": "C"}, odd, {"text": "B"}, name="good")
    run = _evaluate(cli, _task_file(tmp_path), good)
    code, out, err = cli("runs", "items", run[:8])
    assert code == 0
    assert len(out.strip().splitlines()) == 13
    assert "12 of 12 matching items shown" in err
    assert "Among all 12: 2 wrong" in err
    assert "\x1b" not in out
    code, out, _ = cli("runs", "items", run[:8], "--filter", "wrong")
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["4", "6"]
    found = cli.json("runs", "items", run[:8], "--search", "MADE-UP 1?", "--task", "58")
    assert (found["items"], found["matching"]) == (12, 2)
    first = found["rows"][0]
    assert (first["place"], first["item"], first["task"]) == (2, 2, "task58")
    assert first["input"].endswith("D. four")
    assert first["scores"]["strict.accuracy"]["value"] == 100.0
    assert "right" in first["kinds"]
    assert len(cli.json("runs", "items", run, "--limit", "5")["rows"]) == 5
    code, out, err = cli("runs", "items", run, "--filter", "failed")
    assert (code, out) == (0, "")
    assert "No item matches." in err


def test_two_runs_are_compared(cli: Cli, tmp_path: Path, scripted: Scripted) -> None:
    path = _task_file(tmp_path)
    one = _evaluate(cli, path, scripted({"text": "B"}, name="good"))
    other = _evaluate(cli, path, scripted({"text": "C"}, name="bad"))
    found = cli.json("runs", "compare", one, other)
    assert (found["pairs"], found["only_first"], found["only_second"]) == (12, 0, 0)
    figure = next(f for f in found["figures"] if f["protocol"] == "strict")
    assert figure["distinguishable"] is True
    assert figure["p"] == 2 / 2**12
    assert (figure["first"], figure["second"], figure["n"]) == (100.0, 0.0, 12)
    assert figure["sentence"].startswith("Run A scores higher: 100.0 against 0.0 %")
    code, out, _ = cli("runs", "compare", one, other)
    assert code == 0
    assert "12 items in both" in out
    assert "strict.accuracy: Run A scores higher" in out
    again = _evaluate(cli, path, scripted({"text": "B"}, name="again"))
    code, out, _ = cli("runs", "compare", one[:8], again[:8])
    assert "Not distinguishable" in out


def test_what_cannot_be_done_is_refused(cli: Cli, tmp_path: Path, scripted: Scripted) -> None:
    run = _evaluate(cli, _task_file(tmp_path), scripted({"text": "B"}, name="good"))
    for words in (
        ("runs", "items", "ffffffff"),
        ("runs", "compare", run, run),
        ("runs", "compare", run, "ffffffff"),
        ("runs", "items", run, "--task", "no such task"),
    ):
        code, out, err = cli(*words)
        assert (code, out) == (1, "")
        assert len(err.strip().splitlines()) == 2
    assert cli("runs", "items", run, "--filter", "odd")[0] == 2
