"""The engine's process, native code included, opens no connection: counted by the system."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.made_models import Shape, make_tiny

pytestmark = pytest.mark.gguf

ASKING = """
import sys
from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine
with Engine() as engine:
    engine.load(LoadConfig(sys.argv[1], context=128, threads=1))
    prompt = Prompt((Message("user", "w1"),), "test", 1, 0)
    print(engine.generate(prompt, GenerateConfig(max_new_tokens=4)).finish_reason)
"""


def test_loading_and_answering_open_no_connection(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if (
        strace is None
        or subprocess.run([strace, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("strace is not installed here or may not trace: calls cannot be counted")
    path, report = make_tiny(tmp_path / "tiny.gguf", Shape()), tmp_path / "report"
    tracer = [strace, "-f", "-e", "trace=socket,connect,sendto,openat", "-o", str(report)]
    asking = [sys.executable, "-c", ASKING, str(path)]
    done = subprocess.run([*tracer, *asking], check=True, capture_output=True)
    assert done.stdout.split()[0] in (b"length", b"stop")
    calls = report.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any("tiny.gguf" in call for call in calls)  # the child was traced
    assert [call for call in calls if "AF_INET" in call] == []
