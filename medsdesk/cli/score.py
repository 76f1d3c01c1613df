"""The verb ``score``: figures for a result file, both protocols side by side."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, OUT, SOME_FAILED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medsdesk.services.score_file import Figure, FileScores, TaskFigures

BOTH = "both"
CHOICES = ("medsbench", "strict", BOTH)
_LISTED = 20  # rows and ids named in a message; the JSON document has them all


def score(args: argparse.Namespace) -> int:
    """Score a result file with the columns task_id, input, GT and output."""
    from medsdesk.metrics.scoring import PROTOCOLS
    from medsdesk.services.score_file import score_file

    protocols = PROTOCOLS if args.protocol == BOTH else (args.protocol,)
    with desk.stoppable() as cancel:
        found = score_file(Path(args.csv), protocols, cancel)
    if args.json:
        show.document(found)
    else:
        for protocol, tasks in found.protocols.items():
            OUT.write(f"\n{protocol}")
            _table(tasks)
        if found.disagreements:
            told = (f"{task} {count}" for task, count in found.disagreements.items())
            OUT.write(f"\nRight under one protocol only, items: {', '.join(told)}")
    _tell(found)
    return DONE if found.complete else SOME_FAILED


def _table(tasks: Mapping[str, TaskFigures]) -> None:
    rows = [
        (task_id, metric, *_cells(figure), task.n, task.unparsed, task.unscored)
        for task_id, task in tasks.items()
        for metric, figure in task.scores.items()
    ]
    show.table([("task", "metric", "value", "95 % interval", "n", "unparsed", "unscored"), *rows])
    reasons = [
        f"{task_id}: {reason} ({count})"
        for task_id, task in tasks.items()
        for reason, count in task.reasons.items()
    ]
    if reasons:
        OUT.write(f"Not scored, or counted otherwise: {'; '.join(reasons)}.")


def _cells(figure: Figure) -> tuple[str, str]:
    value = "-" if figure.value is None else f"{figure.value:.2f}"
    value = f"{value}~" if _approximate(figure) else value
    interval = "-" if figure.ci95 is None else f"{figure.ci95[0]:.1f} to {figure.ci95[1]:.1f}"
    return value, interval


def _approximate(figure: Figure) -> bool:
    from medsdesk.metrics.tokenizers import APPROXIMATE

    return APPROXIMATE in figure.signature


def _tell(found: FileScores) -> None:
    """Say on standard error what was not scored, and what was but should be known."""
    tasks = [task for protocol in found.protocols.values() for task in protocol.values()]
    if any(_approximate(figure) for task in tasks for figure in task.scores.values()):
        show.say(
            "Figures marked ~ are near the authors' and not theirs: a tokenizer is missing.",
            "Install MedsDesk with its extra 'paper'; each signature says which one it lacks.",
        )
    if found.unknown_tasks:
        show.say(
            f"Rows of tasks that MedsDesk does not know: {_counts(found.unknown_tasks)}.",
            "The other rows are scored; 'medsdesk tasks list --all' shows the known tasks.",
        )
    if found.malformed:
        faults = "; ".join(f"row {f.row}: {f.reason}" for f in found.malformed[:_LISTED])
        show.say(
            f"Rows that could not be read: {len(found.malformed)} "
            f"({faults}{_more(found.malformed)}).",
            "The other rows are scored; row 1 is the one with the names of the columns.",
        )
    if found.empty_outputs:
        show.say(
            f"Empty outputs: {_counts(found.empty_outputs)}.",
            "'reasons' in the JSON document says how each protocol counts them.",
        )
    if found.other_language:
        show.say(
            "References that are not in the script of the task's language: "
            f"{_counts(found.other_language)}.",
            "Check that task ids and references belong together; the rows are scored as they are.",
        )


def _counts(counts: Mapping[str, int]) -> str:
    told = [f"{name} ({count})" for name, count in counts.items()]
    return ", ".join(told[:_LISTED]) + _more(told)


def _more(things: list[str] | tuple[object, ...]) -> str:
    return f" and {len(things) - _LISTED} more" if len(things) > _LISTED else ""
