"""A guard against a fault of PySide6 that ends the whole program on Python 3.11."""

from __future__ import annotations

import ctypes
import sys

_FOREVER = 1 << 40
_CONSTANTS: tuple[object, ...] = (None, True, False, NotImplemented, ...)
_done: list[bool] = []


def keep_constants() -> None:
    """Make ``None``, ``True`` and their like immortal, as Python itself does from 3.12 on.

    PySide6 6.12 returns these from its functions without taking a reference, which is right
    from 3.12 on. Before, the interpreter counts: ``emit`` takes one from ``True``, ``setText``
    one from ``None``, and after some hundred or thousand calls the process is aborted.
    Measured with ``sys.getrefcount``. Calling it again does no harm.
    """
    if _done or sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return
    for constant in _CONSTANTS:
        # The count is the first field of every object.
        ctypes.c_ssize_t.from_address(id(constant)).value += _FOREVER
    _done.append(True)
