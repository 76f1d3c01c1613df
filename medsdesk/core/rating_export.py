"""The forms that ratings can be exported in, and what each profile leaves out."""

from __future__ import annotations

from typing import Literal

RatingShape = Literal["long", "wide"]
RATING_SHAPES: tuple[RatingShape, ...] = ("long", "wide")
"""A row per rating, or per answer and rater."""

RatingFormat = Literal["csv", "xlsx", "redcap"]
RATING_FORMATS: tuple[RatingFormat, ...] = ("csv", "xlsx", "redcap")

RatingProfile = Literal["full", "deidentified"]
RATING_PROFILES: tuple[RatingProfile, ...] = ("full", "deidentified")
"""Everything; or without names, words that people wrote, and true dates."""
