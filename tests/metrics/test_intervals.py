"""Intervals, against published figures and by their behaviour."""

from __future__ import annotations

import pytest

from medsdesk.core.score import Score
from medsdesk.metrics import intervals
from medsdesk.metrics.intervals import BOOTSTRAP, WILSON, bootstrap, ci95, method, of_mean, wilson
from medsdesk.metrics.summary import summarise


def made(metric: str, value: float | None, agg: str, **counts: float) -> Score:
    details = {key.replace("_", ":"): count for key, count in counts.items()}
    return Score("p", metric, value, f"{metric}|agg:{agg}", details=details)


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (81, 263, 25.53, 36.62),  # Newcombe, Statistics in Medicine 1998, table I, method 3
        (15, 148, 6.24, 16.05),
        (0, 20, 0.0, 16.11),
        (1, 29, 0.61, 17.18),
        (20, 20, 83.89, 100.0),
    ],
)
def test_wilson_as_published(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right, n) == pytest.approx((low, high), abs=0.006)


def test_accuracy_gets_wilson_over_scored_items() -> None:
    items = [made("accuracy", value, "mean") for value in (100.0, 0.0, None, 100.0)]
    assert ci95(items) == wilson(2, 3)
    assert (method("accuracy"), method("f1")) == (WILSON, BOOTSTRAP)


def test_nothing_and_a_single_item_have_no_bootstrap() -> None:
    assert ci95([]) is None
    assert ci95([made("bleu1", None, "mean")]) is None
    assert ci95([made("bleu1", 5.0, "mean")]) is None


def test_mean_is_near_the_normal_interval() -> None:
    values = [float(value % 100) for value in range(0, 4000, 7)]
    low, high = bootstrap([made("bleu1", value, "mean") for value in values])
    # s = 28.9, n = 572: 49.5 +- 1.96 * 1.21
    assert (low, high) == pytest.approx((47.1, 51.9), abs=0.4)


def test_the_same_items_give_the_same_interval_again() -> None:
    items = [made("rouge", value, "mean") for value in (1.0, 50.0, 70.0)]
    assert bootstrap(items) == bootstrap(list(items))


COUNTED: list[dict[str, float]] = [
    {
        "tp": 2,
        "fp": 1,
        "fn": 0,
        "tp_a": 2,
        "fp_a": 1,
        "fn_a": 0,
        "tp_partial": 2.5,
        "fp_partial": 0.5,
    },
    {"tp": 0, "fp": 0, "fn": 2, "tp_b": 0, "fp_b": 0, "fn_b": 2},
    {"tp": 3, "fp": 0, "fn": 1, "tp_a": 1, "fp_a": 0, "fn_a": 1, "tp_b": 2, "fp_b": 0, "fn_b": 0},
    {"tp": 0, "fp": 0, "fn": 0},
]


@pytest.mark.parametrize("agg", ["micro", "micro-or-0", "macro", "macro-of-10", "micro-partial"])
@pytest.mark.parametrize("metric", ["precision", "recall", "f1"])
def test_a_resample_of_each_item_once_gives_the_figure_itself(metric: str, agg: str) -> None:
    """The vectorised figures equal those of ``summarise``, which are tested by hand."""
    import numpy as np

    if agg == "micro-partial":
        metric = f"partial_{metric}"
    for some in (COUNTED, COUNTED[:1], COUNTED[1:2]):
        items = [made(metric, 0.0, agg, **counts) for counts in some]
        table, figure = intervals.parts(items)
        once = figure(np.ones((1, len(items))) @ table)
        (summed,) = summarise(items)
        assert once[0] == pytest.approx(summed.value)


@pytest.mark.parametrize(("agg", "expected"), [("micro", 100.0), ("micro-or-0", 0.0)])
def test_resamples_in_which_there_is_nothing(agg: str, expected: float) -> None:
    items = [made("f1", 100.0, agg, tp=0, fp=0, fn=0)] * 3
    assert bootstrap(items) == (expected, expected)


def test_pooled_interval_holds_the_figure() -> None:
    items = [made("f1", 0.0, "micro", tp=n % 3, fp=n % 2, fn=(n + 1) % 2) for n in range(60)]
    (summed,) = summarise(items)
    found = ci95(items)
    assert found is not None
    assert summed.value is not None
    assert found[0] < summed.value < found[1]


def test_many_items_are_drawn_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [made("bleu1", float(n % 50), "mean") for n in range(300)]
    at_once = bootstrap(items)
    monkeypatch.setattr(intervals, "_CELLS", 90_000)
    low, high = bootstrap(items)
    assert (low, high) == pytest.approx(at_once, abs=0.3)


def test_the_mean_of_figures_has_the_normal_interval_of_equal_strata() -> None:
    # Two figures with standard errors 3 and 4: that of the mean is 5 / 2.
    assert of_mean(50.0, [3.0, 4.0]) == pytest.approx((50 - 1.96 * 2.5, 50 + 1.96 * 2.5), abs=1e-3)
    assert of_mean(50.0, [5.0]) == pytest.approx((40.2, 59.8), abs=0.01)
    assert of_mean(99.0, [3.0]) == pytest.approx((93.12, 100.0), abs=0.01)
    assert of_mean(0.0, [0.0, 0.0]) == (0.0, 0.0)
