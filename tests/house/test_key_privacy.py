"""The key of a server lies in the keyring alone: in no file, log, record, document or report."""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from medsdesk.config import vault as vault_module
from medsdesk.services.ask_server import ask_server
from tests.cli.conftest import Cli
from tests.keyrings import MemoryVault
from tests.onsite_server import OnsiteServer, Reply

KEY = "ZebraKeyZebra-0123456789"
FORMS = (KEY, KEY[::-1], base64.b64encode(KEY.encode()).decode(), KEY.encode("utf-16-le").decode())
TEXT = "The lungs are clear. There is no effusion."


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    made = MemoryVault()
    monkeypatch.setattr(vault_module, "system_vault", lambda: made)
    return made


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the process a temporary folder that can be searched."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    for handler in [h for h in logging.getLogger().handlers if hasattr(h, "baseFilename")]:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _work(cli: Cli, server: OnsiteServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Keep a key, use it in every way, have it refused; return all that was printed."""
    text, task = folder / "text.txt", folder / "task112_made_up.json"
    text.write_text(TEXT, encoding="utf-8")
    items = [{"input": f"Report {n}. {TEXT}", "output": "The lungs are clear."} for n in range(3)]
    header = {"Definition": ["Write the impression."], "Categories": ["Summarization"]}
    header |= {"Output_language": ["English"], "Positive Examples": []}
    task.write_text(json.dumps({**header, "Instances": items}), encoding="utf-8")
    printed: list[str] = []

    def verb(*words: str, code: int = 0) -> str:
        got, out, err = cli(*words)
        assert got == code, err
        printed.extend((out, err))
        return out

    monkeypatch.setattr(sys, "stdin", _Typed(KEY))
    verb("models", "key", "set", server.address, "--json")
    verb("models", "key", "status", server.address, "--json")
    model = json.loads(verb("models", "add", server.address, "--json"))["id"]
    verb("models", "list", "--json")
    how = ("--model", model, "--json")
    run = json.loads(verb("run", "task112", "--text", str(text), *how))["run_id"]
    verb("eval", str(task), "--shots", "0", *how)
    verb("runs", "list", "--json")
    verb("runs", "show", run, "--json")
    verb("runs", "export", run, "--format", "jsonl", "--out", str(folder / "run.jsonl"))
    verb("doctor", "--json", code=0)
    server.replies.extend(Reply(status=status) for status in (401, 403, 400, 302))
    for _ in range(4):
        verb("run", "task112", "--text", str(text), *how, code=3)
    server.key = "another"
    verb("run", "task112", "--text", str(text), *how, code=1)
    monkeypatch.setattr(sys, "stdin", _Typed(f"Bearer {KEY}"))
    verb("models", "key", "set", server.address, code=1)
    return "\n".join(printed)


class _Typed:
    """Standard input with one line."""

    def __init__(self, line: str) -> None:
        self._line = line

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return self._line


@pytest.mark.usefixtures("temp")
def test_the_key_is_found_nowhere(
    cli: Cli, vault: MemoryVault, onsite_server: OnsiteServer, own_user: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    onsite_server.key = KEY
    work = tmp_path / "work"
    work.mkdir()
    printed = _work(cli, onsite_server, work, monkeypatch)
    assert list(vault.secrets.values()) == [KEY]
    used = [header for _, header in onsite_server.signed]
    assert f"Bearer {KEY}" in used, "the key was not used, so this proves nothing"
    logged = "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert "tokens" in logged, "the runs logged nothing, so this proves nothing"
    bodies = json.dumps(onsite_server.asked)
    for form in FORMS:
        assert form not in printed
        assert form not in logged
        assert form not in bodies
    searched = [path for path in (*own_user.rglob("*"), *tmp_path.rglob("*")) if path.is_file()]
    assert any(path.suffix == ".sqlite" for path in searched), "there was no database to search"
    assert any(path.suffix == ".log" for path in searched), "there was no log file to search"
    for path in searched:
        data = path.read_bytes()
        assert not [form for form in FORMS if form.encode() in data], path.name
    caplog.clear()


def test_no_other_program_sees_the_key_of_a_process_that_is_signed_in(
    vault: MemoryVault, onsite_server: OnsiteServer
) -> None:
    """Arguments and environment can be read from outside; the key is in neither."""
    psutil = pytest.importorskip("psutil")
    onsite_server.key = KEY
    onsite_server.slow = 0.3
    seen: list[str] = []
    facts = onsite_server.facts

    class Watching(dict[str, object]):
        def get(self, path: str, default: object = None) -> object:
            children = psutil.Process(os.getpid()).children(recursive=True)
            seen.extend(f"{child.cmdline()} {child.environ()}" for child in children)
            return facts.get(path, default)

    onsite_server.facts = Watching()
    assert ask_server(onsite_server.address, KEY).models
    assert seen, "no process was seen, so this proves nothing"
    assert KEY not in "".join(seen)


def test_the_key_is_no_option_of_any_verb() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "medsdesk", "models", "key", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "--key" not in help_text
    assert "set reads it without showing it" in help_text
