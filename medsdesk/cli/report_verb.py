"""The option of ``compare`` that writes a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import show
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    import argparse

    from medsdesk.services.comparison_report import CompareOptions, CompareReport
    from medsdesk.services.make_report import WrittenReport
    from medsdesk.store.workspace import Workspace

_ENDINGS = (".html", ".htm")


def add_options(made: argparse.ArgumentParser) -> None:
    """Add the options to ``compare``."""
    made.add_argument(
        "--report", metavar="FILE", help="write a report as one HTML file; replaces a file"
    )
    made.add_argument(
        "--rater-names", action="store_true", help="in the report, raters by name; else numbered"
    )
    made.add_argument("--by", metavar="NAME", default="", help="who does it, for the trail")


def report_path(args: argparse.Namespace) -> Path | None:
    """Return where the report is wanted, None where none is.

    Raises:
        UserFacingError: It is no HTML file, or names are asked for without a report.
    """
    if args.report is None:
        if args.rater_names:
            raise UserFacingError(
                "Raters' names are for the report alone.", "Give --report FILE.html too."
            )
        return None
    path = Path(args.report)
    if path.suffix.lower() not in _ENDINGS:
        raise UserFacingError(
            f"The report is an HTML file, and '{path.name}' is no name of one.",
            "Give a name that ends in .html; a PDF comes from the window, page Compare.",
        )
    return path


def write(
    ws: Workspace, args: argparse.Namespace, report: CompareReport | None, options: CompareOptions
) -> WrittenReport | None:
    """Write the report, where one is wanted."""
    from medsdesk.services.make_report import make_report, write_report
    from medsdesk.services.report_html import report_html

    path = report_path(args)
    if path is None:
        return None
    document = make_report(ws, report, options, named=args.rater_names)
    return write_report(ws, {path: report_html(document).encode()}, document, args.by)


def tell(written: WrittenReport) -> None:
    """Say where the report is, on standard error: the comparison alone goes to the output."""
    from medsdesk.services.make_report import NO_PICTURES

    show.say(f"Report written to {Path(written.files[0]).resolve()}.")
    show.say(f"  sha256 {written.sha256[0]}")
    if written.preliminary:
        show.say(written.preliminary)
    show.say(NO_PICTURES)
