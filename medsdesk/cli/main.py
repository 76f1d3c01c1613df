"""Run a command line, and turn every known fault into two sentences."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from medsdesk.cli.desk import show_window
from medsdesk.cli.show import DONE, OUT, REFUSED, say
from medsdesk.core.errors import CancelledError, UserFacingError

if TYPE_CHECKING:
    from argparse import Namespace

    from medsdesk.cli.desk import OpenWindow


def run(argv: Sequence[str], open_window: OpenWindow) -> int:
    """Run one verb; return 0 done, 1 refused with a reason, 2 wrong usage, 3 some items failed.

    Args:
        argv: The words after the program's name; none opens the window.
        open_window: Opens the window on a workspace; injected so that this package knows no Qt.
    """
    _plain_streams()
    OUT.fault = None
    try:
        if list(argv) in ([], ["gui"]):  # the usual start waits for no grammar of verbs
            return show_window(None, open_window, demo=False)
        args = _parse(argv)
        args.open_window = open_window
        return OUT.code(int(args.verb(args)))
    except SystemExit as leave:  # argparse leaves after --help and after a usage error
        return int(leave.code or DONE)
    except UserFacingError as error:
        say(error.message, error.hint)
        return REFUSED
    except CancelledError:
        say("Stopped before there was anything to keep.", "Run the same command again.")
        return REFUSED
    except KeyboardInterrupt:
        say("Stopped at once.", "What was saved before is kept; run the same command again.")
        return REFUSED


def _parse(argv: Sequence[str]) -> Namespace:
    from argparse import Namespace

    from medsdesk.cli.parser import make_parser

    return make_parser().parse_args(argv, Namespace(workspace=None, json=False))


def _plain_streams() -> None:
    """Write UTF-8 whatever the terminal's code page is; a sign it lacks must not stop a run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
