"""The verb ``study corrected``: corrected answers as task files to train or test with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, OUT

if TYPE_CHECKING:
    from medsdesk.cli.verbs import VerbGroup


def add_verb(group: VerbGroup) -> None:
    """Add the verb to ``study``."""
    made = group.verb("corrected", study_corrected)
    made.add_argument("study", help="name or id of a locked study, or 4 digits of the id")
    made.add_argument(
        "--out", required=True, metavar="FILE", help="or a folder, where it is of several tasks"
    )
    made.add_argument(
        "--unchanged", action="store_true", help="also answers that raters left as they are"
    )
    made.add_argument("--by", metavar="NAME", default="", help="who does it, for the trail")


def study_corrected(args: argparse.Namespace) -> int:
    """Write the corrected answers of a locked study as MedS-Ins task files."""
    from medsdesk.services.export_corrected import export_corrected

    with desk.workspace(desk.workspace_dir(args)) as ws:
        found = export_corrected(ws, args.study, Path(args.out), args.by, unchanged=args.unchanged)
    if args.json:
        show.document(found)
    else:
        for file in found.files:
            OUT.write(f"{file.instances:,} instances of {file.task_id} written to {file.file}")
    show.say(*found.notes)
    return DONE
