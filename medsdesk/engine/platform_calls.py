"""The few calls that differ between operating systems; all are for the engine process."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from typing import Literal, NoReturn

Death = Literal["kill", "illegal", "abort"]

ILLEGAL_INSTRUCTION_WINDOWS = 0xC000001D


@contextlib.contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while a child starts: it inherits the block until it ignores them itself.

    On Windows the child sees a Ctrl-C of its first moments; there is nothing to hold it with.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent, which decides what becomes of this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def silence_standard_streams() -> None:
    """Point descriptors 1 and 2 at nothing, so that native code cannot print to a terminal."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)
    # A windowed program has no streams at all, and packages print to them all the same.
    sys.stdout = sys.stderr = io.TextIOWrapper(io.FileIO(nothing, "w"), encoding="utf-8")


def leave_no_core_dump() -> None:
    """Keep the memory of a crashed process, clinical text included, off the disk."""
    if sys.platform != "win32":
        import resource  # exists on POSIX alone

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die(how: Death) -> NoReturn:
    """End this process the way a fault in native code does; for the scripted backend."""
    if how == "abort":
        os.abort()
    if sys.platform == "win32":
        os._exit(ILLEGAL_INSTRUCTION_WINDOWS if how == "illegal" else 1)
    os.kill(os.getpid(), signal.SIGKILL if how == "kill" else signal.SIGILL)
    os._exit(1)
