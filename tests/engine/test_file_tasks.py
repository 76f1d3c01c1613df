"""Tasks and reports cross the pipe as they are, and nothing else does."""

from __future__ import annotations

import pickle

import msgspec
import pytest

from medsdesk.engine.file_tasks import (
    Advanced,
    ComparedFiles,
    CompareFiles,
    NotDone,
    QuantisedFile,
    QuantiseFile,
    Report,
    Task,
    TokenisedTexts,
    TokeniseTexts,
    decode_report,
    decode_task,
    encode,
)
from medsdesk.engine.messages import ProtocolError

TASKS: tuple[Task, ...] = (
    TokeniseTexts("a.gguf", ("Größe", ""), ("高",)),
    QuantiseFile("a", "b", "Q4_0", again=True, spare_bytes=5),
    CompareFiles("a", "b", ("x", "y"), "folder"),
)
REPORTS: tuple[Report, ...] = (
    Advanced(1, 2),
    TokenisedTexts(((1, 2), ()), ((3,),)),
    QuantisedFile(10, 3, 1),
    ComparedFiles((0, 0), (1.5, 2.0), (1.0, 2.0), (0.25, 0.0), (True, False)),
    NotDone("user", "What.", "Do."),
)


def test_round_trips() -> None:
    assert tuple(decode_task(encode(task)) for task in TASKS) == TASKS
    assert tuple(decode_report(encode(report)) for report in REPORTS) == REPORTS


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        pickle.dumps(TASKS[0]),
        encode(TASKS[0]),  # a task is no report
        msgspec.msgpack.encode({"protocol": 99, "kind": "Advanced", "message": {}}),
        msgspec.msgpack.encode({"protocol": 1, "kind": "Advanced", "message": {"done": "x"}}),
        msgspec.msgpack.encode([1]),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_report(data)
