"""One figure for many items, by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.score import Score
from medsdesk.metrics.summary import NO_ITEM, summarise


def made(metric: str, value: float | None, agg: str, **details: float) -> Score:
    keys = {key.replace("_", ":"): count for key, count in details.items()}
    return Score("strict", metric, value, f"{metric}|agg:{agg}", details=keys)


def test_mean_leaves_unscored_items_out_and_counts_them() -> None:
    (found,) = summarise([made("accuracy", value, "mean") for value in (100, 0, None, 100, 100)])
    # mean of 100, 0, 100, 100 = 75; s = sqrt((3 * 25^2 + 75^2) / 3) = 50; 50 / sqrt(4) = 25
    assert found.value == 75.0
    assert found.details == {"n": 4, "unscored": 1, "unparsed": 0, "stderr": 25.0}
    assert (found.metric, found.protocol, found.reason) == ("accuracy", "strict", None)


def test_one_item_has_no_standard_error() -> None:
    (found,) = summarise([made("bleu4", 40.0, "mean")])
    assert (found.value, found.details) == (40.0, {"n": 1, "unscored": 0, "unparsed": 0})


def test_nothing_scored_is_unscored() -> None:
    (found,) = summarise([made("f1", None, "micro")])
    assert (found.value, found.reason) == (None, NO_ITEM)
    assert found.details == {"n": 0, "unscored": 1, "unparsed": 0}
    assert summarise([]) == ()


@pytest.mark.parametrize(
    ("metric", "expected"),
    # pooled tp = 4, fp = 1, fn = 3: P = 4/5, R = 4/7, F1 = 8/12
    [("precision", 80.0), ("recall", 400 / 7), ("f1", 200 / 3)],
)
def test_micro_pools_the_counts(metric: str, expected: float) -> None:
    items = [
        made(metric, 100.0, "micro", tp=3, fp=0, fn=0),
        made(metric, 1.0, "micro", tp=1, fp=1, fn=3),
        made(metric, 100.0, "micro", tp=0, fp=0, fn=0, empty=1),
        made(metric, None, "micro"),
    ]
    (found,) = summarise(items)
    assert found.value == pytest.approx(expected)
    assert found.details == {"n": 3, "unscored": 1, "unparsed": 0, "tp": 4, "fp": 1, "fn": 3}


def test_half_credits_are_pooled_by_themselves() -> None:
    items = [
        made("partial_f1", 0.0, "micro-partial", tp=0, fp=1, fn=1, tp_partial=0.5, fp_partial=0.5),
        made("partial_f1", 0.0, "micro-partial", tp=1, fp=0, fn=0, tp_partial=1, fn_partial=0),
        made("partial_f1", 100.0, "micro-partial", tp=0, fp=0, fn=0),
    ]
    (found,) = summarise(items)
    # tp 1.5, fp 0.5: 3 / 3.5
    assert found.value == pytest.approx(100 * 3 / 3.5)
    assert found.details == {"n": 3, "unscored": 0, "unparsed": 0, "tp": 1.5, "fp": 0.5, "fn": 0}
    (empty,) = summarise(items[2:])
    assert empty.value == 100.0


def test_macro_averages_over_the_labels_that_occur() -> None:
    items = [
        made("f1", 0.0, "macro", tp=1, fp=0, fn=1, tp_x=1, fp_x=0, fn_x=0, tp_y=0, fp_y=0, fn_y=1),
        made("f1", 0.0, "macro", tp=1, fp=1, fn=0, tp_x=1, fp_x=1, fn_x=0, tp_z=0, fp_z=0, fn_z=0),
    ]
    (found,) = summarise(items)
    # x: tp 2, fp 1, fn 0: 4/5; y: tp 0, fn 1: 0; z never occurs. Mean (80 + 0) / 2
    assert found.value == pytest.approx(40.0)
    assert found.details["labels"] == 2
    assert found.details["tp:x"] == 2
    assert "tp:z" not in found.details


def test_metrics_and_ways_of_making_stay_apart() -> None:
    found = summarise(
        [
            made("bleu4", 10.0, "mean"),
            made("chrf", 20.0, "mean"),
            Score("strict", "bleu4", 30.0, "bleu4|tok:zh|agg:mean"),
            made("bleu4", 50.0, "mean"),
        ]
    )
    assert [(score.metric, score.value) for score in found] == [
        ("bleu4", 30.0),
        ("chrf", 20.0),
        ("bleu4", 30.0),
    ]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20), st.data())
def test_mean_is_bounded_and_blind_to_order(values: list[float], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(values))
    (one,) = summarise([made("chrf", value, "mean") for value in values])
    (two,) = summarise([made("chrf", value, "mean") for value in shuffled])
    assert one.value is not None
    assert two.value is not None
    assert min(values) - 1e-9 <= one.value <= max(values) + 1e-9
    assert math.isclose(one.value, two.value)
