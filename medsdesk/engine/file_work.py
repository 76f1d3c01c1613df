"""Work on model files in a process of its own: one task, one child, ended with the task."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.engine.asking import POLL_SECONDS, check
from medsdesk.engine.file_tasks import (
    Advanced,
    NotDone,
    Outcome,
    Report,
    Task,
    decode_report,
    encode,
)
from medsdesk.engine.file_worker import main as worker_main
from medsdesk.engine.messages import ProtocolError
from medsdesk.engine.outcomes import died_error
from medsdesk.engine.platform_calls import interrupts_held

BACKEND = "medsdesk.engine.llama"
OnAdvance = Callable[[int, int], None]

_REAP_SECONDS = 5.0
_T = TypeVar("_T", bound=Outcome)


def do(
    task: Task,
    expected: type[_T],
    on_advance: OnAdvance | None = None,
    cancel: CancelToken | None = None,
    backend: str = BACKEND,
) -> _T:
    """Do a task on model files and return what came of it.

    Args:
        task: What to do.
        expected: The kind of what comes of it.
        on_advance: Told from this thread how many steps are done and how many there are.
        cancel: Stops at once: the process is killed. Files it was writing stay as they are.
        backend: Dotted name of the module whose ``file_tools()`` does the work; imported in
            the child only.

    Raises:
        UserFacingError: It cannot be done, with the true cause.
        EngineDiedError: The process died of it.
        CancelledError: Told to stop.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=worker_main, args=(theirs, backend), name="medsdesk-files", daemon=True
    )
    try:
        with interrupts_held():
            process.start()
    except OSError as fault:
        ours.close()
        raise UserFacingError(
            f"The engine process cannot be started ({fault.strerror}).",
            "Close other programs and try again.",
        ) from fault
    finally:
        theirs.close()
    try:
        ours.send_bytes(encode(task))
        return _await(ours, expected, on_advance, cancel)
    except (EOFError, OSError):
        process.join(_REAP_SECONDS)
        raise died_error(process.exitcode) from None
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _await(
    pipe: Connection, expected: type[_T], on_advance: OnAdvance | None, cancel: CancelToken | None
) -> _T:
    while True:
        check(cancel)
        if not pipe.poll(POLL_SECONDS):
            continue
        report = _receive(pipe)
        if isinstance(report, Advanced):
            if on_advance is not None:
                on_advance(report.done, report.of)
        elif isinstance(report, expected):
            return report
        elif isinstance(report, NotDone) and report.kind == "user":
            raise UserFacingError(report.message, report.hint)
        else:
            said = report.message if isinstance(report, NotDone) else type(report).__name__
            raise RuntimeError(f"a fault in the engine process: {said}")


def _receive(pipe: Connection) -> Report:
    try:
        return decode_report(pipe.recv_bytes())
    except ProtocolError as fault:
        raise RuntimeError("the engine process sent what is no report") from fault
