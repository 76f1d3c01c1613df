"""Entry of the program: everything else is imported inside ``main``.

The engine's child process imports this module again (spawn), so it must cost nothing.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb of the command line, or open the window; return the exit code."""
    if getattr(sys, "frozen", False):
        # A frozen program is its own interpreter: the engine's child starts here too.
        from multiprocessing import freeze_support

        freeze_support()
    from medsdesk.cli.main import run
    from medsdesk.config.arithmetic import use_one_thread

    use_one_thread()
    return run(sys.argv[1:] if argv is None else argv, _open_window)


def _open_window(workspace: Path, *, demo: bool) -> int:
    """Open the window; only here does the program reach for Qt."""
    from importlib.util import find_spec

    from medsdesk.core.errors import UserFacingError

    if find_spec("PySide6") is None:
        raise UserFacingError(
            "The window needs PySide6, which is not installed.",
            "Install PySide6-Essentials, or use the verbs of 'medsdesk --help'.",
        )
    # Nothing is garbage yet: looking for it while modules load costs a twentieth of the start.
    gc.disable()
    try:
        from medsdesk.ui.app import run_window

        return run_window(workspace, demo=demo, on_shown=gc.enable)
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
