"""A picture carries its two forms and its words."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from medsdesk.core.picture import Picture


def test_a_picture_stays_as_it_was_drawn() -> None:
    made = Picture("forest", "Intervals", "40 items", b"<svg/>", b"\x89PNG", 640, 480)
    with pytest.raises(FrozenInstanceError):
        made.name = "other"  # type: ignore[misc] # that is what is tried
    assert made == Picture("forest", "Intervals", "40 items", b"<svg/>", b"\x89PNG", 640, 480)
