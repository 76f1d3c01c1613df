"""Keeps the last lines of the native library's log, and what they say of a load."""

from __future__ import annotations

import re
from collections import deque
from typing import Final

_KEPT_LINES: Final = 200
_DEBUG: Final = 1
_CONTINUED: Final = 5
_LAYER = re.compile(r"layer +\d+ assigned to device ([^,\s]+)")
_OFFLOADED = re.compile(r"offloaded (\d+)/(\d+) layers to GPU")


class NativeLog:
    """Collects lines; levels are llama.cpp's own (1 debug, 2 info, 3 warning, 4 error)."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything, before a load."""
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._devices: dict[str, None] = {}
        self._offloaded = 0
        self._total = 0

    def add(self, level: int, data: bytes | None) -> None:
        """Take a piece of the log."""
        text = (data or b"").decode("utf-8", "replace").rstrip("\n")
        layer = _LAYER.search(text)
        if layer:
            self._devices[layer[1]] = None
        offloaded = _OFFLOADED.search(text)
        if offloaded:
            self._offloaded, self._total = int(offloaded[1]), int(offloaded[2])
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
