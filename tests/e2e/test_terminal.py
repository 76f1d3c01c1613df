"""The program as a person starts it: a process of its own, the real engine, real signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.gguf
MEDSDESK = (sys.executable, "-m", "medsdesk")
FINDINGS = b"The heart is normal in size. There is a small left pleural effusion. No pneumothorax."


def _call(*words: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*MEDSDESK, *words], input=text, capture_output=True, check=False, timeout=240
    )


def test_a_text_from_a_pipe_is_answered_with_the_document() -> None:
    done = _call("run", "task112", "--text", "-", "--json", text=FINDINGS)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["task"] == "task112"
    assert document["output"].strip()
    assert document["finish_reason"] in ("stop", "length")
    assert document["prompt_tokens"] > 100
    assert document["model"]["is_demo"] is True
    assert all(score["value"] is None for score in document["scores"].values())
    listed = _call("runs", "list", "--json")
    assert json.loads(listed.stdout)[0]["id"] == document["run_id"]


def test_the_demonstration_prints_answers_scores_and_a_csv(tmp_path: Path) -> None:
    done = _call("demo", "--no-window", "--workspace", str(tmp_path / "demo"))
    out = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert out.count("== ") >= 3
    assert "not a medical model" in out
    path = Path(out.rsplit("Answers and scores: ", 1)[1].strip())
    assert path.is_file()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "empty"),
        (b"   \n ", "empty|only white space|blank"),
        (b"GGUF\x03\x00\x00\x00" + bytes(100), "binary|GGUF|not text|model"),
        (b"x" * 5_000_000, "5.0|5,0|5 0|large|long"),
    ],
    ids=["empty", "blank", "binary", "5 MB"],
)
def test_bad_input_gets_two_sentences(text: bytes, words: str) -> None:
    import re

    done = _call("run", "task112", "--text", "-", text=text)
    lines = done.stderr.decode().strip().splitlines()
    assert done.returncode == 1
    assert len(lines) == 2, lines
    assert re.search(words, lines[0], re.IGNORECASE), lines[0]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise on Windows")
def test_ctrl_c_in_the_middle_keeps_what_came() -> None:
    process = subprocess.Popen(
        [*MEDSDESK, "run", "task112", "--text", "-", "--max-new-tokens", "2000", "--shots", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"Write a very long story about the history of the stethoscope. " * 4)
    process.stdin.close()
    first = process.stdout.read(10)
    # As a terminal does: the signal reaches the whole group, the engine's process included.
    os.killpg(process.pid, signal.SIGINT)
    rest = process.stdout.read()
    assert process.stderr is not None
    words = process.stderr.read().decode()
    code = process.wait(30)
    process.stdout.close()
    process.stderr.close()
    if code == 0:
        pytest.skip("the model had said all it had to say before the signal")
    assert code == 3, words
    assert first + rest
    assert "incomplete" in words
    assert "Traceback" not in words
    shown = json.loads(_call("runs", "list", "--json").stdout)
    assert shown[0]["incomplete"] == 1


def test_a_cut_off_model_file_is_told_and_the_next_run_works(tmp_path: Path) -> None:
    from medsdesk.engine.demo import demo_model_path

    whole = demo_model_path()
    assert whole is not None
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(whole.read_bytes()[:30_000_000])
    done = _call("run", "task112", "--text", "-", "--model", str(cut), text=FINDINGS)
    lines = done.stderr.decode().strip().splitlines()
    assert done.returncode == 1
    assert "cut" in lines[-2] or "short" in lines[-2], lines
    started = time.monotonic()
    again = _call(
        "run", "task112", "--text", "-", "--max-new-tokens", "4", "--shots", "0", text=FINDINGS
    )
    assert again.returncode == 0, again.stderr
    assert time.monotonic() - started < 60
