"""Clinical text stays in the workspace's database: not in logs, temporary files or settings."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from medsdesk.cli import desk, main
from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services.history import answers
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rate import RatingSession
from medsdesk.store import models
from medsdesk.store.workspace import DATABASE_NAME, open_workspace

MARKERS = ("ZebraTextZebra", "ZebraReferenceZebra", "ZebraAnswerZebra", "ZebraCommentZebra")


@pytest.fixture
def places(own_user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put user folder, workspace and temporary folder under one root that can be searched."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    yield own_user
    for handler in [h for h in logging.getLogger().handlers if hasattr(h, "baseFilename")]:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _script(folder: Path) -> Path:
    path = folder / "script.json"
    replies = [
        {"when": "dies", "text": MARKERS[2] + " two three", "die_after": 1, "die": "kill"},
        {"text": f"One {MARKERS[2]} three."},
    ]
    path.write_text(json.dumps({"replies": replies}), encoding="utf-8")
    return path


def _work(folder: Path) -> None:
    """Run twice (once with a dying engine), rate with a comment, be refused once."""
    path = _script(folder)
    with open_workspace(Path(os.environ["MEDSDESK_WORKSPACE"])) as ws:
        size = path.stat().st_size
        model = ModelFile(
            "scripted", "S", str(path), "0" * 64, size, "llama", "F16", 1, 2048,
            is_demo=False, added_at=utc_now(),
        )  # fmt: skip
        models.add_model(ws, model)
    text, dies, reference = (folder / n for n in ("text.txt", "dies.txt", "reference.txt"))
    text.write_text(f"Findings: {MARKERS[0]}", encoding="utf-8")
    dies.write_text(f"This dies: {MARKERS[0]}", encoding="utf-8")
    reference.write_text(MARKERS[1], encoding="utf-8")
    common = ("--reference", str(reference), "--model", "scripted")
    assert main.run(("run", "task112", "--text", str(text), *common), _no_window) == 0
    assert main.run(("run", "task112", "--text", str(dies), *common), _no_window) == 3
    refused = ("run", "task112", "--text", str(text), "--context", "256", *common)
    assert main.run(refused, _no_window) == 1
    with open_workspace(Path(os.environ["MEDSDESK_WORKSPACE"])) as ws:
        session = RatingSession(ws, answers(ws)[0].output.id, "Dr A", workbench_form())
        session.set_comment(MARKERS[3])


def test_no_word_of_text_answer_or_comment_is_found_outside_the_database(
    places: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(desk, "engine", lambda: Engine(backend="medsdesk.engine.fake"))
    caplog.set_level(logging.DEBUG)
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    _work(inputs)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "tokens" in logged, "the run logged nothing, so this proves nothing"
    for marker in MARKERS:
        assert marker not in logged
    searched = 0
    for path in [*places.rglob("*"), *(tmp_path / "temp").rglob("*")]:
        if path.is_file() and not path.name.startswith(DATABASE_NAME):
            searched += 1
            data = path.read_bytes()
            assert not [m for m in MARKERS if m.encode() in data], path.name
    assert searched, "there was no log file to search"
    caplog.clear()


def _no_window(workspace: Path, *, demo: bool) -> int:
    raise AssertionError(f"no window was asked for ({workspace}, {demo})", sys.argv)
