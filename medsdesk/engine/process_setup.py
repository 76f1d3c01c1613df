"""What every child process of the engine does before it touches native code."""

from __future__ import annotations

import os

from medsdesk.engine.builds import LIBRARIES_VARIABLE
from medsdesk.engine.platform_calls import (
    ignore_interrupts,
    leave_no_core_dump,
    refuse_network,
    silence_standard_streams,
)


def set_up_process(*, network: bool = False, libraries: str = "") -> None:
    """Leave Ctrl-C to the parent, print and dump nothing, use no network, share the processor.

    Args:
        network: Whether this process may use it: the one that asks an on-site server alone.
        libraries: Folder of the native libraries, where they are not those installed.
    """
    ignore_interrupts()
    silence_standard_streams()
    leave_no_core_dump()
    if not network:
        refuse_network()
    if libraries:
        os.environ[LIBRARIES_VARIABLE] = libraries
    # An abort in ggml would otherwise start a debugger to print where it was.
    os.environ["GGML_NO_BACKTRACE"] = "1"
    # How long a thread of OpenMP spins before it sleeps. Spinning to the end, its default, costs
    # nothing on an idle machine and up to four fifths of the speed beside other programs.
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
