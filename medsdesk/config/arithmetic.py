"""How many threads numpy's linear algebra takes."""

from __future__ import annotations

import os

_NAMES = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def use_one_thread() -> None:
    """Let numpy multiply matrices in the thread that asks, unless the environment says otherwise.

    Those of a comparison are small: on a busy machine its other threads spend more time waiting
    for each other than they save, and take the processor from the window. To be called before
    numpy is imported, which reads it once.
    """
    for name in _NAMES:
        os.environ.setdefault(name, "1")
