"""What has no number has None and a sentence, never 0."""

from __future__ import annotations

import numpy as np
import pytest

from medsdesk.agreement.figures import defined, joined, ratio


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_finite_number_is_none(value: float) -> None:
    assert defined(value) is None


def test_a_number_stays() -> None:
    assert defined(np.float64(0.0)) == 0.0


def test_sentences_are_joined_and_nothing_is_none() -> None:
    assert joined("One.", None, "Two.", "") == "One. Two."
    assert joined(None, "") is None


def test_a_ratio_without_a_denominator_is_no_number() -> None:
    found = ratio(np.array([1.0, 1.0, 0.0]), np.array([2.0, 0.0, -1.0]))
    assert found[0] == 0.5
    assert np.isnan(found[1:]).all()
