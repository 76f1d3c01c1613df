"""The engine process and its parent: silence, separation, and what becomes of orphans."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from medsdesk.engine.child import Child, Died
from medsdesk.engine.messages import Describe, Described, Shutdown

SYSTEM: Any = psutil  # carries no types

PARENT = """
import json, os, sys
from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine

prompt = Prompt((Message("user", "What is a synthetic note?"),), "test", 1, 0)

def main(backend, path):
    with Engine(backend) as engine:
        engine.load(LoadConfig(path, threads=1))
        with open(sys.argv[3], "w", encoding="utf-8") as told:
            told.write(str(engine.pid))
        completion = engine.generate(prompt, GenerateConfig(max_new_tokens=8))
        assert completion.complete, completion
        assert "llama_cpp" not in sys.modules

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
"""


def run_parent(folder: Path, backend: str, path: str) -> subprocess.Popen[bytes]:
    script = folder / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    command = [sys.executable, str(script), backend, path, str(folder / "pid")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_pid(file: Path) -> int:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if file.is_file() and (text := file.read_text(encoding="utf-8")):
            return int(text)
        time.sleep(0.02)
    pytest.fail("the parent did not start its engine")


def has_ended(pid: int) -> bool:
    try:
        return bool(SYSTEM.Process(pid).status() == SYSTEM.STATUS_ZOMBIE)
    except SYSTEM.NoSuchProcess:
        return True


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('{"replies": [{"text": "a", "prompt_seconds": 60}]}', id="while-reading"),
        pytest.param('{"replies": [{"text": "a b c", "token_seconds": 2}]}', id="while-answering"),
    ],
)
def test_an_orphan_ends(tmp_path: Path, script: str) -> None:
    parent = run_parent(tmp_path, "medsdesk.engine.fake", f"fake:{script}")
    pid = wait_for_pid(tmp_path / "pid")
    assert not has_ended(pid)
    parent.kill()
    parent.communicate()
    end = time.monotonic() + 5
    while not has_ended(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert has_ended(pid)


@pytest.mark.gguf
def test_the_real_engine_is_silent_and_apart(tmp_path: Path, demo_model: Path) -> None:
    parent = run_parent(tmp_path, "medsdesk.engine.llama", str(demo_model))
    output = parent.communicate(timeout=60)
    assert (parent.returncode, *output) == (0, b"", b"")


def test_a_question_and_its_answer() -> None:
    child = Child("medsdesk.engine.fake")
    inbox = child.open(1)
    child.send(Describe(1, self_test=False))
    assert isinstance(inbox.get(timeout=20), Described)
    assert child.pid not in (None, os.getpid())
    child.shut_down(5)
    assert not child.alive
    assert inbox.get(timeout=1) == Died(0, "closed")


def test_the_dead_answer_at_once() -> None:
    child = Child("medsdesk.engine.fake")
    child.kill("cancelled")
    child.send(Shutdown(0))
    death = child.open(2).get(timeout=1)
    assert isinstance(death, Died)
    assert death.stopped == "cancelled"
    assert not child.alive


def test_a_child_that_leaves_by_itself_is_noticed() -> None:
    child = Child("medsdesk.engine.fake")
    inbox = child.open(1)
    child.send(Shutdown(0))
    assert inbox.get(timeout=20) == Died(0, None)
    child.kill("closed")  # too late, and harmless


def test_messages_for_nobody_are_dropped() -> None:
    child = Child("medsdesk.engine.fake")
    child.open(1)
    child.forget(1)
    child.send(Describe(1, self_test=False))
    inbox = child.open(2)
    child.send(Describe(2, self_test=False))
    assert isinstance(inbox.get(timeout=20), Described)
    child.shut_down(5)
