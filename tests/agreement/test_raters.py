"""The coefficient that fits is chosen by scale and design, and refused in words."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement import raters
from medsdesk.agreement.alpha import LEVELS, Level
from medsdesk.agreement.figures import Figure
from medsdesk.agreement.raters import intra_rater, rater_agreement, why
from medsdesk.agreement.resampling import jackknife
from tests.agreement.worked import FOUR_JUDGES, FOUR_RATERS, Floats

GAP = np.nan


def _named(figures: tuple[Figure, ...]) -> dict[str, Figure]:
    return {figure.statistic: figure for figure in figures}


@pytest.mark.parametrize(
    ("level", "expected"),
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_gaps_call_for_alpha(level: Level, expected: float) -> None:
    figures = rater_agreement(FOUR_RATERS, level, resamples=200)
    first = figures[0]
    assert first.statistic == f"krippendorff_alpha_{level}"
    assert first.value == pytest.approx(expected, abs=1e-6)
    assert (first.n_items, first.n_raters, first.n_models) == (11, 4, 0)
    assert first.interval == "bootstrap-bca|over:items|resamples:200|seed:20240822"
    assert first.ci95 is not None
    assert first.ci95[0] < expected < first.ci95[1]
    assert first.note is not None
    assert first.note.startswith("Few items (11)")
    assert f"alpha with {level} distances" in why(level, FOUR_RATERS)
    if level != "nominal":
        assert _named(figures)["icc_2_1"].note == raters.GAPS


@pytest.mark.parametrize("level", ["interval", "ratio"])
def test_complete_tables_with_even_steps_call_for_the_icc(level: Level) -> None:
    figures = rater_agreement(FOUR_JUDGES, level, resamples=200)
    names = [figure.statistic for figure in figures]
    assert names == ["icc_2_1", "icc_2_k", f"krippendorff_alpha_{level}"]
    assert figures[0].value == pytest.approx(0.289764, abs=1e-6)
    assert figures[1].value == pytest.approx(0.620051, abs=1e-6)
    assert figures[0].interval == raters.F_DISTRIBUTION
    assert "intraclass" in why(level, FOUR_JUDGES)


def test_two_raters_get_kappa_and_rare_categories_gwet() -> None:
    ordinal = _named(rater_agreement(FOUR_RATERS[:, :2], "ordinal", (1, 2, 3, 4, 5), 200))
    assert list(ordinal) == [
        "krippendorff_alpha_ordinal",
        "weighted_kappa_quadratic",
        "weighted_kappa_linear",
        "gwet_ac2_quadratic",
        "icc_2_1",
        "icc_2_k",
    ]
    nominal = _named(rater_agreement(FOUR_RATERS[:, :2], "nominal", (), 200))
    assert list(nominal) == [
        "krippendorff_alpha_nominal",
        "cohen_kappa",
        "gwet_ac1",
        "randolph_kappa",
    ]
    assert all(figure.value is not None for figure in nominal.values())
    note = ordinal["icc_2_1"].note
    assert note is not None
    assert note.startswith(raters.EVEN_STEPS)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([[1, GAP], [2, GAP], [3, GAP]], raters.ONE_RATER),
        ([[1, GAP], [GAP, 2], [3, GAP]], raters.NO_OVERLAP),
        ([[1, 2], [GAP, 2], [3, GAP]], "Only 1 items were rated by two raters"),
        ([[4, 4], [4, 4], [4, 4], [1, GAP]], raters.CONSTANT),
    ],
)
def test_what_is_not_defined_is_refused_in_words(
    table: list[list[float]], sentence: str, level: Level
) -> None:
    (figure,) = rater_agreement(np.array(table), level)
    assert (figure.value, figure.ci95) == (None, None)
    assert figure.note is not None
    assert figure.note.startswith(sentence)


def test_negative_values_are_no_ratio_scale() -> None:
    figures = rater_agreement(np.array([[-1, 2, GAP], [3, 4, 4], [5, 5, 6]]), "ratio", (), 200)
    assert figures[0].statistic == "krippendorff_alpha_interval"
    assert figures[0].note is not None
    assert figures[0].note.startswith(raters.NEGATIVE)


def test_raters_who_alone_differ_have_no_icc() -> None:
    figures = rater_agreement(np.array([[1.0, 2.0]] * 4), "interval", (), 200)
    assert figures[0].statistic == "krippendorff_alpha_interval"
    assert _named(figures)["icc_2_1"].note == raters.NO_VARIATION


def test_a_rater_who_shares_nothing_does_not_count() -> None:
    table = np.column_stack([FOUR_JUDGES, np.full(6, GAP)])
    table = np.vstack([table, [GAP, GAP, GAP, GAP, 5]])
    first = rater_agreement(table, "interval", (), 200)[0]
    assert (first.statistic, first.n_raters, first.n_items) == ("icc_2_1", 4, 6)


def test_the_same_data_and_seed_give_the_same_again() -> None:
    first, again, other = (
        rater_agreement(FOUR_RATERS, "ordinal", (), 200, seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first[0].value == other[0].value
    assert first[0].ci95 != other[0].ci95


def _repeats(n: int, wrong: int) -> tuple[Floats, Floats]:
    first: Floats = np.arange(n, dtype=np.float64) % 4 + 1
    second = first.copy()
    second[:wrong] = 5 - second[:wrong]
    return first, second


def test_a_rater_is_compared_with_himself() -> None:
    kappa, same = intra_rater(*_repeats(40, 4), "ordinal", 200)
    assert (kappa.statistic, same.statistic) == (
        "intra_rater_kappa_quadratic",
        "intra_rater_same_value",
    )
    assert same.value == pytest.approx(36 / 40)
    assert kappa.value is not None
    assert 0.5 < kappa.value < 1
    assert intra_rater(*_repeats(40, 4), "nominal", 200)[0].statistic.endswith("identity")


def test_whole_agreement_has_no_interval_and_says_so() -> None:
    kappa, same = intra_rater(*_repeats(40, 0), "ordinal", 200)
    for figure in (kappa, same):
        assert figure.value == pytest.approx(1)
        assert (figure.ci95, figure.interval) == (None, "")
        assert figure.note == raters.NO_INTERVAL


def test_a_rater_who_knows_one_value_has_no_kappa() -> None:
    kappa, same = intra_rater(np.full(9, 3.0), np.full(9, 3.0), "ordinal", 200)
    assert (kappa.value, kappa.note) == (None, raters.CONSTANT)
    assert same.value == 1


@pytest.mark.parametrize(("n", "sentence"), [(0, raters.NO_REPEAT), (2, "Only 2 items")])
def test_few_repeats_are_refused(n: int, sentence: str) -> None:
    for figure in intra_rater(*_repeats(n, 0), "ordinal"):
        assert figure.value is None
        assert figure.note is not None
        assert figure.note.startswith(sentence)


def test_answers_to_one_item_are_drawn_together() -> None:
    """Four answers to each item that are rated alike say no more than one."""
    random = np.random.default_rng(1)
    once = np.clip(np.round(random.normal(3, 1, (60, 1)) + random.normal(0, 1, (60, 3))), 1, 5)
    table, items = np.repeat(once, 4, axis=0), np.repeat(np.arange(60), 4)
    alone, together, apart = (
        rater_agreement(each, "ordinal", resamples=300, items=of)[0]
        for each, of in ((once, None), (table, items), (table, None))
    )
    widths = [high - low for low, high in (f.ci95 or (0, 0) for f in (alone, together, apart))]
    assert widths[1] == pytest.approx(widths[0], rel=0.1)
    assert widths[2] < 0.65 * widths[0]
    one = rater_agreement(table[:8], "ordinal", items=np.zeros(8, dtype=np.intp))[0]
    assert one.ci95 is None


def test_very_many_things_are_left_out_in_groups() -> None:
    random = np.random.default_rng(2)
    values = random.exponential(1, 2500)
    found = jackknife(2500, lambda draws: draws @ values / draws.sum(axis=1))
    apart = found.mean() - found
    skew = (apart**3).sum() / (6 * (apart**2).sum() ** 1.5)
    each = values - values.mean()
    assert len(found) == 1000
    assert skew == pytest.approx((each**3).sum() / (6 * (each**2).sum() ** 1.5), rel=0.35)
