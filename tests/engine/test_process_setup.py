"""A child of the engine leaves signals and terminals alone."""

from __future__ import annotations

import subprocess
import sys


def test_a_set_up_process_prints_nothing_and_ignores_interrupts() -> None:
    script = (
        "import os, signal, sys\n"
        "from medsdesk.engine.process_setup import set_up_process\n"
        "set_up_process()\n"
        "print('heard'); os.write(1, b'native'); os.write(2, b'native')\n"
        "ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN\n"
        "sys.exit(0 if ignored and os.environ['GOMP_SPINCOUNT'] else 5)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
