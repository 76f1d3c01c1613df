"""The verbs that take ratings out to a file and in from one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import compare_verbs, desk, show
from medsdesk.cli.show import DONE
from medsdesk.core.rating_export import RATING_FORMATS, RATING_PROFILES, RATING_SHAPES

if TYPE_CHECKING:
    from medsdesk.cli.verbs import VerbGroup
    from medsdesk.services.export_ratings import RatingExport
    from medsdesk.store.workspace import Workspace


def add_verbs(group: VerbGroup) -> None:
    """Add the verbs to ``ratings``."""
    made = group.verb("export", ratings_export)
    where = made.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", metavar="FILE", help="the table alone")
    where.add_argument(
        "--package",
        metavar="DIR",
        help="a new folder: long and wide, codebook, manifest and checksums",
    )
    made.add_argument(
        "--format", choices=RATING_FORMATS, default="csv", help="CSV, an Excel workbook, or REDCap"
    )
    made.add_argument("--bom", action="store_true", help="byte order mark, for Excel")
    made.add_argument(
        "--shape",
        choices=RATING_SHAPES,
        default="long",
        help="a row per rating (long), or per answer and rater (wide)",
    )
    made.add_argument(
        "--profile",
        choices=RATING_PROFILES,
        default="full",
        help="everything (full), or no names, no words that people wrote and no true dates",
    )
    made.add_argument("--by", metavar="NAME", default="", help="who does it, for the trail")
    taken = group.verb("import", compare_verbs.ratings_import)
    taken.add_argument("file", metavar="FILE", help="our own export, or a table from elsewhere")


def ratings_export(args: argparse.Namespace) -> int:
    """Write all current ratings, imported ones too, with the answers' scores beside them."""
    with desk.workspace(desk.workspace_dir(args)) as ws:
        found = _exported(ws, args)
    if args.json:
        show.document(
            {
                "file": str(Path(found.file).resolve()),
                "ratings": found.ratings,
                "profile": found.profile,
                "notes": found.notes,
            }
        )
    else:
        ratings = "1 rating" if found.ratings == 1 else f"{found.ratings:,} ratings"
        show.OUT.write(f"{ratings} written to {Path(found.file).resolve()}")
    if found.notes:
        show.say(*found.notes)
    return DONE


def _exported(ws: Workspace, args: argparse.Namespace) -> RatingExport:
    from medsdesk.services.export_ratings import export_ratings
    from medsdesk.services.package_ratings import package_ratings

    common = {"form": args.format, "profile": args.profile, "bom": args.bom, "actor": args.by}
    if args.package:
        return package_ratings(ws, Path(args.package), **common)
    return export_ratings(ws, Path(args.out), shape=args.shape, **common)
