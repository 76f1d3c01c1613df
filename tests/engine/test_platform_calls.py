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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the client's guard does it")
def test_memory_ends_in_an_exception_and_comes_back() -> None:
    done = run(
        "with memory_limited(200 << 20):\n"
        "    a = bytearray(100 << 20)\n"
        "    try:\n        bytearray(300 << 20)\n"
        "    except MemoryError:\n        print('refused')\n"
        "b = bytearray(300 << 20)\nprint('given')\n"
        "with memory_limited(1 << 100):\n    print('any')"
    )
    assert done.stdout.split() == [b"refused", b"given", b"any"], done.stderr


def test_no_network_for_python_code() -> None:
    done = run(
        "refuse_network()\nimport socket, urllib.request\n"
        "udp = lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))\n"
        "for call in (\n"
        "    lambda: socket.create_connection(('127.0.0.1', 9)),\n"
        "    lambda: socket.socket().connect(('127.0.0.1', 9)),\n"
        "    lambda: socket.socket().bind(('127.0.0.1', 0)),\n"
        "    lambda: socket.getaddrinfo('example.invalid', 80),\n"
        "    lambda: socket.gethostbyname('example.invalid'), udp,\n"
        "):\n"
        "    try:\n        call()\n        print('went through')\n"
        "    except PermissionError:\n        print('refused')\n"
    )
    assert done.stdout.split() == [b"refused"] * 6, done.stderr
