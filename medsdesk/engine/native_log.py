"""Keeps the last lines of the native library's log, and what they say of a load."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from typing import Final

from medsdesk.core.model import MemoryKind, MemoryUse

_KEPT_LINES: Final = 200
_DEBUG: Final = 1
_CONTINUED: Final = 5
_LAYER = re.compile(r"layer +\d+ assigned to device ([^,\s]+)")
_OFFLOADED = re.compile(r"offloaded (\d+)/(\d+) layers to GPU")
_BUFFER = re.compile(r"(\S+) +(model|KV|RS|compute) buffer size *= *([\d.]+) MiB")
_FLASH = re.compile(r"flash_attn += (enabled|disabled)|Flash Attention (enabled|not supported)")
_KINDS: Final[Mapping[str, MemoryKind]] = {
    "model": "weights",
    "KV": "cells",
    "RS": "cells",
    "compute": "compute",
}


class NativeLog:
    """Collects lines; levels are llama.cpp's own (1 debug, 2 info, 3 warning, 4 error)."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything, before a load."""
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._devices: dict[str, None] = {}
        self._memory: dict[tuple[str, MemoryKind], float] = {}
        self._offloaded = 0
        self._total = 0
        self._flash: bool | None = None

    def add(self, level: int, data: bytes | None) -> None:
        """Take a piece of the log."""
        text = (data or b"").decode("utf-8", "replace").rstrip("\n")
        layer = _LAYER.search(text)
        if layer:
            self._devices[layer[1]] = None
        offloaded = _OFFLOADED.search(text)
        if offloaded:
            self._offloaded, self._total = int(offloaded[1]), int(offloaded[2])
        flash = _FLASH.search(text)
        if flash:
            self._flash = "enabled" in flash.groups()
        buffer = _BUFFER.search(text)
        if buffer:
            kind = "mapped" if buffer[1].endswith("_Mapped") else _KINDS[buffer[2]]
            key = _device(buffer[1]), kind
            self._memory[key] = self._memory.get(key, 0.0) + float(buffer[3])
        if level == _CONTINUED and self._lines:
            self._lines[-1] += text
        elif level != _DEBUG and text:
            self._lines.append(text)

    @property
    def lines(self) -> tuple[str, ...]:
        """The last lines above the level of debugging, oldest first."""
        return tuple(self._lines)

    @property
    def devices(self) -> tuple[str, ...]:
        """Names of the devices that hold layers, in their order."""
        return tuple(self._devices)

    @property
    def layers(self) -> tuple[int, int]:
        """Layers on a graphics card, and all; zeros where the library does not say."""
        return self._offloaded, self._total

    @property
    def flash_attention(self) -> bool | None:
        """Whether attention is computed so; None where the library does not say."""
        return self._flash

    @property
    def memory(self) -> tuple[MemoryUse, ...]:
        """What was taken of each device."""
        return tuple(
            MemoryUse(device, kind, round(size * (1 << 20)))
            for (device, kind), size in self._memory.items()
        )


def _device(name: str) -> str:
    """Return the device of a buffer: ``CPU`` of ``CPU_Mapped`` and of ``CUDA_Host``."""
    return "CPU" if name.endswith("_Host") else name.split("_", 1)[0]
