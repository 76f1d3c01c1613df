"""The verbs ``models download`` and ``models token``: licence, document, words and exit codes."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from medsdesk.config import vault as vault_module
from tests.cli.conftest import Cli
from tests.hub_server import FIRST, MODEL, HubServer
from tests.made_models import gguf_bytes

SECRET = "hf_made_up_token_0123456789"


@pytest.fixture
def hub(hub_server: HubServer) -> HubServer:
    hub_server.commits[FIRST] = {
        "Tiny.Q4_0.gguf": gguf_bytes(bytes(30_000)),
        "Tiny.Q8_0.gguf": gguf_bytes(bytes(60_000)),
    }
    return hub_server


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: str) -> _Terminal:
    screen = _Terminal()
    monkeypatch.setattr(sys, "stdin", _Terminal(answer))
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def test_without_a_terminal_a_licence_has_to_be_accepted_by_an_option(
    cli: Cli, hub: HubServer
) -> None:
    code, _, err = cli("models", "download", MODEL, "--file", "Q8_0")
    assert code == 1
    assert f"the terms of {MODEL}, https://huggingface.co/{MODEL}" in err
    assert "was not accepted yet" in err
    assert "--accept-licence" in err
    assert hub.seen == []
    words = ("models", "download", MODEL, "--file", "Q8_0", "--accept-licence")
    code, out, err = cli(*words)
    assert code == 0
    assert "1 fetched" in out
    assert "It is on the list as tiny-q8-0" in err
    code, _, err = cli("models", "download", MODEL, "--file", "Q4_0")  # remembered
    assert code == 0
    assert "(accepted 20" in err


def test_the_licence_of_the_model_that_is_studied_is_shown(cli: Cli, hub: HubServer) -> None:
    code, _, err = cli("models", "download", "mmedins-llama-3-8b")
    assert code == 1
    assert "Meta Llama 3 Community License, https://www.llama.com/llama3/license/" in err
    assert "Built with Meta Llama 3" in err
    assert hub.seen == []


@pytest.mark.parametrize(("answer", "code"), [("yes\n", 0), ("no\n", 1), ("", 1), ("accept\n", 1)])
def test_at_a_terminal_somebody_is_asked(
    cli: Cli, hub: HubServer, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    screen = _at_a_terminal(monkeypatch, answer)
    assert cli("models", "download", MODEL, "--file", "Q8_0")[0] == code
    assert "Do you accept this licence?" in screen.getvalue()
    assert bool(hub.seen) is (code == 0)


def test_the_document(cli: Cli, hub: HubServer, tmp_path: Path) -> None:
    words = ("models", "download", MODEL, "--file", "Tiny.Q8_0.gguf", "--accept-licence")
    found = cli.json(*words, "--to", str(tmp_path / "here"))
    assert (found["repository"], found["commit"], found["licence"]) == (
        MODEL,
        FIRST,
        f"hub:{MODEL}",
    )
    assert found["licence_accepted_at"].startswith("20")
    assert found["checkpoint"] is None
    assert found["model"]["path"] == str(tmp_path / "here" / "Tiny.Q8_0.gguf")
    assert found["model"]["keeping"] == "downloaded"
    [listed] = [e for e in cli.json("models", "list") if e["id"] == found["model"]["id"]]
    assert listed == found["model"]


def test_a_checkpoint_is_told_to_be_one(cli: Cli, hub: HubServer) -> None:
    hub.commits[FIRST] = {"config.json": b"{}", "model.safetensors": bytes(20_000)}
    code, out, err = cli("models", "download", MODEL, "--accept-licence")
    assert (code, "2 fetched" in out) == (0, True)
    assert "models convert" in err


def test_a_choice_that_is_missing_or_wrong_is_told(cli: Cli, hub: HubServer) -> None:
    code, _, err = cli("models", "download", MODEL, "--accept-licence")
    assert code == 1
    assert "has 2 GGUF files" in err
    assert "Tiny.Q4_0.gguf" in err
    code, _, err = cli("models", "download", MODEL, "--file", "x.bin", "--accept-licence")
    assert (code, "pickle" in err) == (1, True)
    code, _, err = cli("models", "download", "nonsense")
    assert (code, "no model 'nonsense'" in err) == (1, True)
    code, _, err = cli("models", "download", MODEL, "--to", " ")
    assert (code, "Nothing stands after --to" in err) == (1, True)


def test_a_wrong_content_exits_with_three(cli: Cli, hub: HubServer) -> None:
    hub.faults.content["Tiny.Q8_0.gguf"] = bytes(len(hub.commits[FIRST]["Tiny.Q8_0.gguf"]))
    code, _, err = cli("models", "download", MODEL, "--file", "Q8_0", "--accept-licence")
    assert code == 3
    assert "not what the hub lists" in err
    assert "on the list" not in err


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    entries: dict[str, str] = {}
    vault = SimpleNamespace(
        get_password=lambda _, server: entries.get(server),
        set_password=lambda _, server, secret: entries.update({server: secret}),
        delete_password=lambda _, server: entries.pop(server),
    )
    monkeypatch.setattr(vault_module, "system_vault", lambda: vault)
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    return entries


def test_a_token_is_read_and_never_shown(
    cli: Cli, kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.json("models", "token", "status") == {"server": "huggingface.co", "kept": False}
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{SECRET}\n"))
    code, out, err = cli("models", "token", "set")
    assert (code, out) == (0, "A token is kept for huggingface.co.\n")
    assert kept == {"huggingface.co": SECRET}
    code, out, err = cli("models", "token", "status", "--json")
    assert json.loads(out)["kept"] is True
    assert SECRET not in out + err
    assert cli("models", "token", "forget")[1] == "No token is kept for huggingface.co.\n"
    assert kept == {}


def test_a_token_that_is_none_is_refused(
    cli: Cli, kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    code, _, err = cli("models", "token", "set")
    assert (code, "cannot be a token" in err) == (1, True)


def test_a_computer_without_a_keyring_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "system_vault", lambda: None)
    monkeypatch.setattr(sys, "stdin", io.StringIO(SECRET))
    code, out, err = cli("models", "token", "set")
    assert (code, "has no keyring" in err) == (1, True)
    assert SECRET not in out + err
