"""Cores and memory of this machine."""

from __future__ import annotations

import os

from medsdesk.engine.machine import memory_bytes, usable_cores


def test_cores() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


def test_memory() -> None:
    total, available = memory_bytes()
    assert 0 < available <= total
    assert total > 1 << 28
