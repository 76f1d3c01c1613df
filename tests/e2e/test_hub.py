"""Downloads that are killed, and a program that never uses the network without being asked."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from medsdesk.hub.record import RECORD_NAME, load_record
from medsdesk.hub.transfer import PARTS
from tests.conftest import HAS_QT
from tests.hub_server import FIRST, HubServer, task_bytes

MEDSDESK = (sys.executable, "-m", "medsdesk")
BIG = "Rationale/task52_mmedbench_explanation_english_test_only.jsonl"
KILLS = 6
# Bytes that the server has given to the system, and the killed process has not read yet.
UNDERWAY = 300_000
# Loaded by every Python process of a test before its own code: notes what reaches out.
SPY = """
import os, sys
NAMES = ("huggingface_hub", "httpx2", "httpcore2", "truststore", "requests", "urllib3")

def note(text):
    file = os.open(os.environ["SPY_FILE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, (text + "\\n").encode())
    os.close(file)

def spy(event, args):
    if event in ("socket.connect", "socket.sendto") and isinstance(args[1], tuple):
        note(f"{event} {args[1]}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        note(f"{event} {args[0]}")
    elif event == "import" and args[0] in NAMES:
        note(f"import {args[0]}")

sys.addaudithook(spy)
note("started")
"""


def _start(folder: Path, *names: str) -> subprocess.Popen[bytes]:
    words = (*MEDSDESK, "tasks", "download", *names, "--to", str(folder), "--json")
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _whole(folder: Path, content: Mapping[str, bytes]) -> int:
    """Return how many files have their names; each of them has to be whole."""
    there = [
        path
        for path in folder.rglob("*")
        if path.is_file() and RECORD_NAME not in path.name and PARTS not in path.parts
    ]
    for path in there:
        assert path.read_bytes() == content[path.relative_to(folder).as_posix()]
    return len(there)


def test_a_killed_download_fetches_no_byte_again(hub_server: HubServer, tmp_path: Path) -> None:
    data = task_bytes("task52", 40_000)
    hub_server.commits[FIRST] = {BIG: data}
    hub_server.faults.seconds_per_chunk = 0.003
    kept = [0]
    for share in (0.2, 0.45, 0.7):
        process = _start(tmp_path)
        while hub_server.content_bytes < share * len(data) and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        process.communicate()
        [part] = (path for path in (tmp_path / PARTS).iterdir() if path.suffix == ".part")
        kept.append(part.stat().st_size)
    hub_server.faults.seconds_per_chunk = 0
    process = _start(tmp_path)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert (tmp_path / BIG).read_bytes() == data
    asked = [seen.range for seen in hub_server.content_requests if seen.sent]
    assert asked == ["", *(f"bytes={count}-" for count in kept[1:])]
    assert kept == sorted(kept)
    assert json.loads(out)["bytes_fetched"] == len(data) - kept[-1]
    assert hub_server.content_bytes <= len(data) + 3 * UNDERWAY


def test_killed_at_any_moment_no_half_file_has_a_name(
    hub_server: HubServer, tmp_path: Path
) -> None:
    content = {BIG: task_bytes("task52", 15_000)}
    content |= {f"NER/task{n}_made_up.json": task_bytes(f"task{n}", 2 * n) for n in range(125, 150)}
    hub_server.commits[FIRST] = content
    hub_server.faults.seconds_per_chunk = 0.002
    moments = random.Random(7)
    folder = tmp_path / "bench"
    for _ in range(KILLS):
        process = _start(folder)
        seen = len(hub_server.seen)
        while len(hub_server.seen) == seen and process.poll() is None:
            time.sleep(0.005)  # its own start is not what is looked at
        time.sleep(moments.uniform(0, 0.6))
        process.kill()
        process.communicate()
        _whole(folder, content)
    hub_server.faults.seconds_per_chunk = 0
    process = _start(folder)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert _whole(folder, content) == len(content)
    record = load_record(folder)
    assert record is not None
    assert {entry.path for entry in record.files} == set(content)
    assert not (folder / PARTS).exists()


@pytest.fixture
def spied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every process of the test note in a file what it reaches out to."""
    (tmp_path / "spy").mkdir()
    (tmp_path / "spy" / "sitecustomize.py").write_text(SPY, encoding="utf-8")
    notes = tmp_path / "notes.txt"
    monkeypatch.setenv("SPY_FILE", str(notes))
    root = Path(__file__).resolve().parent.parent.parent
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path / "spy"), str(root))))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)  # nothing but the program holds it back
    return notes


def _notes(path: Path) -> set[str]:
    return set(path.read_text(encoding="utf-8").splitlines())


def _task_file(folder: Path) -> str:
    path = folder / "task46_made_up.json"
    path.write_bytes(task_bytes("task46", 2))
    return str(path)


def test_the_spy_sees_what_is_asked_for(hub_server: HubServer, spied: Path, tmp_path: Path) -> None:
    process = _start(tmp_path / "bench", "task57")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    notes = _notes(spied)
    assert "import huggingface_hub" in notes
    assert any(note.startswith("socket.connect ('127.0.0.1'") for note in notes)


def test_no_other_verb_uses_the_network(spied: Path, tmp_path: Path) -> None:
    table = tmp_path / "results.csv"
    table.write_text("task_id,input,GT,output\ntask46,a,made up,made up\n", encoding="utf-8")
    file, out = _task_file(tmp_path), str(tmp_path / "out.csv")
    verbs = (
        ("--version",), ("--help",), ("doctor",), ("tasks", "list"), ("tasks", "show", "task112"),
        ("tasks", "check", file), ("score", str(table)), ("runs", "list"), ("runs", "show", "x"),
        ("ratings", "export", "--out", out), ("models", "list"), ("models", "add", file),
        ("models", "list", "--catalogue"), ("models", "verify"), ("models", "remove", "x"),
        ("models", "token", "status"),
    )  # fmt: skip
    for words in verbs:
        subprocess.run((*MEDSDESK, *words), capture_output=True, check=False, timeout=120)
    assert _notes(spied) == {"started"}


@pytest.mark.gguf
def test_running_and_evaluating_use_no_network(spied: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("The heart is normal in size. No effusion.", encoding="utf-8")
    short = ("--max-new-tokens", "4")
    for words in (("run", "task112", "--text", str(text)), ("eval", _task_file(tmp_path))):
        done = subprocess.run(
            (*MEDSDESK, *words, *short), capture_output=True, check=False, timeout=240
        )
        assert done.returncode == 0, done.stderr
    assert _notes(spied) == {"started"}


@pytest.mark.skipif(not HAS_QT, reason="the window needs PySide6")
def test_the_window_starts_without_the_network(spied: Path, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    process = subprocess.Popen(
        (*MEDSDESK, "gui", "--workspace", str(folder)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not (folder / "medsdesk.sqlite").exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(2)  # what it does after its first frame
    assert process.poll() is None, "the window has closed by itself"
    process.kill()
    process.wait()
    assert _notes(spied) == {"started"}
