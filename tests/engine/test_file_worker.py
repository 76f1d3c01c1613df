"""The process ends with its task, and with its parent."""

from __future__ import annotations

import multiprocessing
from typing import Any

from medsdesk.engine.file_tasks import NotDone, TokeniseTexts, decode_report, encode
from medsdesk.engine.file_worker import main


def _process(backend: str) -> tuple[Any, Any]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=main, args=(theirs, backend), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def test_it_ends_where_the_parent_is_gone() -> None:
    process, pipe = _process("tests.engine.scripted_files")
    pipe.close()
    process.join(30)
    assert process.exitcode == 0


def test_a_backend_that_is_not_there_is_an_answer() -> None:
    process, pipe = _process("tests.engine.no_such_module")
    pipe.send_bytes(encode(TokeniseTexts("x", (), ())))
    report = decode_report(pipe.recv_bytes())
    process.join(30)
    assert isinstance(report, NotDone)
    assert report.kind == "bug"
    assert "ModuleNotFoundError" in report.message
