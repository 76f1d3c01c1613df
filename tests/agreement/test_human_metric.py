"""A metric that follows people is found, a random one is not, and traps are told."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement import human_metric
from medsdesk.agreement.figures import Figure
from medsdesk.agreement.human_metric import Comparison, Settings
from medsdesk.agreement.permutation import two_sided
from medsdesk.agreement.ranks import spearman
from tests.agreement.worked import Floats

QUICK = Settings(resamples=300, n_raters=2)
GAP = np.nan


def _study(
    seed: int, items: int = 40, models: int = 6, noise: float = 1.0
) -> tuple[Floats, Floats]:
    random = np.random.default_rng(seed)
    latent = random.normal(0, 1, (items, models))
    human = np.clip(np.round(latent * 1.2 + 3), 1, 5)
    return human, latent + random.normal(0, noise, latent.shape)


def _figures(
    human: Floats, metric: Floats, settings: Settings = QUICK, *, better: bool = True
) -> dict[str, Figure]:
    compared = Comparison(human, metric, settings, higher_is_better=better)
    figures = (*compared.order_figures(), compared.ranking_figure(), *compared.pooled_figures())
    return {figure.statistic: figure for figure in figures}


def test_a_planted_metric_is_found_and_a_random_one_is_not() -> None:
    human, near = _study(1, noise=0.5)
    far = np.random.default_rng(9).normal(0, 1, human.shape)
    found, chance = _figures(human, near), _figures(human, far)
    for name in ("kendall_tau_b_by_item", "spearman_by_item", "spearman_pooled"):
        assert found[name].value is not None
        assert (found[name].value or 0) > 0.5
        low, high = found[name].ci95 or (0, 0)
        assert 0 < low < (found[name].value or 0) < high
        low, high = chance[name].ci95 or (0, 0)
        assert low < 0 < high
    assert found["kendall_tau_b_by_item"].p_value == 1 / 1001
    assert (chance["kendall_tau_b_by_item"].p_value or 0) > 0.05
    assert (found["acc_eq_star"].value or 0) > (chance["acc_eq_star"].value or 1)


def test_every_figure_tells_of_what_it_is_made() -> None:
    human, metric = _study(2)
    for figure in _figures(human, metric).values():
        assert (figure.n_items, figure.n_models, figure.n_raters) == (40, 6, 2)
        assert figure.interval == "bootstrap-percentile|over:items|resamples:300|seed:20240822"
    accuracy = _figures(human, metric)["acc_eq_star"]
    assert accuracy.note is not None
    assert accuracy.note.startswith("Scores that differ by up to ")
    assert human_metric.FITTED in accuracy.note


def test_harm_is_judged_the_other_way_round() -> None:
    human, metric = _study(3, noise=0.4)
    good, harm = _figures(human, metric), _figures(6 - human, metric, better=False)
    for name in ("acc_eq_star", "acc_eq_star_held_out"):
        assert harm[name].value == pytest.approx(good[name].value)
    assert harm["spa"].value == pytest.approx(good["spa"].value, abs=0.01)
    assert harm["kendall_tau_b_by_item"].value == pytest.approx(
        -(good["kendall_tau_b_by_item"].value or 0)
    )


@pytest.mark.parametrize("over", ["models", "both"])
def test_models_can_be_resampled_too(over: human_metric.Over) -> None:
    human, metric = _study(4)
    wide, narrow = (
        _figures(human, metric, Settings(each, 300, n_raters=1)) for each in (over, "items")
    )
    for name in ("kendall_tau_b_by_item", "acc_eq_star", "spearman_by_item"):
        assert f"over:{over}" in wide[name].interval
        assert wide[name].value == narrow[name].value
        assert wide[name].ci95 != narrow[name].ci95


def test_few_models_are_not_resampled_and_the_ranking_says_so() -> None:
    human, metric = _study(5, models=3)
    found = _figures(human, metric, Settings("both", 200))
    assert "over:items" in found["kendall_tau_b_by_item"].interval
    assert found["spa"].note == human_metric.FEW_MODELS.format(n=3)


def test_simpsons_paradox_is_told() -> None:
    """Hard inputs get low ratings and high scores; within each input it is the reverse."""
    random = np.random.default_rng(6)
    level = np.linspace(-6, 6, 40)[:, None]
    inside = random.normal(0, 1, (40, 4))
    found = _figures(level + inside, -level + inside + random.normal(0, 0.2, (40, 4)))
    by_item, pooled = found["kendall_tau_b_by_item"], found["spearman_pooled"]
    assert (by_item.value or 0) > 0.5
    assert (pooled.value or 0) < -0.5
    assert human_metric.AGAINST in (pooled.note or "")
    human, metric = _study(7)
    assert _figures(human, metric)["spearman_pooled"].note == human_metric.MIXED


def test_one_answer_per_item_can_only_be_pooled() -> None:
    human, metric = _study(8, models=1, items=60)
    found = _figures(human, metric)
    for name in ("kendall_tau_b_by_item", "acc_eq_star", "spearman_by_item", "spa"):
        assert (found[name].value, found[name].note) == (None, human_metric.ONE_EACH)
    pooled = found["spearman_pooled"]
    assert pooled.value == pytest.approx(spearman(human[:, 0], metric[:, 0]))
    assert pooled.note == human_metric.ONE_EACH


def test_too_little_gives_a_sentence_and_no_number() -> None:
    found = _figures(np.array([[1.0, 2], [2, 3]]), np.array([[1.0, 2], [GAP, 3]]))
    assert all(figure.value is None for figure in found.values())
    assert (found["acc_eq_star"].note or "").startswith("Only 1 items")
    assert (found["spearman_pooled"].note or "").startswith("Only 3 answers")
    nothing = _figures(np.full((4, 3), GAP), np.ones((4, 3)))
    assert (nothing["spa"].note or "").startswith("Only 0 items")


def test_equal_ratings_have_no_order_but_an_accuracy() -> None:
    human = np.full((35, 4), 3.0)
    found = _figures(human, np.random.default_rng(1).normal(0, 1, human.shape))
    assert found["kendall_tau_b_by_item"].note == human_metric.NO_ORDER
    assert found["spearman_pooled"].note == human_metric.CONSTANT
    assert found["acc_eq_star"].value == 1.0
    assert found["acc_eq_star"].ci95 is None


def test_items_without_an_order_are_counted_and_left_out() -> None:
    human, metric = _study(10)
    human[:5] = 2.0
    by_item = _figures(human, metric)["kendall_tau_b_by_item"]
    assert by_item.n_items == 35
    assert by_item.note == human_metric.LEFT_OUT.format(n=5)


def test_gaps_are_left_out() -> None:
    human, metric = _study(11)
    gapped = np.vstack([human, np.full((1, 6), GAP)])
    scored = np.vstack([metric, np.zeros((1, 6))])
    assert _figures(gapped, scored) == _figures(human, metric)


def test_length_can_be_held_constant() -> None:
    random = np.random.default_rng(12)
    length = random.normal(100, 30, (60, 3))
    human, metric = (length + random.normal(0, 10, length.shape) for _ in range(2))
    compared = Comparison(human, metric, QUICK)
    pooled, partial = compared.pooled_figures(length)
    assert (pooled.value or 0) > 0.8
    assert abs(partial.value or 1) < 0.3
    low, high = partial.ci95 or (1, 1)
    assert low < (partial.value or 1) < high
    gapped = length.copy()
    gapped[0, 0] = GAP
    assert [f.statistic for f in compared.pooled_figures(gapped)] == ["spearman_pooled"]
    few = Comparison(human[:1], metric[:1], QUICK)
    assert [f.value for f in few.pooled_figures(length[:1])] == [None, None]


def _area(human: Floats, metric: Floats, least: float, *, better: bool = True) -> Figure:
    compared = Comparison(human, metric, QUICK, higher_is_better=better)
    return compared.acceptable_figure(compared.cut_at(least))


def test_unacceptable_answers_can_be_told_by_low_scores() -> None:
    human, metric = _study(13, items=80, noise=0.4)
    found = _area(human, metric, 3)
    assert (found.value or 0) > 0.8
    assert (found.note or "").startswith("Flagging scores up to ")
    assert "of those spared" in (found.note or "")
    harm = _area(6 - human, metric, 3, better=False)
    assert harm.value == pytest.approx(found.value)
    none = _area(human, metric, 0)
    assert none.note == human_metric.ONE_KIND
    few = _area(human[:1, :2], metric[:1, :2], 3)
    assert (few.note or "").startswith("Only 2 answers")


def test_a_threshold_that_flags_all_spares_none() -> None:
    human, metric = np.array([[1.0, 5, 5, 5, 1]]), np.array([[9.0, 1, 2, 3, 4]])
    found = _area(human, metric, 3)
    assert "spares 0% of the acceptable ones." in (found.note or "")


def test_taus_stand_at_the_items_given() -> None:
    human, metric = _study(14)
    human[3] = GAP
    taus = Comparison(human, metric, QUICK).taus
    assert taus.shape == (40,)
    assert np.isnan(taus[3])
    assert two_sided(taus) < 0.01
