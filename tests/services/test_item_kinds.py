"""What is the matter with an item is said once, and by these rules."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from medsdesk.cli.item_verbs import FILTER_NAMES
from medsdesk.core.generation import FinishReason
from medsdesk.metrics.item import EMPTY, NO_REFERENCE, UNDEFINED
from medsdesk.services.item_kinds import FILTERS, Kind, ScoreMark, kinds_of, leading

NONE = Kind(0)


def strict(value: float | None, reason: str | None = None, metric: str = "accuracy") -> ScoreMark:
    return ("strict", metric, value, reason)


def paper(value: float, metric: str = "accuracy") -> ScoreMark:
    return ("medsbench", metric, value, None)


@pytest.mark.parametrize(
    ("state", "end", "cut", "scores", "expected"),
    [
        ("done", "stop", 0, [strict(100.0), paper(100.0)], Kind.RIGHT),
        ("done", "stop", 0, [strict(0.0), paper(0.0)], Kind.WRONG),
        ("done", "stop", 0, [strict(0.0), paper(100.0)], Kind.WRONG | Kind.DISAGREE),
        ("done", "stop", 0, [strict(100.0), paper(0.0)], Kind.RIGHT | Kind.DISAGREE),
        ("done", "stop", 0, [strict(None, "no option"), paper(0.0)], Kind.UNPARSED),
        ("done", "stop", 0, [strict(None, EMPTY), paper(100.0)], Kind.UNPARSED | Kind.DISAGREE),
        ("done", "stop", 0, [strict(None, NO_REFERENCE)], NONE),
        ("done", "stop", 0, [strict(None, UNDEFINED, "none")], NONE),
        ("done", "stop", 0, [], NONE),
        ("done", "stop", 0, [strict(12.0, metric="rouge_l_f"), paper(3.0, "rouge")], NONE),
        ("done", "stop", 0, [strict(None, EMPTY, "f1")], Kind.UNPARSED),
        ("done", "length", 0, [strict(0.0)], Kind.TRUNCATED | Kind.WRONG),
        ("done", "stop", 7, [strict(100.0)], Kind.TRUNCATED | Kind.RIGHT),
        ("done", "cancelled", 0, [strict(None, "the answer is incomplete")], Kind.INCOMPLETE),
        ("done", "died", 3, [], Kind.INCOMPLETE | Kind.TRUNCATED),
        ("failed", None, None, [], Kind.FAILED),
        ("pending", None, None, [], Kind.WAITING),
    ],
)
def test_kinds(
    state: str,
    end: FinishReason | None,
    cut: int | None,
    scores: Sequence[ScoreMark],
    expected: Kind,
) -> None:
    assert Kind(kinds_of(state, end, cut, scores)) == expected


def test_every_kind_can_be_asked_for() -> None:
    assert set(FILTERS.values()) == set(Kind)


def test_the_command_line_offers_every_kind() -> None:
    assert tuple(FILTERS) == FILTER_NAMES


def test_the_leading_score_is_the_same_in_any_order() -> None:
    marks = [strict(30.0, metric="f1"), strict(0.0), strict(1.0, metric="precision")]
    assert leading(marks) == leading(marks[::-1]) == strict(0.0)
    assert leading([*marks, paper(5.0, "rouge")], "medsbench") == paper(5.0, "rouge")
    assert leading([]) is None
