"""The verbs that list where the raters of a study differ, and decide between them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, OUT
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from medsdesk.cli.verbs import VerbGroup
    from medsdesk.core.adjudication import Decision, Disagreement, Disagreements, RaterAnswer
    from medsdesk.core.rating_view import RatedValue

CANNOT_JUDGE, WITHDRAW = "cannot_judge", "withdraw"
_STUDY = "name or id of a study, or the first 4 digits of the id"


def add_verbs(group: VerbGroup) -> None:
    """Add the verbs to ``study``."""
    listing = group.verb("adjudicate", study_adjudicate)
    listing.add_argument("study", help=_STUDY)
    listing.add_argument(
        "--as", metavar="NAME", default="", dest="adjudicator",
        help="who looks; items that NAME rates are left out",
    )  # fmt: skip
    listing.add_argument(
        "--points", type=int, metavar="N", default=2,
        help="how far apart points of a scale, or counts, must be; 2",
    )  # fmt: skip
    deciding = group.verb("decide", study_decide)
    deciding.add_argument("study", help=_STUDY)
    deciding.add_argument("item", help="id of an item, or the first 4 digits of it")
    deciding.add_argument("criterion", help="the question, or marks")
    deciding.add_argument(
        "value",
        help="the point or count that holds; for marks the number of the rater whose marks hold, "
        f"or 0; {CANNOT_JUDGE} leaves it as it stands; {WITHDRAW} takes a decision back",
    )
    deciding.add_argument(
        "--as", required=True, metavar="NAME", dest="adjudicator",
        help="who decides; none of the item's raters",
    )  # fmt: skip
    deciding.add_argument("--why", metavar="WORDS", default="", help="kept on the trail")


def study_adjudicate(args: argparse.Namespace) -> int:
    """List where raters of one item differ, without their names and without models."""
    from medsdesk.services.find_disagreements import disagreements

    with desk.workspace(desk.workspace_dir(args)) as ws:
        found = disagreements(ws, args.study, args.adjudicator, args.points)
    if args.json:
        told = {"study": found.study, "study_id": found.study_id, "locked": found.locked,
                "points": found.points, "compared": found.compared, "own": found.own}  # fmt: skip
        show.document({**told, "rows": [_told(row) for row in found.rows]})
    else:
        _print(found)
    if found.own:
        show.say(
            f"{found.own:,} items that {args.adjudicator.strip()} rates are left out.",
            "Who rates an item is not shown what others answered, and does not decide on it.",
        )
    return DONE


def study_decide(args: argparse.Namespace) -> int:
    """Decide between the raters of an item; their answers stay as they are."""
    from medsdesk.services.adjudicate import decide

    with desk.workspace(desk.workspace_dir(args)) as ws:
        row = decide(
            ws, args.study, args.item, args.criterion, _value(args.value), args.adjudicator,
            args.why,
        )  # fmt: skip
    if args.json:
        show.document(_told(row))
        return DONE
    said = f"decided: {_decided(row)}" if row.decision else "the decision is taken back"
    OUT.write(f"{row.label} of item {row.item_id[:8]}: {said}")
    return DONE


def _value(written: str) -> RatedValue | None:
    if written == WITHDRAW:
        return None
    if written == CANNOT_JUDGE:
        return "cannot_judge"
    try:
        return int(written)
    except ValueError as fault:
        raise UserFacingError(
            f"'{written}' is no answer.",
            f"Give a point or a count, {CANNOT_JUDGE} to leave it as it stands, or {WITHDRAW}.",
        ) from fault


def _print(found: Disagreements) -> None:
    rows = [
        (
            row.item_id[:8], row.title, row.criterion,
            "; ".join(f"{_rater(each)}: {_said(row, each)}" for each in row.answers),
            _decided(row) or ("-" if row.differs else "no longer differ"),
        )
        for row in found.rows
    ]  # fmt: skip
    if rows:
        show.table([("item", "task", "question", "answers", "decision"), *rows])
    OUT.write(
        f"{len(found.rows):,} disagreements, {found.decided:,} decided, on "
        f"{found.compared - found.own:,} items that several raters were shown"
    )


def _rater(answer: RaterAnswer) -> str:
    return answer.name or f"Rater {answer.number}"


def _said(row: Disagreement, answer: RaterAnswer) -> str:
    if row.question is None:
        return f"{len(answer.marks)} marks"
    return "-" if answer.value is None else str(answer.value)


def _decided(row: Disagreement) -> str:
    decision = row.decision
    if decision is None:
        return ""
    if decision.value == "cannot_judge":
        said = "left as it stands"
    else:
        said = f"{len(decision.marks)} marks" if row.question is None else str(decision.value)
    return f"{said} ({decision.adjudicator})"


def _told(row: Disagreement) -> dict[str, Any]:
    """Return a disagreement for a document: with its texts, without the whole form."""
    decision: Decision | None = row.decision
    return {
        "item": row.item_id,
        "presentation": row.presentation_id,
        "task": row.title,
        "language": row.language,
        "form": row.form.id,
        "criterion": row.criterion,
        "question": row.question.question if row.question else None,
        "source": row.source,
        "reference": row.reference,
        "outputs": row.outputs,
        "answers": row.answers,
        "differs": row.differs,
        "decision": decision,
    }
