"""Check that nobody changed the trail or the ratings it tells of, and say what was found."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.services.rating_trail import rating_summary, workbench_summary
from medsdesk.store.audit import machine_id, rating_entries
from medsdesk.store.audit_check import ChainCheck, TrailFault, check_chain
from medsdesk.store.ratings import list_ratings
from medsdesk.store.studies import list_studies
from medsdesk.store.study_ratings import ratings_of_study

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

SHORTEST_HEAD = 16
_FULL_HEAD = 64


@dataclass(frozen=True, slots=True)
class TrailProblem:
    """Something that is not as it was written.

    Attributes:
        kind: As ``TrailFault`` names it, or ``rating`` for a rating that the trail contradicts.
        row: Number of the row of the trail; 0 where there is none.
        text: What is wrong, in a sentence.
    """

    kind: str
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class TrailReport:
    """What a check of the trail found.

    Attributes:
        intact: Whether nothing is wrong.
        rows: Rows of the trail.
        ratings: Ratings that were compared with what the trail says of them.
        head: Seal of the last row.
        problems: What is wrong, the first bad row first.
        notes: What is worth knowing and no fault, a sentence each.
        set_back: Numbers of rows before which the clock was set back.
        unchecked: Rows whose key is not at hand.
        witnessed: Number of the row whose seal was given; 0 for none.
    """

    intact: bool
    rows: int
    ratings: int
    head: str
    problems: tuple[TrailProblem, ...]
    notes: tuple[str, ...]
    set_back: tuple[int, ...]
    unchecked: int
    witnessed: int


def check_trail(ws: Workspace, head: str = "") -> TrailReport:
    """Check every row of the trail, and every rating given here against its row.

    Args:
        ws: The workspace.
        head: The seal of a row as somebody noted it elsewhere, all digits or at least the first
            16, with or without spaces; empty for none.

    Raises:
        UserFacingError: ``head`` cannot be a head.
    """
    wanted = _read_head(head)
    with ws.reading():
        chain = check_chain(ws, wanted)
        compared, of_ratings = _compare_ratings(ws)
    problems = (*(_problem(fault) for fault in chain.faults), *of_ratings)
    log.info("checked %d rows of the trail, %d problems", chain.rows, len(problems))
    return TrailReport(
        intact=not problems,
        rows=chain.rows,
        ratings=compared,
        head=chain.head.mac,
        problems=problems,
        notes=tuple(_notes(chain)),
        set_back=chain.set_back,
        unchecked=chain.unchecked,
        witnessed=chain.witnessed,
    )


def grouped(mac: str) -> str:
    """Return a seal in groups of eight, to be read out or typed."""
    return " ".join(mac[at : at + 8] for at in range(0, len(mac), 8))


def _read_head(text: str) -> str:
    digits = re.sub(r"[\s-]+", "", text).lower()
    if digits and not re.fullmatch(rf"[0-9a-f]{{{SHORTEST_HEAD},{_FULL_HEAD}}}", digits):
        raise UserFacingError(
            f"'{text}' cannot be the head of a trail: that has {_FULL_HEAD} digits from 0 to f.",
            f"Give it as 'medsdesk audit head' printed it, or at least its first {SHORTEST_HEAD} "
            "digits.",
        )
    return digits


def _compare_ratings(ws: Workspace) -> tuple[int, list[TrailProblem]]:
    """Return how many ratings were compared, and those that the trail contradicts.

    Ratings of the workbench from before these had rows of the trail are left out.
    """
    told, problems, compared = rating_entries(ws), [], 0
    for rating_id, summary, needed in _summaries(ws):
        said = told.pop(rating_id, None)
        compared += said is not None or needed
        if said is None:
            if needed:
                problems.append(_of_rating(rating_id, "has no row of the trail"))
        elif not _agrees(said, summary):
            problems.append(_of_rating(rating_id, "is not what the trail says of it"))
    problems += [_of_rating(each, "is on the trail, but not there any more") for each in told]
    return compared, problems


def _summaries(ws: Workspace) -> Iterator[tuple[str, str, bool]]:
    """Yield each rating given here: its id, what it says, and whether it must have a row."""
    here = machine_id(ws)
    for study in list_studies(ws):
        for rating in ratings_of_study(ws, study.id):
            if rating.machine == here:
                yield rating.id, rating_summary(rating), True
    for given in list_ratings(ws):
        yield given.id, workbench_summary(given), False


def _agrees(said: str, summary: str) -> bool:
    """Say whether all that the trail says of a rating is so; older rows say less."""
    if said == summary:
        return True
    try:
        told, now = msgspec.json.decode(said), msgspec.json.decode(summary)
    except msgspec.DecodeError:
        return False
    # A row from before fingerprints of marks.
    return bool(now.pop("marks_sha256", None) and "marks_sha256" not in told and told == now)


def _of_rating(rating_id: str, what: str) -> TrailProblem:
    return TrailProblem("rating", 0, f"The rating {rating_id} {what}.")


def _problem(fault: TrailFault) -> TrailProblem:
    row = f"Row {fault.seq:,}"
    rows, verb = (f"Rows {fault.seq:,} to {fault.last:,}", "are")
    if fault.last == fault.seq:
        rows, verb = row, "is"
    text = {
        "changed": f"{row} is not as it was written: it, its place or its seal was changed.",
        "missing": f"{rows} {verb} missing.",
        "unsealed": f"{row} has no seal: MedsDesk did not write it, or its seal was taken away.",
        "cut": f"{rows} {verb} missing at the end: the trail was cut off.",
        "head": f"What is noted of the end of the trail, row {fault.seq:,}, was changed.",
        "witness": "No row has the head that you gave: rows were changed or cut off since it was "
        "noted, an older backup was put back, or it is of another workspace.",
    }[fault.kind]
    return TrailProblem(fault.kind, fault.seq, text)


def _notes(chain: ChainCheck) -> Iterator[str]:
    if chain.witnessed:
        yield (
            f"The head that you gave is that of row {chain.witnessed:,}: up to there the trail is "
            "the one it was noted from."
        )
    if chain.set_back:
        rows = ", ".join(f"{seq:,}" for seq in chain.set_back[:5])
        more = f" and {len(chain.set_back) - 5:,} more" if len(chain.set_back) > 5 else ""
        yield (
            f"The clock of the computer was set back before row {rows}{more}: the order of the "
            "rows is right, times there may not be."
        )
    if chain.unchecked:
        yield (
            f"{chain.unchecked:,} rows were sealed with a key in a keyring that does not give it "
            "out here, so they could not be checked."
        )
    if chain.in_keyring:
        yield (
            f"Up to row {chain.in_keyring:,} nobody can have forged the trail who had the file "
            "alone: the key is in the keyring."
        )
