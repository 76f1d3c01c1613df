"""Which makers' graphics cards the system itself shows, whatever the engine was built for."""

from __future__ import annotations

import contextlib
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

Maker = Literal["NVIDIA", "AMD", "Intel", "Apple"]

_PCI: Final = Path("/sys/bus/pci/devices")
_NVIDIA_DRIVER: Final = Path("/proc/driver/nvidia/gpus")
_VENDORS: Final[dict[str, Maker]] = {"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}
_DISPLAY: Final = "0x03"
_WINDOWS_DISPLAYS: Final = (
    r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
)


def makers() -> tuple[Maker, ...]:
    """Return the makers of the cards in this machine; what cannot be seen is left out."""
    if sys.platform == "darwin":
        return ("Apple",) if platform.machine() == "arm64" else ()
    found = _registry() if sys.platform == "win32" else _pci(_PCI, _NVIDIA_DRIVER)
    return tuple(dict.fromkeys(found))


def _pci(devices: Path, nvidia: Path) -> Iterator[Maker]:
    """Yield the makers of display devices on the bus, and of cards lent to a container."""
    with contextlib.suppress(OSError):
        for device in sorted(devices.iterdir()):
            kind = (device / "class").read_text(encoding="ascii")
            vendor = (device / "vendor").read_text(encoding="ascii").strip()
            if kind.startswith(_DISPLAY) and vendor in _VENDORS:
                yield _VENDORS[vendor]
    with contextlib.suppress(OSError):
        if any(nvidia.iterdir()):
            yield "NVIDIA"


def named(description: str) -> Iterator[Maker]:
    """Yield the maker that a card's description names."""
    words = description.upper()
    if "NVIDIA" in words:
        yield "NVIDIA"
    elif "AMD" in words or "RADEON" in words:
        yield "AMD"
    elif "INTEL" in words:
        yield "Intel"


def _registry() -> Iterator[Maker]:
    if sys.platform == "win32":
        import winreg  # exists on Windows alone

        with (
            contextlib.suppress(OSError),
            winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _WINDOWS_DISPLAYS) as displays,
        ):
            for number in range(winreg.QueryInfoKey(displays)[0]):
                with (
                    contextlib.suppress(OSError),
                    winreg.OpenKey(displays, winreg.EnumKey(displays, number)) as display,
                ):
                    yield from named(str(winreg.QueryValueEx(display, "DriverDesc")[0]))
    yield from ()
