"""Rows of the comparison say of what study, question and category they are, and why not."""

from __future__ import annotations

from dataclasses import fields

import pytest

from medsdesk.services import comparison_rows as rows


@pytest.mark.parametrize(
    "kind", [rows.AbilityRow, rows.RankingRow, rows.LimitsRow, rows.CutRow, rows.SelfAgreementRow]
)
def test_every_row_says_of_what_it_is(kind: type) -> None:
    named = {field.name for field in fields(kind)}
    assert {"study", "instrument", "criterion", "n_items", "note", "interval"} <= named
    if kind is not rows.SelfAgreementRow:
        assert {"category", "n_models", "n_raters"} <= named
