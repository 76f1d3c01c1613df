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
from medsdesk.services.compare_scales import NOT_PERCENT, limits_rows
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.rated_answers import Question, RatedAnswer
from medsdesk.services.rated_tables import rated_tables

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
    same = points(*((n % 5 + 1, 25.0 * (n % 5)) for n in range(20)))
    found = limits_picture(question(), "strict.x", same, HOW)
    assert found.limits is not None
    assert (found.limits.lower, found.limits.upper) == pytest.approx((0, 0), abs=1e-9)
    bad = points(*((6 - p.rating, p.score) for p in same))
    turned = limits_picture(question("harm"), "strict.x", bad, HOW)
    assert turned.differences == pytest.approx([0.0] * 20, abs=1e-9)
    assert limits_picture(question(), "edit.words", same, HOW).gap == NOT_PERCENT


def test_limits_are_those_of_the_whole_comparison() -> None:
    asked = question()
    for n in range(12):
        for model in ("a", "b"):
            key = f"{n}{model}"
            scores = {"strict.x": 8.0 * n + 3 * (model == "a")}
            asked.answers[key] = RatedAnswer(
                f"i{n}", model, model, "C", frozenset(scores), scores, None, output=key, task="t"
            )
            asked.values[key, "R"] = float(1 + (n * 5 + (model == "b")) % 5)
    asked.raters["R"] = 0
    [table] = rated_tables(asked)
    [row] = limits_rows(table, CompareOptions(resamples=HOW[0], seed=HOW[1]))
    found = limits_picture(asked, "strict.x", answer_points(asked, "strict.x"), HOW).limits
    assert found is not None
    for name in ("mean", "lower", "upper"):
        assert getattr(found, name) == pytest.approx(getattr(row, name))
        assert getattr(found, f"{name}_ci95") == pytest.approx(getattr(row, f"{name}_ci95"))


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (points(), answer_pictures.NO_POINTS),
        (points((1, 2), (2, 3)), "Only 2 answers"),
    ],
)
def test_too_little_has_a_sentence(made: tuple[AnswerPoint, ...], says: str) -> None:
    assert (limits_picture(question(), "strict.x", made, HOW).gap or "").startswith(says)


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
