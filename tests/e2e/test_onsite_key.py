"""The real server of llama-cpp-python, encrypted and open only to those who have its key."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from medsdesk.config import vault as vault_module
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import KeyWantedError, UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.client import Engine
from medsdesk.engine.demo import demo_model_path
from medsdesk.services.ask_server import add_served, ask_server
from medsdesk.services.evaluate import RunRequest, run_once
from medsdesk.services.keep_key import forget, keep, key_of
from medsdesk.store.workspace import open_workspace
from tests.certificates import Authority, make_authority
from tests.keyrings import MemoryVault
from tests.onsite_server import write_policy

NEEDED = ("fastapi", "uvicorn", "sse_starlette", "starlette_context", "pydantic_settings")
KEY = "made-up-key-0123456789"
NAME = "demo-model"
TEXT = "The heart is normal in size. There is a small left pleural effusion."

pytestmark = [
    pytest.mark.gguf,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in NEEDED),
        reason="what llama_cpp.server stands on is not installed",
    ),
]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = make_authority(tmp_path)
    made.serve("127.0.0.1")
    return made


@pytest.fixture
def onsite_server(
    authority: Authority, unused_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Serve the demonstration model, named by a site policy; return the address."""
    model = demo_model_path()
    if model is None:
        pytest.skip("the demonstration model is not installed")
    file = str(authority.server_file)
    words = (
        "--model", str(model), "--model_alias", NAME, "--n_ctx", "1024", "--host", "127.0.0.1",
        "--port", str(unused_port), "--interrupt_requests", "false", "--api_key", KEY,
        "--ssl_certfile", file, "--ssl_keyfile", file,
    )  # fmt: skip
    address = f"https://127.0.0.1:{unused_port}/v1"
    monkeypatch.setenv("MEDSDESK_POLICY", str(write_policy(tmp_path / "policy.toml", address)))
    with (tmp_path / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "llama_cpp.server", *words], stdout=log, stderr=log
        )
    try:
        _await(unused_port, process)
        yield address
    finally:
        process.kill()
        process.wait()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.1)
    pytest.fail("the server does not start")


def test_it_answers_those_who_trust_it_and_have_its_key(
    onsite_server: str, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_module, "system_vault", MemoryVault)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(UserFacingError, match="is not trusted"):
        ask_server(onsite_server, KEY)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with pytest.raises(KeyWantedError, match="asks for a key"):
        ask_server(onsite_server)
    with pytest.raises(KeyWantedError, match="does not accept"):
        ask_server(onsite_server, "another")
    offer = ask_server(onsite_server, KEY)
    assert offer.models == (NAME,)
    assert offer.build.startswith("llama_cpp.server")
    vault = MemoryVault()
    monkeypatch.setattr(vault_module, "system_vault", lambda: vault)
    with open_workspace(tmp_path / "workspace") as ws, Engine(key_of=key_of) as engine:
        model = add_served(ws, onsite_server, NAME, KEY)
        wanted = RunRequest(
            "task112", TEXT, (), "pasted", model, 0, GenerateConfig(max_new_tokens=12), 1024
        )
        done = run_once(ws, engine, wanted, lambda _: None, CancelToken())
        assert done.output.completion.text.strip()
        # Another key counts from the next run on, without a new start.
        keep(onsite_server, "another")
        with pytest.raises(KeyWantedError, match="does not accept"):
            run_once(ws, engine, wanted, lambda _: None, CancelToken())
        assert forget(onsite_server)
        with pytest.raises(KeyWantedError, match="asks for a key"):
            run_once(ws, engine, wanted, lambda _: None, CancelToken())
        keep(onsite_server, KEY)
        again = run_once(ws, engine, wanted, lambda _: None, CancelToken())
        assert again.output.completion.complete or again.output.completion.text
