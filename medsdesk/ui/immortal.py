"""A guard against a fault of PySide6 that ends the whole program on Python 3.11."""

from __future__ import annotations

import ctypes
import sys

_FOREVER = 1 << 40
_done: list[bool] = []


def keep_true_and_false() -> None:
    """Make ``True`` and ``False`` as good as immortal, as Python itself does from 3.12 on.

    PySide6 6.12 returns ``True`` from every ``emit`` without taking a reference. Before 3.12 the
    interpreter counts those, and some six hundred signals later it aborts the process. Measured
    with ``sys.getrefcount(True)``: minus one for each ``emit``.
    """
    if _done or sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return
    for constant in (True, False):
        # The count is the first field of every object.
        ctypes.c_ssize_t.from_address(id(constant)).value += _FOREVER
    _done.append(True)
