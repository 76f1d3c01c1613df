"""Models ranked by clinicians, by metrics, and by who was preferred in pairs."""

from __future__ import annotations

import pytest

from medsdesk.services import rank_models as service
from medsdesk.services.rank_models import CLINICIANS, Ranking, rank_models
from medsdesk.services.rated_answers import Question, RatedAnswer


def question(values: dict[tuple[str, str], tuple[float, float]], criterion: str = "q") -> Question:
    """Make a question of ratings and scores by item and model."""
    made = Question("S", "form", criterion, "ordinal")
    for (item, model), (rating, score) in values.items():
        key = f"{item}-{model}"
        made.answers[key] = RatedAnswer(
            item, model, model, "C", frozenset("x"), {"x": score, "errors.total": -score}, None
        )
        made.values[key, "R"] = rating
    return made


def ranks(found: Ranking, judge: str) -> dict[str, float]:
    return {place.model: place.rank for place in found.places if place.judge == judge}


def made(items: int) -> dict[tuple[str, str], tuple[float, float]]:
    rated = {
        (f"i{n}", m): (r, s) for n in range(items) for m, r, s in (("a", 2.0, 9.0), ("b", 4.0, 5.0))
    }
    return rated | {(f"i{n}", "c"): (4.0, 1.0) for n in range(items)}


def test_clinicians_and_metrics_side_by_side_with_shared_ranks() -> None:
    found = rank_models(question(made(4)), ["x", "errors.total"])
    assert ranks(found, CLINICIANS) == {"a": 3.0, "b": 1.5, "c": 1.5}
    assert ranks(found, "x") == {"a": 1.0, "b": 2.0, "c": 3.0}
    assert ranks(found, "errors.total") == ranks(found, "x")
    assert found.note == service.SOME_ITEMS.format(n=4)
    assert found.models[-1] == "a"


def test_a_question_on_harm_ranks_the_lowest_first() -> None:
    assert ranks(rank_models(question(made(4), "harm"), []), CLINICIANS)["a"] == 1.0


def test_only_items_that_all_models_have_count_where_there_are_enough() -> None:
    values = made(4) | {("easy", "a"): (5.0, 100.0)}
    found = rank_models(question(values), ["x"])
    assert {place.n for place in found.places} == {4}
    assert service.ALL_ITEMS.format(least=3) == rank_models(question(made(2)), []).note


def test_pairs_are_ranked_by_who_was_preferred() -> None:
    asked = Question("S", "pair", "better", "ordinal")
    wins = (
        [("a", "b", 2)] * 3 + [("b", "a", 1)] + [("b", "c", 1)] * 2 + [("c", "b", 2), ("a", "c", 0)]
    )
    for n, (one, other, value) in enumerate(wins):
        for model, given, mirrored in ((one, value, False), (other, -value, True)):
            key = f"{n}-{model}"
            asked.answers[key] = RatedAnswer(
                f"p{n}", model, model, "C", frozenset(), {}, None, mirrored=mirrored
            )
            asked.values[key, "R"] = float(given)
    found = rank_models(asked, [])
    assert ranks(found, CLINICIANS) == {"a": 1.0, "b": 2.0, "c": 3.0}
    assert (found.note or "").startswith(service.PAIRED)


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_what_cannot_be_ranked_has_a_sentence(level: str) -> None:
    one = question({("i", "a"): (1, 1)})
    one.level = level  # type: ignore[assignment]  # a plain string here
    assert rank_models(one, ["x"]).gap in (service.NOMINAL, service.ONE_MODEL)
