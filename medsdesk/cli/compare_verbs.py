"""The verbs that take ratings in and compare them with each other and with metrics."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.agreement.roc import SENSITIVITY
from medsdesk.cli import compare_tables, desk, report_verb, show
from medsdesk.cli.show import DONE, OUT, SOME_FAILED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medsdesk.services.comparison_report import AgreementRow, CompareReport, MetricRow
    from medsdesk.services.import_ratings import RatingImport
    from medsdesk.services.rating_file import RowFault

_LISTED = 20  # rows named in a message; the JSON document has them all


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what thresholds, decisions and the report take to ``compare``."""
    parser.add_argument(
        "--sensitivity", type=_share, default=SENSITIVITY, metavar="X",
        help="share of the unacceptable answers that a metric's threshold has to find",
    )  # fmt: skip
    parser.add_argument(
        "--decisions", action="store_true",
        help="decisions between raters stand instead of their mean beside metrics",
    )  # fmt: skip
    report_verb.add_options(parser)


def _share(word: str) -> float:
    try:
        share = float(word)
    except ValueError:
        share = math.nan
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"'{word}' is no share above 0 and up to 1, such as 0.95")
    return share


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


def compare(args: argparse.Namespace) -> int:
    """Compare raters with each other, and clinicians with automatic metrics."""
    from medsdesk.services.compare import compare as compare_ratings
    from medsdesk.services.comparison_report import CompareOptions
    from medsdesk.services.make_report import compared

    options = CompareOptions(
        study=args.study,
        over=args.over,
        acceptable=args.acceptable,
        seed=args.seed,
        decisions=args.decisions,
        sensitivity=args.sensitivity,
    )
    do = compare_ratings if report_verb.report_path(args) is None else compared
    with desk.workspace(desk.workspace_dir(args)) as ws, desk.stoppable() as cancel:
        report = do(ws, options, cancel)
        written = report_verb.write(ws, args, report, options)
    if args.json:
        show.document(report)
    elif report is not None:
        _print(report)
    if written is not None:
        report_verb.tell(written)
    return DONE


def _print(report: CompareReport) -> None:
    OUT.write("Agreement of raters")
    show.table(
        [
            ("study", "criterion", "statistic", "value", "95 % interval", "items", "raters"),
            *(
                (
                    row.study or "-", row.criterion, row.statistic, *_cells(row),
                    row.n_items, row.n_raters,
                )
                for row in report.agreement
            ),
        ]
    )  # fmt: skip
    OUT.write("\nClinicians and metrics")
    show.table(
        [
            (
                "study", "category", "criterion", "metric", "statistic", "value",
                "95 % interval", "items", "models", "raters",
            ),
            *(
                (
                    row.study or "-", row.category, row.criterion, row.metric or "-",
                    row.statistic, *_cells(row), row.n_items, row.n_models, row.n_raters,
                )
                for row in report.human_vs_metric
            ),
        ]
    )  # fmt: skip
    compare_tables.models_and_scales(report)
    _print_notes(report)


def _cells(row: AgreementRow | MetricRow) -> tuple[str, str]:
    return compare_tables.number(row.value), compare_tables.interval(row.ci95)


def _print_notes(report: CompareReport) -> None:
    """Print each note once, with the statistics it belongs to."""
    told: dict[str, dict[str, None]] = {}
    notes = [(row.why, row.statistic) for row in report.agreement]
    notes += [(row.note, row.statistic) for row in report.agreement]
    notes += [(row.note, row.statistic) for row in report.human_vs_metric]
    notes += compare_tables.notes(report)
    for note, statistic in notes:
        if note:
            told.setdefault(note, {})[statistic] = None
    if told:
        OUT.write("\nTo know")
    for note, statistics in list(told.items())[:_LISTED]:
        OUT.write(f"- {show.few(list(statistics))}: {note}")
    if len(told) > _LISTED:
        OUT.write(f"and {len(told) - _LISTED:,} more notes: --json has each beside its figure.")
    if report.decided:
        OUT.write(f"\nDecisions that stand instead of raters' means: {report.decided:,}")
    OUT.write(
        f"\n{report.ratings:,} ratings; intervals over {report.over} by {report.resamples:,} "
        f"resamples, seed {report.seed}"
    )


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
