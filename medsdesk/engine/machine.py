"""How many cores and how much memory this process may use."""

from __future__ import annotations

import os
from typing import Any


def usable_cores() -> int:
    """Return the physical cores that this process may use, at least 1."""
    import psutil

    ask: Any = psutil  # carries no types
    physical: int = ask.cpu_count(logical=False) or os.cpu_count() or 1
    process = ask.Process()
    if not hasattr(process, "cpu_affinity"):  # macOS
        return physical
    return max(1, min(physical, len(process.cpu_affinity())))


def memory_bytes() -> tuple[int, int]:
    """Return total and available memory in bytes."""
    import psutil

    ask: Any = psutil  # carries no types
    memory = ask.virtual_memory()
    return int(memory.total), int(memory.available)
