"""What verbs stand on: the workspace, the engine, and how a run is stopped from outside."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from medsdesk.cli import show
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    import argparse

    from medsdesk.engine.client import Engine
    from medsdesk.store.workspace import Workspace

_LONG_HASH = 500_000_000  # bytes; a smaller file takes a second or two


class OpenWindow(Protocol):
    """Opens the window on a workspace and returns its exit code."""

    def __call__(self, workspace: Path, *, demo: bool) -> int:
        """Open the window."""


def show_window(named: str | None, open_window: OpenWindow, *, demo: bool) -> int:
    """Open the window on the workspace named, where there is a display."""
    if not has_display():
        raise UserFacingError(
            "There is no display to open the window on.",
            "Use the verbs of 'medsdesk --help', or start it where there is a screen.",
        )
    return open_window(_demo_folder(named) if demo else _folder(named), demo=demo)


def workspace_dir(args: argparse.Namespace) -> Path:
    """Return the folder of the workspace that the arguments or the environment name."""
    return _folder(args.workspace)


def demo_dir(args: argparse.Namespace) -> Path:
    """Return the demonstration's folder; the user's own workspace is left alone unless named."""
    return _demo_folder(args.workspace)


def _folder(named: str | None) -> Path:
    from medsdesk.config import paths

    if named == "":
        raise UserFacingError("The workspace has no name.", "Give a folder after --workspace.")
    return paths.workspace_dir(named)


def _demo_folder(named: str | None) -> Path:
    folder = _folder(named)
    return folder if named or os.environ.get("MEDSDESK_WORKSPACE") else folder.with_name("demo")


def workspace(folder: Path) -> Workspace:
    """Open a workspace, with the log file set up."""
    from medsdesk.config.logs import set_up_logging
    from medsdesk.config.paths import log_dir
    from medsdesk.store.workspace import open_workspace

    set_up_logging(log_dir(), verbose=False)
    return open_workspace(folder)


def engine() -> Engine:
    """Return an engine; its process starts when it is first needed."""
    from medsdesk.engine.client import Engine
    from medsdesk.services.choose_build import ChosenBuild
    from medsdesk.services.keep_key import key_of

    return Engine(libraries=ChosenBuild(), key_of=key_of)


@contextlib.contextmanager
def stoppable() -> Iterator[CancelToken]:
    """Make a first Ctrl-C stop the work between two tokens, so that what came is kept.

    A second one ends the program at once. The same holds for the signals by which a
    terminal that closes and a system that shuts down ask a program to end.
    """
    cancel = CancelToken()

    def stop(*_: object) -> None:
        cancel.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    # The last is not there on Windows.
    names = [n for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]
    before = {getattr(signal, n): signal.signal(getattr(signal, n), stop) for n in names}
    try:
        yield cancel
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def has_display() -> bool:
    """Say whether a window can be shown."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def hashing(doing: str = "Fingerprinting a new model file") -> Callable[[int, int], None]:
    """Return a listener that says once what is being done with a large model file."""
    told: list[bool] = []

    def tell(_: int, total: int) -> None:
        if not told and total > _LONG_HASH:
            told.append(True)
            show.say(f"{doing} of {show.size(total)} …")

    return tell
