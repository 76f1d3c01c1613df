"""What is right, and where the protocols contradict each other, has one answer everywhere."""

from __future__ import annotations

import pytest

from medsdesk.core.score import Score
from medsdesk.core.task import MetricFamily
from medsdesk.metrics import medsbench, strict
from medsdesk.metrics.judgement import (
    LEADING,
    disagree,
    protocols_disagree,
    right_by_protocol,
)


@pytest.mark.parametrize(
    ("strictly", "paper", "expected"),
    [
        (100.0, 100.0, False),
        (100.0, 0.0, True),
        (0.0, 100.0, True),
        (0.0, 0.0, False),
        (None, 100.0, True),
        (None, 0.0, False),
    ],
)
def test_protocols_disagree_where_one_says_right_and_the_other_not(
    strictly: float | None, paper: float, expected: bool
) -> None:
    values = (("strict", "accuracy", strictly), ("medsbench", "accuracy", paper))
    assert disagree(right_by_protocol(values)) is expected
    scores = tuple(Score(protocol, metric, value, "") for protocol, metric, value in values)
    assert protocols_disagree(scores) is expected


def test_figures_of_more_or_less_have_nothing_to_disagree_on() -> None:
    values = (("strict", "rouge_l_f", 100.0), ("medsbench", "rouge", 0.0))
    assert right_by_protocol(values) == {}
    assert not disagree({})
    assert not disagree({"strict": True})


@pytest.mark.parametrize("family", MetricFamily)
@pytest.mark.parametrize("protocol", [strict, medsbench])
def test_every_family_has_a_leading_metric(family: MetricFamily, protocol: object) -> None:
    metrics = protocol.family_metrics(family)  # type: ignore[attr-defined]  # a module
    assert set(metrics) & set(LEADING)
