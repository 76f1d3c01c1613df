"""Cards that the system shows, on made-up machines."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import pytest

from medsdesk.engine import graphics_cards as module
from medsdesk.engine.graphics_cards import makers, named

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux alone has")


def _device(bus: Path, name: str, kind: str, vendor: str) -> None:
    folder = bus / name
    folder.mkdir(parents=True)
    (folder / "class").write_text(f"{kind}\n")
    (folder / "vendor").write_text(f"{vendor}\n")


@LINUX
def test_the_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bus, driver = tmp_path / "pci", tmp_path / "nvidia"
    monkeypatch.setattr(module, "_PCI", bus)
    monkeypatch.setattr(module, "_NVIDIA_DRIVER", driver)
    assert makers() == ()
    _device(bus, "0000:00:02.0", "0x030000", "0x8086")
    _device(bus, "0000:00:03.0", "0x020000", "0x8086")  # a network card
    _device(bus, "0000:00:04.0", "0x030000", "0x1af4")  # a virtual screen
    assert makers() == ("Intel",)
    _device(bus, "0000:01:00.0", "0x030200", "0x10de")
    _device(bus, "0000:02:00.0", "0x030000", "0x1002")
    (driver / "0000:01:00.0").mkdir(parents=True)
    assert makers() == ("Intel", "NVIDIA", "AMD")


@LINUX
def test_a_card_lent_to_a_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PCI", tmp_path / "none")
    monkeypatch.setattr(module, "_NVIDIA_DRIVER", tmp_path)
    (tmp_path / "card").mkdir()
    assert makers() == ("NVIDIA",)


@pytest.mark.parametrize(("machine", "found"), [("arm64", ("Apple",)), ("x86_64", ())])
def test_a_macintosh(monkeypatch: pytest.MonkeyPatch, machine: str, found: tuple[str, ...]) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert makers() == found


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ("NVIDIA GeForce RTX 4060 Laptop GPU", ["NVIDIA"]),
        ("AMD Radeon(TM) Graphics", ["AMD"]),
        ("Radeon RX 580 Series", ["AMD"]),
        ("Intel(R) Iris(R) Xe Graphics", ["Intel"]),
        ("Microsoft Basic Display Adapter", []),
    ],
)
def test_descriptions(description: str, found: list[str]) -> None:
    assert list(named(description)) == found
