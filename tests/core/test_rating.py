"""A rating is whole without a predecessor, and never changes."""

from __future__ import annotations

import dataclasses

from medsdesk.core.rating import Rating


def rating() -> Rating:
    """Return one rating."""
    return Rating(
        id="r1",
        output_id="o",
        rater="A",
        instrument="workbench",
        instrument_version=1,
        instrument_sha256="0" * 64,
        criterion="faithful",
        scale="ordinal",
        value=4,
        comment="",
        status="rated",
        seconds=None,
        rated_at="2026-01-31T14:02:03.004Z",
    )


def test_a_first_rating_replaces_nothing() -> None:
    assert rating().supersedes is None


def test_a_change_is_a_new_rating_that_names_the_old() -> None:
    first = rating()
    second = dataclasses.replace(first, id="r2", value=2, supersedes=first.id)
    assert (first.value, second.value, second.supersedes) == (4, 2, "r1")
