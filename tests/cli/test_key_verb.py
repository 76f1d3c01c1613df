"""The verb ``models key``: read unseen, told as there or not, and used by the next run."""

from __future__ import annotations

import getpass
import io
import json
import sys
from pathlib import Path

import pytest

from medsdesk.config import vault as vault_module
from tests.cli.conftest import Cli
from tests.keyrings import MemoryVault
from tests.onsite_server import OnsiteServer, write_policy

KEY = "made-up-key-0123456789"


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    made = MemoryVault()
    monkeypatch.setattr(vault_module, "system_vault", lambda: made)
    return made


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_key_is_read_used_and_forgotten(
    cli: Cli, vault: MemoryVault, onsite_server: OnsiteServer, monkeypatch: pytest.MonkeyPatch,
    findings: str,
) -> None:  # fmt: skip
    onsite_server.key = KEY
    origin = onsite_server.address.removesuffix("/v1")
    code, _, err = cli("models", "add", onsite_server.address)
    assert (code, "asks for a key" in err, "models key set" in err) == (1, True, True)
    give(monkeypatch, f"{KEY}\n")
    code, out, err = cli("models", "key", "set", onsite_server.address)
    assert (code, out, err) == (0, f"A key is kept for {origin}.\n", "")
    assert vault.secrets == {origin: KEY}
    told = cli.json("models", "key", "status", onsite_server.address)
    assert told == {"server": origin, "kept": True}
    added = cli.json("models", "add", onsite_server.address)
    code, out, err = cli("run", "task112", "--text", findings, "--model", added["id"])
    assert (code, "No effusion." in out) == (0, True)
    assert KEY not in json.dumps(added) + out + err
    code, out, _ = cli("models", "key", "forget", onsite_server.address)
    assert (code, out) == (0, f"No key is kept for {origin}.\n")
    code, _, err = cli("run", "task112", "--text", findings, "--model", added["id"])
    assert (code, "asks for a key" in err) == (1, True)


def test_at_a_terminal_it_is_typed_unseen(
    cli: Cli, vault: MemoryVault, onsite_server: OnsiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(getpass, "getpass", lambda _: KEY)
    assert cli("models", "key", "set", onsite_server.address)[0] == 0
    assert list(vault.secrets.values()) == [KEY]


def test_a_locked_keyring_matters_only_where_a_key_is_wanted(
    cli: Cli, vault: MemoryVault, onsite_server: OnsiteServer
) -> None:
    vault.locked = True
    assert cli("models", "add", onsite_server.address)[0] == 0
    onsite_server.key = KEY
    code, _, err = cli("models", "add", onsite_server.address)
    assert (code, "keyring of this computer cannot be opened" in err) == (1, True)


def test_what_is_refused_is_two_sentences(
    cli: Cli, vault: MemoryVault, onsite_server: OnsiteServer, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    give(monkeypatch, "")
    code, _, err = cli("models", "key", "set", onsite_server.address)
    assert (code, "cannot be a key" in err) == (1, True)
    write_policy(tmp_path / "policy.toml", "http://llm.hospital.example")
    give(monkeypatch, KEY)
    code, _, err = cli("models", "key", "set", "http://llm.hospital.example")
    assert (code, "others could read it" in err, KEY in err) == (1, True, False)
    assert cli("models", "key", "set", "llm")[0] == 1
    assert cli("models", "key", "show", onsite_server.address)[0] == 2
    assert vault.kept == {}
