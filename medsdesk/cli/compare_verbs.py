"""The verbs that take ratings in and compare them with each other and with metrics."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, OUT, SOME_FAILED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medsdesk.services.import_ratings import RatingImport
    from medsdesk.services.rating_file import RowFault

_LISTED = 20  # rows named in a message; the JSON document has them all


def ratings_import(args: argparse.Namespace) -> int:
    """Take in ratings from a file; taking it in twice changes nothing."""
    from medsdesk.services.import_ratings import import_ratings

    with desk.workspace(desk.workspace_dir(args)) as ws:
        found = import_ratings(ws, Path(args.file))
    if args.json:
        show.document(found)
    else:
        OUT.write(
            f"{found.imported:,} ratings imported, {found.already_there:,} there already, "
            f"{found.empty:,} rows without a value"
        )
        for study in found.studies:
            OUT.write(
                f"  {study.study or '(no study)'}: {study.ratings:,} ratings of "
                f"{study.items:,} items by {study.raters:,} raters"
            )
    _tell_import(found)
    return DONE if found.complete else SOME_FAILED


def _tell_import(found: RatingImport) -> None:
    from medsdesk.tasks.encodings import is_guess, told

    if is_guess(found.encoding):
        show.say(f"The file was read as {told(found.encoding)}; see that accents came through.")
    if found.ignored_columns:
        show.say(f"Columns without a meaning here, left out: {', '.join(found.ignored_columns)}.")
    if found.unscored:
        show.say(f"Scores that are no number, left empty: {found.unscored:,}.")
    _tell_rows("Ratings left out because another stands in their place", found.conflicts)
    _tell_rows("Rows that could not be read", found.faults)


def _tell_rows(what: str, faults: Sequence[RowFault]) -> None:
    if not faults:
        return
    listed = "; ".join(f"row {fault.row}: {fault.reason}" for fault in faults[:_LISTED])
    more = f" and {len(faults) - _LISTED:,} more" if len(faults) > _LISTED else ""
    show.say(
        f"{what}: {len(faults):,} ({listed}{more}).",
        "The other rows are in the workspace; row 1 is the one with the names of the columns.",
    )
