"""Devices as the engine's child reports them."""

from __future__ import annotations

from collections.abc import Callable

from medsdesk.engine.client import Engine
from medsdesk.engine.devices import DeviceInfo
from medsdesk.engine.machine import memory_bytes


def test_they_cross_the_pipe(scripted: Callable[..., Engine]) -> None:
    info = scripted().describe()
    total = memory_bytes()[0]
    assert info.engine == "scripted 1"
    assert [device.memory_total for device in info.devices] == [total]
    assert isinstance(info.devices[0], DeviceInfo)
