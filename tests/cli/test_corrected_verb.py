"""``study corrected`` by the command line: a file after the lock, a reason before it."""

from __future__ import annotations

from pathlib import Path

from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli
from tests.rated_studies import made_study, rate_all


def test_corrected_answers_are_written_after_the_lock(
    cli: Cli, ws: Workspace, tmp_path: Path
) -> None:
    made = made_study(ws, form="summary", n_items=4, repeat_share=0, attention_share=0)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    StudySession(ws, made.id, "Dr Roy").set_edit("A better answer.")
    code, _, err = cli("study", "corrected", "Letters", "--out", str(tmp_path))
    assert code == 1
    assert "not locked yet" in err
    lock_study(ws, made.id, "", "Dr Owner")
    found = cli.json("study", "corrected", "Letters", "--out", str(tmp_path), "--by", "Dr Owner")
    [file] = found["files"]
    assert (file["instances"], found["corrected"], found["unchanged"]) == (1, 1, 3)
    code, out, err = cli("tasks", "check", file["file"])
    assert code == 0, err
    code, out, err = cli("study", "corrected", "Letters", "--out", str(tmp_path), "--unchanged")
    assert code == 1
    assert "already" in err
    other = tmp_path / "other"
    other.mkdir()
    code, out, err = cli("study", "corrected", "Letters", "--out", str(other), "--unchanged")
    assert code == 0
    assert "instances of task" in out
    assert "need not be right" in err
