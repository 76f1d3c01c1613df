"""Answers beside a metric: limits of agreement, curves and the farthest apart, worked by hand."""

from __future__ import annotations

import pytest

from medsdesk.services import answer_pictures
from medsdesk.services.answer_pictures import (
    AnswerPoint,
    answer_points,
    disagreements,
    limits_picture,
    roc_picture,
)
from medsdesk.services.rated_answers import Question, RatedAnswer

HOW = (200, 1)


def question(criterion: str = "useful", level: str = "ordinal") -> Question:
    return Question("S", "form", criterion, level, (1.0, 2.0, 3.0, 4.0, 5.0))  # type: ignore[arg-type]  # a plain string here


def points(*pairs: tuple[float, float]) -> tuple[AnswerPoint, ...]:
    return tuple(
        AnswerPoint(f"o{n}", f"i{n}", "task1", "m", "C", rating, 2, score)
        for n, (rating, score) in enumerate(pairs)
    )


def test_points_are_answers_with_rating_and_score() -> None:
    asked = question()
    for name, scores in (("a", {"x": 1.0}), ("b", {})):
        asked.answers[name] = RatedAnswer(
            name, "m", "m", "C", frozenset("x"), scores, None, output=f"o-{name}", task="t"
        )
        asked.values[name, "R1"], asked.values[name, "R2"] = 2.0, 5.0
    assert answer_points(asked, "x") == (AnswerPoint("o-a", "a", "t", "m", "C", 3.5, 2, 1.0),)
    assert answer_points(question(level="nominal"), "x") == ()


def test_a_metric_that_is_the_rating_has_no_limits_apart() -> None:
    same = points(*((n % 5 + 1, 20.0 * (n % 5 + 1)) for n in range(20)))
    found = limits_picture(question(), "x", same)
    assert found.limits is not None
    assert (found.limits.lower, found.limits.upper) == pytest.approx((0, 0), abs=1e-9)
    turned = limits_picture(question("harm"), "x", points(*((p.rating, -p.score) for p in same)))
    assert turned.differences == pytest.approx([0.0] * 20, abs=1e-9)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (points(), answer_pictures.NO_POINTS),
        (points((1, 2), (2, 3)), "Only 2 answers"),
        (points(*[(3, n) for n in range(6)]), answer_pictures.ALIKE),
    ],
)
def test_too_little_has_a_sentence(made: tuple[AnswerPoint, ...], says: str) -> None:
    assert (limits_picture(question(), "x", made).gap or "").startswith(says)


def test_a_curve_finds_what_low_scores_flag() -> None:
    made = points((1, 10), (2, 20), (2, 60), (4, 30), (5, 80), (5, 90))
    found = roc_picture(question(), "x", made, 3.0, HOW)
    assert found.area == pytest.approx(8 / 9)
    assert found.unacceptable == 3
    assert found.threshold is not None
    assert (found.threshold.value, found.threshold.sensitivity) == (60.0, 1.0)
    # Where low scores are good, and high ratings bad, all is turned and nothing changes.
    turned = points(*((6 - p.rating, -p.score) for p in made))
    again = roc_picture(question("harm"), "errors.total", turned, 3.0, HOW)
    assert again.area == pytest.approx(8 / 9)
    assert again.threshold is not None
    assert again.threshold.value == -60.0
    assert roc_picture(question(), "x", made, 1.0, HOW).gap == answer_pictures.ONE_KIND


def test_the_middle_of_the_scale_is_acceptable_where_nobody_says() -> None:
    assert answer_pictures.acceptable_from(question()) == 3.0


def test_the_farthest_apart_come_first_on_either_side() -> None:
    made = points((1, 50), (2, 20), (3, 30), (4, 40), (5, 10))
    found = disagreements(question(), "x", made)
    assert [(each.point.item, round(each.apart, 2)) for each in found[:1]] == [("i0", 0.8)]
    assert [round(each.apart, 2) for each in found if each.apart < 0] == [-0.8]
    same = points(*((n, 2 * n) for n in range(6)))
    assert disagreements(question(), "x", same) == ()
    assert disagreements(question("harm"), "x", points(*((-n, n) for n in range(6)))) == ()
