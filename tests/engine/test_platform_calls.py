"""Calls that change the whole process, each tried in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from medsdesk.engine.outcomes import explain


def run(code: str) -> subprocess.CompletedProcess[bytes]:
    prelude = "from medsdesk.engine.platform_calls import *\nimport os, signal\n"
    command = [sys.executable, "-c", prelude + code]
    return subprocess.run(command, capture_output=True, check=False, timeout=60)


def test_silence_covers_python_and_native_code() -> None:
    done = run(
        "silence_standard_streams()\nprint('python')\nos.write(1, b'native')\n"
        "os.write(2, b'native')\nimport sys\nprint('error', file=sys.stderr)"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_interrupts_are_ignored() -> None:
    done = run("ignore_interrupts()\nos.kill(os.getpid(), signal.SIGINT)\nprint('alive')")
    assert done.stdout == b"alive\n"


@pytest.mark.parametrize(
    ("how", "words"),
    [("illegal", "processor does not have"), ("abort", "gave up on a fault")],
)
def test_deaths_are_told_apart(how: str, words: str) -> None:
    done = run(f"leave_no_core_dump()\ndie({how!r})")
    assert words in explain(done.returncode).message
