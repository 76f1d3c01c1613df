"""What can be the matter with an item, said in one place: wrong, unparsed, truncated and so on."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag

from medsdesk.core.generation import FinishReason
from medsdesk.metrics.item import NO_REFERENCE, UNDEFINED
from medsdesk.metrics.judgement import LEADING, disagree, right_by_protocol
from medsdesk.metrics.strict import PROTOCOL

ScoreMark = tuple[str, str, float | None, str | None]
"""Protocol, metric, value and reason of a score."""


class Kind(IntFlag):
    """What an item is; it can be several things at once.

    Attributes:
        RIGHT: The strict protocol judges right or wrong, and calls the answer right.
        WRONG: It calls the answer wrong. An answer without a score is never wrong, and figures
            of more or less (names, texts) are not called right or wrong.
        UNPARSED: The answer is whole and there is a reference, but the strict protocol has no
            score: what it asks for could not be read out of the answer.
        TRUNCATED: The answer ended at the limit of new tokens, or the prompt was cut to fit.
        FAILED: There is no answer, and there was a reason.
        INCOMPLETE: The answer was stopped, or the engine ended while it was written.
        DISAGREE: One protocol calls the answer right and the other does not.
        WAITING: The item's turn has not come yet.
    """

    RIGHT = 1
    WRONG = 2
    UNPARSED = 4
    TRUNCATED = 8
    FAILED = 16
    INCOMPLETE = 32
    DISAGREE = 64
    WAITING = 128


FILTERS = {
    "wrong": Kind.WRONG,
    "unparsed": Kind.UNPARSED,
    "truncated": Kind.TRUNCATED,
    "failed": Kind.FAILED,
    "disagree": Kind.DISAGREE,
    "incomplete": Kind.INCOMPLETE,
    "waiting": Kind.WAITING,
    "right": Kind.RIGHT,
}
"""The kinds that items are sorted out by, under the names of the command line."""

# Without these there is nothing that an answer could have been read for.
_NOTHING_TO_READ = frozenset((NO_REFERENCE, UNDEFINED))
# Plain numbers: they are worked out for every item of a run before any is shown.
_RIGHT, _WRONG, _UNPARSED, _TRUNCATED, _FAILED, _INCOMPLETE, _DISAGREE, _WAITING = map(int, Kind)
_WITHOUT_ANSWER = {"failed": _FAILED, "pending": _WAITING}


def kinds_of(
    state: str, end: FinishReason | None, cut_tokens: int | None, scores: Iterable[ScoreMark]
) -> int:
    """Return what an item is, as the sum of its kinds.

    Args:
        state: Of the item in its run.
        end: How the answer ended; None without one.
        cut_tokens: Tokens cut from the prompt.
        scores: The latest score of each metric, those of ``LEADING`` at least.
    """
    if state in _WITHOUT_ANSWER:
        return _WITHOUT_ANSWER[state]
    kinds = 0
    if end == "length" or cut_tokens:
        kinds |= _TRUNCATED
    if end in ("cancelled", "died"):
        return kinds | _INCOMPLETE
    held = tuple(scores)
    right = right_by_protocol((protocol, metric, value) for protocol, metric, value, _ in held)
    own = leading(held)
    if own is not None and own[2] is None:
        if own[3] not in _NOTHING_TO_READ:
            kinds |= _UNPARSED
    elif PROTOCOL in right:
        kinds |= _RIGHT if right[PROTOCOL] else _WRONG
    return kinds | _DISAGREE if disagree(right) else kinds


def leading(scores: Iterable[ScoreMark], protocol: str = PROTOCOL) -> ScoreMark | None:
    """Return the score that stands for a protocol where there is room for one."""
    own = [score for score in scores if score[0] == protocol and score[1] in LEADING]
    return min(own, key=lambda score: LEADING.index(score[1]), default=None)
