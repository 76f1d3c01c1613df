"""The process that does one task on model files and ends."""

from __future__ import annotations

import importlib
import os
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Protocol

from medsdesk.core.errors import UserFacingError
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
    decode_task,
    encode,
)
from medsdesk.engine.process_setup import set_up_process

Tell = Callable[[int, int], None]
"""Told the steps that are done and all there are."""


class FileTools(Protocol):
    """What a backend can do with model files."""

    def tokenise(self, task: TokeniseTexts, tell: Tell) -> TokenisedTexts:
        """Return the tokens of texts."""
        ...

    def quantise(self, task: QuantiseFile, tell: Tell) -> QuantisedFile:
        """Write a file with smaller weights."""
        ...

    def compare(self, task: CompareFiles, tell: Tell) -> ComparedFiles:
        """Return what two files expect of the same texts."""
        ...


def main(pipe: Connection, backend: str) -> None:
    """Do one task.

    Args:
        pipe: The child's end; when its other end is gone, the parent has ended, and so does
            this process with the next step it would tell of.
        backend: Dotted name of the module whose ``file_tools()`` does the work.
    """
    set_up_process()
    try:
        task = decode_task(pipe.recv_bytes())
    except (EOFError, OSError):
        return

    def tell(done: int, of: int) -> None:
        _send(pipe, Advanced(done, of))

    _send(pipe, _do(task, backend, tell))


def _do(task: Task, backend: str, tell: Tell) -> Report:
    try:
        tools: FileTools = importlib.import_module(backend).file_tools()
        match task:
            case TokeniseTexts():
                return tools.tokenise(task, tell)
            case QuantiseFile():
                return tools.quantise(task, tell)
            case CompareFiles():
                return tools.compare(task, tell)
    except UserFacingError as fault:
        return NotDone("user", fault.message, fault.hint)
    except Exception as fault:  # noqa: BLE001 - every fault is told to the parent
        # Without the exception's own text, as everywhere in the engine.
        last = traceback.extract_tb(fault.__traceback__)[-1]
        return NotDone("bug", f"{type(fault).__name__} in {last.name}, line {last.lineno}")


def _send(pipe: Connection, report: Report) -> None:
    try:
        pipe.send_bytes(encode(report))
    except OSError:
        os._exit(1)  # from inside a call of native code there is no other way to end
