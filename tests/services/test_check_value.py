"""A point or a count must be one that the question has."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.check_value import MOST_COUNTED, refuse_wrong_value
from medsdesk.services.instruments import load_instrument

SUMMARY, RADIOLOGY = load_instrument("summary"), load_instrument("radiology")


def test_points_of_the_scale_and_counts_pass() -> None:
    for anchor in SUMMARY.criteria[0].anchors:
        refuse_wrong_value(SUMMARY.criteria[0], anchor.value)
    for count in (0, 7, MOST_COUNTED):
        refuse_wrong_value(RADIOLOGY.criteria[0], count)


@pytest.mark.parametrize("value", [0, 6, -1])
def test_no_such_point(value: int) -> None:
    with pytest.raises(UserFacingError, match=f"has no point {value}.* 1, 2, 3, 4, 5"):
        refuse_wrong_value(SUMMARY.criteria[0], value)


@pytest.mark.parametrize("value", [-1, MOST_COUNTED + 1])
def test_no_such_count(value: int) -> None:
    with pytest.raises(UserFacingError, match=f"cannot be {value}"):
        refuse_wrong_value(RADIOLOGY.criteria[0], value)


def test_words_are_no_number() -> None:
    [comment] = [each for each in SUMMARY.criteria if each.scale == "text"]
    with pytest.raises(UserFacingError, match="takes words"):
        refuse_wrong_value(comment, 1)
