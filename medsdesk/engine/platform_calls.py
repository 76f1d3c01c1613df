"""The few calls that differ between operating systems; all are for the engine process."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, NoReturn

Death = Literal["kill", "illegal", "abort"]

ILLEGAL_INSTRUCTION_WINDOWS = 0xC000001D
_MOST_BYTES: Final = 1 << 60
_NETWORK_EVENTS: Final = frozenset((
    "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyaddr",
    "socket.gethostbyname", "socket.getnameinfo", "socket.sendmsg", "socket.sendto",
))  # fmt: skip


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


@contextlib.contextmanager
def memory_limited(more_bytes: int) -> Iterator[None]:
    """Let this process take only so much more address space; past that, allocations fail.

    Linux alone counts address space by such a limit. It must not be used with a graphics card,
    whose drivers reserve address space by the terabyte. Elsewhere the client's guard, which
    looks at the memory in use, ends the process.
    """
    if sys.platform != "linux":
        yield
        return
    import resource  # exists on POSIX alone

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    wanted = pages * resource.getpagesize() + min(more_bytes, _MOST_BYTES)
    if before[0] != resource.RLIM_INFINITY:
        wanted = min(wanted, before[0])
    resource.setrlimit(resource.RLIMIT_AS, (wanted, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def refuse_network() -> None:
    """Refuse this process every use of the network by Python code, for good.

    Native code is not covered: llama.cpp opens no connection in what is used of it, and a library
    that a hostile file had taken over could. A firewall rule for the program covers that.
    """

    def refuse(event: str, _: object) -> None:
        if event in _NETWORK_EVENTS:
            raise PermissionError("the engine process uses no network")

    sys.addaudithook(refuse)


def die(how: Death) -> NoReturn:
    """End this process the way a fault in native code does; for the scripted backend."""
    if how == "abort":
        os.abort()
    if sys.platform == "win32":
        os._exit(ILLEGAL_INSTRUCTION_WINDOWS if how == "illegal" else 1)
    os.kill(os.getpid(), signal.SIGKILL if how == "kill" else signal.SIGILL)
    os._exit(1)
