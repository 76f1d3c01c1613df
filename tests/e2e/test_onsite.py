"""The real server of llama-cpp-python on this computer, with the demonstration model.

Everything goes the way a user goes: the program itself, in a process of its own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.core.model import LoadConfig, ModelFile
from medsdesk.engine.client import Engine
from medsdesk.engine.demo import demo_model_path
from medsdesk.services.evaluate import RunRequest, Streaming, run_once
from medsdesk.services.evaluate_tasks import Resumption, evaluate, resume
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.history import answers
from medsdesk.services.model_files import choose_model
from medsdesk.services.onsite_models import add_server
from medsdesk.store.workspace import Workspace, open_workspace
from tests.onsite_server import write_policy

NEEDED = ("fastapi", "uvicorn", "sse_starlette", "starlette_context", "pydantic_settings")
NAME = "demo-model"
TEXT = "The heart is normal in size. There is a small left pleural effusion. No pneumothorax."

pytestmark = [
    pytest.mark.gguf,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in NEEDED),
        reason="what llama_cpp.server stands on is not installed",
    ),
]


@dataclass
class Server:
    """A server process."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


StartServer = Callable[[], Server]


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Return a starter of servers; one that is started again has the same port."""
    model = demo_model_path()
    if model is None:
        pytest.skip("the demonstration model is not installed")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    started: list[Server] = []

    def start() -> Server:
        words = (
            "--model", str(model), "--model_alias", NAME, "--n_ctx", "2048",
            "--host", "127.0.0.1", "--port", str(port), "--interrupt_requests", "false",
        )  # fmt: skip
        with (tmp_path / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "llama_cpp.server", *words], stdout=log, stderr=log
            )
        server = Server(port, process)
        started.append(server)
        _await(server)
        return server

    yield start
    for server in started:
        server.kill()


def _await(server: Server) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and server.process.poll() is None:
        try:
            with urlopen(f"{server.address}/models", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server does not start")


@pytest.fixture
def onsite_server(
    start_server: StartServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Server:
    """Serve the demonstration model, named by a site policy."""
    server = start_server()
    policy = write_policy(tmp_path / "policy.toml", server.address)
    monkeypatch.setenv("MEDSDESK_POLICY", str(policy))
    return server


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "workspace") as workspace:
        yield workspace


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(grace_seconds=3) as own:
        yield own


@pytest.fixture
def model(ws: Workspace, engine: Engine, onsite_server: Server) -> ModelFile:
    return add_server(ws, engine, onsite_server.address, "")


def request(model: ModelFile, tokens: int = 24, **sampling: float) -> RunRequest:
    generate = GenerateConfig(max_new_tokens=tokens, **sampling)  # type: ignore[arg-type] # fields by name
    return RunRequest("task112", TEXT, (), "pasted", model, 0, generate, 2048)


def task_file(folder: Path, count: int) -> Path:
    texts = (f"Report {n}: the lungs are clear. There is no effusion." for n in range(count))
    content = {
        "Contributors": [""], "Source": [""], "URL": [""], "Categories": ["Summarization"],
        "Definition": ["Write the impression of this report."], "Reasoning": [""],
        "Input_language": ["English"], "Output_language": ["English"],
        "Instruction_language": ["English"], "Domains": [""], "Positive Examples": [],
        "Negative Examples": [],
        "Instances": [{"input": text, "output": "The lungs are clear."} for text in texts],
    }  # fmt: skip
    path = folder / "task112_made_up_radiology_summarization.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_run_and_an_evaluation_by_the_command_line(onsite_server: Server, tmp_path: Path) -> None:
    def medsdesk(*words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "medsdesk", *words, "--json"]
        return subprocess.run(
            command, input=text, capture_output=True, text=True, timeout=200, check=False
        )

    added = json.loads(medsdesk("models", "add", onsite_server.address).stdout)
    assert added["path"] == f"{onsite_server.address}#{NAME}"
    words = ("--model", added["id"], "--max-new-tokens", "24")
    ran = medsdesk("run", "task112", "--text", "-", *words, text=TEXT)
    assert ran.returncode == 0, ran.stderr
    assert "Texts leave this computer" in ran.stderr
    done = json.loads(ran.stdout)
    assert done["output"].strip()
    assert done["finish_reason"] in ("stop", "length")
    file = task_file(tmp_path, 4)
    evaluated = medsdesk("eval", str(file), *words, "--slots", "2", "--shots", "0")
    assert evaluated.returncode == 0, evaluated.stderr
    result = json.loads(evaluated.stdout)
    assert (result["completed"], result["failed"], result["waiting"]) == (4, 0, 0)
    manifest = result["manifest"]
    assert manifest["loaded"]["engine"].startswith("llama_cpp.server 0.")
    assert (manifest["loaded"]["served"], manifest["load"]["slots"]) == (NAME, 2)
    assert any("left this computer" in note for note in manifest["evaluation"]["notes"])
    assert "left this computer" in evaluated.stderr


def test_greedy_answers_are_those_of_the_same_weights_in_this_program(
    ws: Workspace, engine: Engine, model: ModelFile
) -> None:
    served = run_once(ws, engine, request(model, 12), lambda _: None, CancelToken())
    file = choose_model(ws, "demo")
    own = run_once(ws, engine, request(file, 12), lambda _: None, CancelToken())
    # The same weights and form of chat; rounding may part them later on.
    first = own.output.completion.text.split()[:3]
    assert served.output.completion.text.split()[:3] == first


def test_a_stop_in_the_middle_of_an_answer_frees_the_server(
    ws: Workspace, engine: Engine, model: ModelFile
) -> None:
    cancel = CancelToken()

    def stop(event: object) -> None:
        if isinstance(event, Streaming):
            cancel.cancel()

    wanted = request(model, 1500, temperature=1.5)
    began = time.monotonic()
    done = run_once(ws, engine, wanted, stop, cancel).output.completion
    assert (done.finish_reason, bool(done.text)) == ("cancelled", True)
    # 1,500 tokens take far longer: the server takes the next because it has left the first.
    again = run_once(ws, engine, request(model, 8), lambda _: None, CancelToken())
    assert again.output.completion.complete
    assert time.monotonic() - began < 40


def test_a_server_killed_in_the_middle_of_an_answer_leaves_what_came(
    ws: Workspace, engine: Engine, model: ModelFile, onsite_server: Server
) -> None:
    def kill(event: object) -> None:
        if isinstance(event, Streaming) and onsite_server.process.poll() is None:
            onsite_server.kill()

    wanted = request(model, 1500, temperature=1.5)
    done = run_once(ws, engine, wanted, kill, CancelToken()).output.completion
    assert (done.finish_reason, bool(done.text)) == ("died", True)
    assert done.error is not None
    assert "broke off" in done.error
    kept = answers(ws, limit=-1)
    assert [row.output.completion.text for row in kept] == [done.text]


def test_an_evaluation_survives_the_death_of_its_server(
    ws: Workspace,
    model: ModelFile,
    onsite_server: Server,
    start_server: StartServer,
    tmp_path: Path,
) -> None:
    seen = []

    def kill(event: object) -> None:
        seen.append(type(event).__name__)
        if "ItemDone" in seen and onsite_server.process.poll() is None:
            onsite_server.kill()

    plan = EvaluationPlan(
        (task_file(tmp_path, 4),), model, shots=0, slots=2,
        generate=GenerateConfig(max_new_tokens=16),
    )  # fmt: skip
    with Engine() as engine:
        first = evaluate(ws, engine, plan, kill, CancelToken())
    assert first.completed >= 1
    assert first.failed >= 1
    assert {"cannot be reached", "broke off"} & {
        words for row in first.failures for words in ("cannot be reached", "broke off")
        if words in row.error
    }  # fmt: skip
    start_server()
    with Engine() as engine:
        wanted = Resumption(first.spec.id, retry_failed=True)
        again = resume(ws, engine, wanted, lambda _: None, CancelToken())
    assert (again.completed, again.failed, again.waiting) == (4, 0, 0)


def test_what_is_not_named_or_not_there_is_refused(
    ws: Workspace, engine: Engine, model: ModelFile, onsite_server: Server, unused_port: int,
    tmp_path: Path,
) -> None:  # fmt: skip
    with pytest.raises(UserFacingError, match="no model 'other'; it has: demo-model"):
        add_server(ws, engine, onsite_server.address, "other")
    wrong = f"http://127.0.0.1:{unused_port}/v1"
    with pytest.raises(UserFacingError, match="does not name it"):
        add_server(ws, engine, wrong, "")
    write_policy(tmp_path / "policy.toml", wrong)
    with pytest.raises(UserFacingError, match="nothing listens there"):
        add_server(ws, engine, wrong, "")
    # The child asks for itself, whatever the parent let through.
    with pytest.raises(UserFacingError, match="does not name it"):
        engine.load(LoadConfig(f"{onsite_server.address}#{NAME}"))
    with pytest.raises(UserFacingError, match="does not name it"):
        run_once(ws, engine, request(model), lambda _: None, CancelToken())


@pytest.mark.skipif(os.name == "nt", reason="a signal stops a process only on POSIX")
def test_a_server_that_hangs_is_stopped_by_the_user(
    ws: Workspace, engine: Engine, model: ModelFile, onsite_server: Server
) -> None:
    cancel = CancelToken()

    def hang(event: object) -> None:
        if isinstance(event, Streaming) and not cancel.cancelled:
            onsite_server.process.send_signal(signal.SIGSTOP)
            cancel.cancel()

    began = time.monotonic()
    try:
        done = run_once(ws, engine, request(model, 1500, temperature=1.5), hang, cancel)
    finally:
        onsite_server.process.send_signal(signal.SIGCONT)
    assert done.output.completion.finish_reason == "cancelled"
    assert time.monotonic() - began < 60
