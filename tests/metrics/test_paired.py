"""Paired tests against published examples, enumeration by hand, and what must always hold."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.score import Score
from medsdesk.metrics import paired
from medsdesk.metrics.paired import PairedTest, compare, holm, mcnemar, newcombe
from medsdesk.metrics.summary import summarise


def accuracy(right: bool) -> Score:
    return Score("strict", "accuracy", 100.0 if right else 0.0, "accuracy|agg:mean")


def text(value: float) -> Score:
    return Score("strict", "bleu4", value, "bleu4|agg:mean")


def counted(agg: str, **counts: float) -> Score:
    details = {name.replace("_", ":"): value for name, value in counts.items()}
    return Score("strict", "f1", 0.0, f"f1|agg:{agg}", details=details)


def outcome(first: Sequence[Score], second: Sequence[Score]) -> PairedTest:
    found = compare(zip(first, second, strict=True))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("b", "c", "p"),
    [
        (1, 7, 0.0703125),  # Bentur et al. 2009 in Fagerland, Lydersen and Laake 2014
        (0, 0, 1.0),
        (0, 5, 0.0625),
        (6, 16, 2 * sum(math.comb(22, k) for k in range(7)) / 2**22),
        (3, 3, 1.0),
        (4900, 5100, 0.046585527),
    ],
)
def test_mcnemar_is_the_exact_one(b: int, c: int, p: float) -> None:
    assert mcnemar(b, c) == pytest.approx(p, rel=1e-7)
    assert mcnemar(c, b) == mcnemar(b, c)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_of_many_pairs_goes_on_where_that_of_few_ends(b: int, c: int) -> None:
    exact = mcnemar(b, c)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paired, "_EXACT_UP_TO", -1)
        assert mcnemar(b, c) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # Bentur et al. 2009, as Fagerland, Lydersen and Laake (Stat Med 33, 2014) give it.
        ((1, 1, 7, 12), (-50.7, -2.6)),
        # Altman et al., Statistics with Confidence, 2000, table 6.2.
        ((14, 5, 0, 22), (1.1, 22.6)),
    ],
)
def test_newcombe_gives_the_published_intervals(
    table: tuple[int, int, int, int], expected: tuple[float, float]
) -> None:
    assert newcombe(*table) == pytest.approx(expected, abs=0.06)


@given(*[st.integers(0, 60)] * 4)
def test_newcombe_holds_the_difference_and_turns_round(a: int, b: int, c: int, d: int) -> None:
    if not (n := a + b + c + d):
        return
    low, high = newcombe(a, b, c, d)
    assert -100.0 <= low <= 100.0 * (b - c) / n <= high <= 100.0
    assert high > low
    assert newcombe(a, c, b, d) == pytest.approx((-high, -low))


def test_holm_rejects_three_of_the_fifteen_of_benjamini_and_hochberg() -> None:
    values = [
        0.0201, 0.0001, 0.0459, 0.0004, 0.0019, 0.0095, 0.0278, 0.0298, 0.0344, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0,
    ]  # fmt: skip
    corrected = holm(values)
    assert [v for v, p in zip(values, corrected, strict=True) if p <= 0.05] == [
        0.0001,
        0.0004,
        0.0019,
    ]
    assert corrected[1] == pytest.approx(0.0015)
    assert corrected[4] == pytest.approx(13 * 0.0019)
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_never_lowers_a_value_and_keeps_the_order(values: list[float]) -> None:
    corrected = holm(values)
    for (p, q), (other, r) in itertools.combinations(zip(values, corrected, strict=True), 2):
        assert p <= q <= 1.0
        assert (q <= r) if p < other else (q >= r if p > other else q == r)


def test_right_and_wrong_are_counted_item_by_item() -> None:
    first = [accuracy(bool(n)) for n in [1] * 8 + [1] * 9 + [0] * 2 + [0] * 6]
    second = [accuracy(bool(n)) for n in [1] * 8 + [0] * 9 + [1] * 2 + [0] * 6]
    found = outcome(first, second)
    assert (found.first, found.second, found.difference) == (68.0, 40.0, 28.0)
    assert (found.n, found.differing, found.seed) == (25, 11, None)
    assert found.p == mcnemar(9, 2)
    assert found.ci95 == newcombe(8, 9, 2, 6)
    assert found.method.startswith("mcnemar-exact")


def test_few_items_are_exchanged_in_every_way() -> None:
    """Against all 2^6 sign flips written out with plain Python."""
    gaps = [3.0, -1.0, 4.0, 1.5, 0.0, 2.5]
    found = outcome([text(50.0 + gap) for gap in gaps], [text(50.0) for _ in gaps])
    flips = itertools.product((1, -1), repeat=len(gaps))
    means = [abs(sum(s * g for s, g in zip(signs, gaps, strict=True))) for signs in flips]
    hits = sum(mean >= abs(sum(gaps)) - 1e-9 for mean in means)
    assert found.p == pytest.approx(hits / len(means))
    assert found.method.startswith("exchange-all-32")
    assert (found.n, found.differing) == (6, 5)


COUNTS: tuple[Mapping[str, float], ...] = (
    {"tp": 2, "fp": 1, "fn": 0, "tp_a": 2, "fp_a": 1, "fn_a": 0},
    {"tp": 0, "fp": 2, "fn": 2, "tp_b": 0, "fp_b": 2, "fn_b": 2},
    {"tp": 3, "fp": 0, "fn": 1, "tp_a": 1, "fp_a": 0, "fn_a": 1, "tp_b": 2, "fp_b": 0, "fn_b": 0},
    {"tp": 1, "fp": 0, "fn": 0, "tp_c": 1, "fp_c": 0, "fn_c": 0},
)


@pytest.mark.parametrize("agg", ["micro", "micro-or-0", "macro", "macro-of-10"])
def test_pooled_figures_are_pooled_anew_with_each_exchange(agg: str) -> None:
    """Against ``summarise`` over all exchanges; one run has a label the other lacks."""
    first = [counted(agg, **counts) for counts in COUNTS]
    second = [counted(agg, **COUNTS[n]) for n in (2, 1, 0, 0)]

    def gap(one: Sequence[Score], other: Sequence[Score]) -> float:
        values = [summarise(scores)[0].value for scores in (one, other)]
        assert values[0] is not None
        assert values[1] is not None
        return abs(values[0] - values[1])

    gaps = []
    for turned in itertools.product((False, True), repeat=4):
        rows = [(b, a) if t else (a, b) for a, b, t in zip(first, second, turned, strict=True)]
        gaps.append(gap([a for a, _ in rows], [b for _, b in rows]))
    found = outcome(first, second)
    assert abs(found.difference) == pytest.approx(gap(first, second))
    assert found.p == pytest.approx(statistics.fmean(g >= gaps[0] - 1e-9 for g in gaps))


def test_many_items_are_exchanged_at_random_and_the_same_each_time() -> None:
    first = [text(40.0 + (n * 7) % 23) for n in range(200)]
    same = [text(40.0 + (n * 7 + 11) % 23) for n in range(200)]
    worse = [text(40.0 + (n * 7) % 23 - (n % 3)) for n in range(200)]
    assert outcome(first, same) == outcome(first, same)
    assert outcome(first, same).p > 0.2
    found = outcome(first, worse)
    assert found.p == pytest.approx(1 / 10_001)
    assert found.ci95 is not None
    assert found.ci95[0] > 0
    assert found.ci95[0] < found.difference < found.ci95[1]
    assert found.method.startswith("exchange-random-10000|interval:paired-bootstrap")


def test_a_random_exchange_comes_near_the_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first = [text(50.0 + gap) for gap in (3, -1, 4, 1.5, -2, 2.5, 1, -3, 2, 2)]
    second = [text(50.0)] * 10
    exact = outcome(first, second).p
    monkeypatch.setattr(paired, "ENUMERATED", 0)
    assert outcome(first, second).p == pytest.approx(exact, abs=0.02)


def test_runs_that_are_alike_are_not_told_apart() -> None:
    scores = [text(float(n)) for n in range(30)]
    found = outcome(scores, scores)
    assert (found.p, found.differing, found.difference) == (1.0, 0, 0.0)
    assert found.ci95 == (0.0, 0.0)
    right = [accuracy(True)] * 30
    assert outcome(right, right).p == 1.0
    interval = outcome(right, right).ci95
    assert interval is not None
    assert interval[1] > 10


@given(st.lists(st.tuples(*[st.floats(0, 100)] * 2), min_size=1, max_size=15))
def test_the_order_of_the_runs_turns_the_sign_alone(values: list[tuple[float, float]]) -> None:
    first, second = [text(a) for a, _ in values], [text(b) for _, b in values]
    one, other = outcome(first, second), outcome(second, first)
    assert one.difference == -other.difference
    assert one.p == pytest.approx(other.p, abs=0.03)
    assert 0 < one.p <= 1
    if one.ci95 is None or other.ci95 is None:
        assert one.n < paired.FEWEST
    else:
        assert one.ci95 == pytest.approx((-other.ci95[1], -other.ci95[0]))


def test_the_level_is_kept_where_there_is_no_difference() -> None:
    """Of 200 pairs of runs that differ by chance alone, about one in twenty is called different."""
    import numpy as np

    random = np.random.default_rng(7)
    calls = 0
    for _ in range(200):
        table = random.normal(50, 10, (2, 9))
        calls += outcome(*([text(float(v)) for v in row] for row in table)).p <= 0.05
    assert 2 <= calls <= 20


def test_no_pair_is_no_test() -> None:
    assert compare(()) is None


def test_few_items_of_a_graded_figure_have_no_interval() -> None:
    nine = [text(float(n)) for n in range(9)]
    assert outcome(nine, nine[::-1]).ci95 is None
    assert outcome([*nine, text(9.0)], [*nine[::-1], text(9.0)]).ci95 is not None
    found = outcome([text(10.0)], [text(20.0)])
    assert (found.n, found.ci95, found.p) == (1, None, 1.0)
