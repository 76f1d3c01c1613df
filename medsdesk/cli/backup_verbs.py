"""The verbs ``backup`` and ``restore``: a workspace as one checked file, and back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, OUT, SOME_FAILED

if TYPE_CHECKING:
    from medsdesk.cli.verbs import VerbGroup
    from medsdesk.services.check_trail import TrailReport


def add_verbs(top: VerbGroup) -> None:
    """Add the verbs of this module."""
    made = top.verb("backup", backup)
    made.add_argument("file", metavar="FILE", help="a new file on a disk of this computer")
    put_back = top.verb("restore", restore)
    put_back.add_argument("file", metavar="FILE", help="a backup")
    put_back.add_argument(
        "--other", action="store_true", help="also in the place of another workspace"
    )
    for verb in (made, put_back):
        verb.add_argument("--by", metavar="NAME", default="", help="who does it, for the trail")


def backup(args: argparse.Namespace) -> int:
    """Write the workspace as one file, also while it is in use, and check it."""
    from medsdesk.services.back_up import back_up

    with desk.workspace(desk.workspace_dir(args)) as ws:
        made = back_up(ws, Path(args.file), args.by)
    if args.json:
        show.document(made)
    else:
        OUT.write(
            f"Backed up to {made.file}: {made.bytes:,} bytes, opened and checked.\n"
            f"sha256 {made.sha256}"
        )
    return _told(made.trail)


def restore(args: argparse.Namespace) -> int:
    """Put a backup in the place of the workspace, which is kept beside it."""
    from medsdesk.config.logs import set_up_logging
    from medsdesk.config.paths import log_dir
    from medsdesk.services.restore_backup import restore_backup

    set_up_logging(log_dir(), verbose=False)
    done = restore_backup(desk.workspace_dir(args), Path(args.file), args.by, other=args.other)
    if args.json:
        show.document(done)
    else:
        OUT.write(f"Restored into {done.folder}: workspace {done.workspace[:8]}.")
        if done.replaced:
            OUT.write(f"What was there before is kept in {done.replaced}.")
    return _told(done.trail)


def _told(trail: TrailReport) -> int:
    """Say what is to be known of the trail, and return the exit code."""
    show.say(*trail.notes)
    if trail.intact:
        return DONE
    show.say(
        f"The trail in it is not as it was written: {trail.problems[0].text}",
        "See 'medsdesk audit verify' for all that is wrong.",
    )
    return SOME_FAILED
