"""Bounds of a load, which is the parsing of a file that may be hostile: its time and its memory.

The header is read in Python first; what it says decides how long the native library may take, and
how much memory the engine process may come to hold, before the process is ended.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import LoadConfig
from medsdesk.engine.devices import DeviceInfo
from medsdesk.engine.footprint import footprint
from medsdesk.engine.gguf import GgufHeader, read_header

_BASE_SECONDS: Final = 8.0
_SLOWEST_DISK: Final = 8 << 20  # bytes a second: a stick, or a share on a busy network
_SPARE_BYTES: Final = 1 << 30
_COPIES: Final = 2  # the file as it is mapped, and weights in another order beside it
_CHECK = "Compare the file's SHA-256 with the publisher's"


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """What a load may take.

    Attributes:
        name: Of the model file.
        seconds: Time.
        memory: Bytes, beside what the process holds already.
    """

    name: str
    seconds: float
    memory: int


def limits_of(config: LoadConfig) -> LoadLimits | None:
    """Return what a load may take; None where there is no file to be loaded."""
    path = Path(config.path)
    try:
        if not path.is_file():
            return None
        size = path.stat().st_size
    except (OSError, ValueError):  # no path at all, but a script
        return None
    try:
        needed = expected_memory(read_header(path), config)
    except UserFacingError:  # the child says in words what is wrong
        return LoadLimits(path.name, _BASE_SECONDS, _SPARE_BYTES)
    seconds = _BASE_SECONDS + (size + needed) / _SLOWEST_DISK
    return LoadLimits(path.name, seconds, needed + _SPARE_BYTES)


def expected_memory(header: GgufHeader, config: LoadConfig) -> int:
    """Return the most memory that loading a model gives reason for, in bytes."""
    anywhere = DeviceInfo("", "cpu", 0, 0)
    [need] = footprint(header, config, [anywhere], 0).devices
    return need.needed + (_COPIES - 1) * header.size_bytes


class Guard:
    """Watches one load of a process, from outside.

    Args:
        pid: The process.
        limits: What the load may take.
    """

    def __init__(self, pid: int, limits: LoadLimits) -> None:
        self._limits = limits
        self._until = time.monotonic() + limits.seconds
        self._pid = pid
        self._most = self._held() + limits.memory

    def excess(self) -> UserFacingError | None:
        """Return what to tell once the load has taken too much; None while it has not."""
        name = self._limits.name
        if time.monotonic() > self._until:
            return UserFacingError(
                f"The model file {name} was not loaded within {self._limits.seconds:.0f} seconds, "
                "far longer than a file of its size should take.",
                f"{_CHECK}, close other programs, or copy it to a faster disk, and try again.",
            )
        if self._held() > self._most:
            return UserFacingError(
                f"Loading the model file {name} was stopped: it took more memory than its header "
                "gives reason for.",
                f"{_CHECK}; do not use a file whose origin you do not know.",
            )
        return None

    def _held(self) -> int:
        import psutil

        ask: Any = psutil  # carries no types
        try:
            return int(ask.Process(self._pid).memory_info().rss)
        except ask.Error:  # it has ended, which others notice
            return 0
