"""Raters and themselves: hidden repeats of locked studies in the comparison."""

from __future__ import annotations

import pytest

from medsdesk.services import compare_repeats
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.lock_study import lock_study
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, middle, rate_all

QUICK = CompareOptions(resamples=50)


@pytest.mark.parametrize(("items", "repeats", "told"), [(24, 5, True), (12, 2, False)])
def test_repeats_are_told_from_ten_on(ws: Workspace, items: int, repeats: int, told: bool) -> None:
    made = made_study(
        ws, 40, n_items=items, form="workbench", repeat_share=repeats / items, attention_share=0
    )
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater, middle)
    lock_study(ws, made.id, "", "Dr Owner")
    found = compare(ws, QUICK).self_agreement
    same = [row for row in found if row.statistic == "intra_rater_same_value"]
    assert {row.study for row in found} == {"Letters"}
    n = same[0].n_items
    assert (n >= compare_repeats.LEAST_REPEATS) is told
    for row in same:
        assert row.value == (1.0 if told else None)
        few = compare_repeats.TOO_FEW.format(n=n, least=compare_repeats.LEAST_REPEATS)
        assert (row.note == few) is not told
