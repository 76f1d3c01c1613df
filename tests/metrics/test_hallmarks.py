"""Several labels at once; all texts are synthetic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.hallmarks import HALLMARKS, measure, signature
from medsdesk.metrics.item import Item


def test_counts_by_label(make_item: Callable[..., Item]) -> None:
    answer = "1. RESISTING CELL DEATH\n2. Cellular energetics"
    reference = "Resisting cell death, Inducing angiogenesis"
    mark = measure(make_item(MetricFamily.MULTILABEL, answer, reference))
    # tp = 1, fp = 1, fn = 1
    assert mark.values == {"precision": 50.0, "recall": 50.0, "f1": 50.0}
    assert mark.details == {
        "tp": 1,
        "fp": 1,
        "fn": 1,
        "tp:Resisting cell death": 1,
        "fp:Resisting cell death": 0,
        "fn:Resisting cell death": 0,
        "tp:Cellular energetics": 0,
        "fp:Cellular energetics": 1,
        "fn:Cellular energetics": 0,
        "tp:Inducing angiogenesis": 0,
        "fp:Inducing angiogenesis": 0,
        "fn:Inducing angiogenesis": 1,
    }


def test_every_label_is_found_in_the_full_list(make_item: Callable[..., Item]) -> None:
    everything = ", ".join(HALLMARKS)
    mark = measure(make_item(MetricFamily.MULTILABEL, everything, everything))
    assert mark.details["tp"] == 10
    assert set(mark.values.values()) == {100.0}


@pytest.mark.parametrize(
    ("answer", "references", "f1", "reason"),
    [
        ("Genomic instability", (HALLMARKS[6],), None, "names no label"),
        ("None.", (HALLMARKS[6],), 0.0, None),
        (HALLMARKS[6], (HALLMARKS[0], HALLMARKS[6]), 100.0, None),
        (HALLMARKS[6], ("nothing known",), None, "the reference names no label"),
    ],
)
def test_readable_or_not(
    answer: str,
    references: tuple[str, ...],
    f1: float | None,
    reason: str | None,
    make_item: Callable[..., Item],
) -> None:
    mark = measure(make_item(MetricFamily.MULTILABEL, answer, *references))
    assert (mark.values.get("f1"), mark.reason) == (f1, reason)


def test_a_task_may_bring_its_own_labels(make_item: Callable[..., Item]) -> None:
    item = make_item(MetricFamily.MULTILABEL, "x and z", "x, y", labels=("x", "y", "z"))
    assert measure(item).answer == "x; z"


def test_signature_says_macro() -> None:
    assert signature("f1", "en").endswith("|agg:macro")
