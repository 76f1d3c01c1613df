"""``models add`` with an address: asked only where the policy names it, and told in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medsdesk.cli.main import run
from tests.onsite_server import MODEL, OnsiteServer, write_policy


def _window(workspace: Path, *, demo: bool) -> int:
    raise AssertionError("no window is opened here")


def verb(*words: str) -> int:
    return run(words, _window)


def test_a_server_is_added_listed_and_asked(
    onsite_server: OnsiteServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verb("models", "add", onsite_server.address, "--json") == 0
    told = capsys.readouterr()
    added = json.loads(told.out)
    assert (added["path"], added["sha256"]) == (onsite_server.path, "")
    assert "Texts leave this computer" in told.err
    assert verb("models", "list") == 0
    assert onsite_server.path in capsys.readouterr().out
    text = tmp_path / "note.txt"
    text.write_text("A made-up note.", encoding="utf-8")
    assert verb("run", "task112", "--text", str(text), "--model", added["id"]) == 0
    told = capsys.readouterr()
    assert "No effusion." in told.out
    assert "Texts leave this computer" in told.err
    assert "does not tell beforehand" in told.err


def test_faults_are_two_sentences(
    onsite_server: OnsiteServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verb("models", "add", onsite_server.address, "--name", "other") == 1
    assert f"it has: {MODEL}." in capsys.readouterr().err
    write_policy(tmp_path / "policy.toml")
    assert verb("models", "add", onsite_server.address) == 1
    assert "does not name it" in capsys.readouterr().err
    assert verb("models", "add", "https://") == 1
    assert "no address" in capsys.readouterr().err
    assert verb("models", "add", "a.gguf", "--name", "x") == 1
    assert "--name belongs to the address of a server" in capsys.readouterr().err
