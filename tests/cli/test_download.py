"""The verb ``tasks download``: its document, its lines and its exit codes."""

from __future__ import annotations

import io
import json
import os
import signal
from pathlib import Path

import pytest

from medsdesk.cli.download import Teller, progress_line, size
from medsdesk.hub.events import (
    Asking,
    Chosen,
    DownloadEvent,
    FileDone,
    FileFailed,
    Progress,
    Waiting,
)
from tests.cli.conftest import Cli
from tests.hub_server import FIRST, HubServer

SMALL = "MCQA/task57_medqa_question_answering_en.jsonl"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_document(cli: Cli, hub_server: HubServer, tmp_path: Path) -> None:
    found = cli.json("tasks", "download", "task57", "--to", str(tmp_path / "to"))
    assert found["repository"] == "Henrychur/MedS-Bench"
    assert (found["commit"], found["revision"], found["waiting"]) == (FIRST, "main", 0)
    assert found["folder"] == str(tmp_path / "to")
    [file] = found["files"]
    assert file["path"] == SMALL
    assert Path(file["file"]).read_bytes() == hub_server.commits[FIRST][SMALL]
    assert (file["fetched"], len(file["sha256"])) == (True, 64)
    assert file["size"] == found["bytes_fetched"]


def test_lines_for_people(cli: Cli, hub_server: HubServer) -> None:
    code, out, err = cli("tasks", "download", "mcqa", "ner")
    assert code == 0
    folder = Path(os.environ["MEDSDESK_WORKSPACE"]) / "meds_bench"
    assert (folder / SMALL).is_file()
    assert "2 fetched, 0 there before, 0 failed, 0 not fetched" in out
    assert FIRST in out
    assert f"1 of 2: {SMALL}" in err
    assert f"medsdesk eval {folder}" in err
    assert "\r" not in err
    code, out, err = cli("tasks", "download", "mcqa", "ner")
    assert (code, "0 fetched, 2 there before" in out) == (0, True)
    assert cli("tasks", "check", str(folder))[0] in (0, 3)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--revision", "nope"), "no revision 'nope'"),
        (("--revision", ""), "Nothing stands after --revision"),
        (("--to", " "), "Nothing stands after --to"),
        (("qqqq",), "no task file for 'qqqq'"),
    ],
)
def test_two_sentences_for_a_wrong_word(
    cli: Cli, hub_server: HubServer, words: tuple[str, ...], told: str
) -> None:
    code, out, err = cli("tasks", "download", *words)
    assert (code, out) == (1, "")
    assert told in err
    assert not (Path(os.environ["MEDSDESK_WORKSPACE"]) / "meds_bench" / "MCQA").exists()


def test_the_way_by_file_is_told(cli: Cli, hub_server: HubServer) -> None:
    hub_server.faults.answers = [(403, {})]
    code, out, err = cli("tasks", "download")
    assert (code, out) == (1, "")
    assert "refuses Henrychur/MedS-Bench (403)" in err
    assert "'medsdesk eval FOLDER'" in err
    assert "Traceback" not in err


def test_offline_is_one_sentence(
    cli: Cli, hub_server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    code, _, err = cli("tasks", "download")
    assert code == 1
    told = "The environment variable HF_HUB_OFFLINE forbids to use the network."
    assert err.splitlines()[0] == told
    assert hub_server.seen == []


def test_a_failed_file_is_told_and_the_rest_is_there(cli: Cli, hub_server: HubServer) -> None:
    hub_server.faults.content = {SMALL: bytes(len(hub_server.commits[FIRST][SMALL]))}
    code, out, err = cli("tasks", "download", "--json")
    assert code == 3
    assert [failed["path"] for failed in json.loads(out)["failures"]] == [SMALL]
    assert f"{SMALL}: Its content is not what the hub lists" in err


def test_ctrl_c_keeps_what_has_come(
    cli: Cli, hub_server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Teller.__call__

    def interrupt(self: Teller, event: DownloadEvent) -> None:
        told(self, event)
        if isinstance(event, Progress):
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Teller, "__call__", interrupt)
        code, out, err = cli("tasks", "download", "--json")
    assert code == 3
    assert json.loads(out)["waiting"] > 0
    assert "the same command goes on from there" in err
    assert cli.json("tasks", "download")["waiting"] == 0


def test_a_terminal_has_one_line_kept_up_to_date() -> None:
    stream = _Terminal()
    teller = Teller(stream)
    teller(Asking("Owner/Name", "hub.example"))
    teller(Chosen(FIRST, 1, 2048, 0, 1024))
    teller(Progress("x", 1536, 2048, 256.0, 2.0))
    teller(Progress("x", 2048, 2048, 256.0, 0.0))
    teller(Waiting(4, "It broke off."))
    teller(FileFailed("x", "Gone."))
    lines = stream.getvalue().replace("\r", "\n\r").splitlines()
    assert lines[0] == "Asking hub.example for Owner/Name …"
    assert "going on after 1.0 KiB" in lines[1]
    assert "1.5 KiB of 2.0 KiB, 256 bytes/s, 0 min 02 s left" in stream.getvalue()
    assert stream.getvalue().endswith("It broke off. Trying again in 4 s.\nx: Gone.\n")
    teller(Progress("x", 1, 2048, 0.0, None))
    teller.end_line()
    assert stream.getvalue().endswith("\r1 byte of 2.0 KiB\r                 \r")


def test_elsewhere_a_line_comes_every_ten_seconds() -> None:
    stream, clock = io.StringIO(), _Clock()
    teller = Teller(stream, clock)
    for _ in range(100):
        clock.now += 1
        teller(Progress("x", 1, 2, 0.0, None))
    teller(FileDone("x", 1, 1))
    assert stream.getvalue().count("1 byte of 2 bytes") == 10
    assert stream.getvalue().endswith("1 of 1: x\n")


def test_figures() -> None:
    assert [size(n) for n in (0, 1023, 1024, 5 * 1024**2, 3.5 * 1024**3)] == [
        "0 bytes", "1023 bytes", "1.0 KiB", "5.0 MiB", "3.5 GiB",
    ]  # fmt: skip
    line = progress_line(Progress("x", 0, 1024**3, 1024.0, 7325.0))
    assert line == "0 bytes of 1.0 GiB, 1.0 KiB/s, 2 h 02 min left"
