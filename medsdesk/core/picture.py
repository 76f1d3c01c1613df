"""A picture of figures, as it is saved and put into documents."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn picture in the two forms in which it is kept.

    Attributes:
        name: Short name, such as ``forest``; part of file names.
        title: What it shows, for people.
        caption: How it was made: items, models, raters, method and seed.
        svg: The picture as lines.
        png: The picture as points, at twice its size.
        width: In points of the drawing.
        height: Likewise.
    """

    name: str
    title: str
    caption: str
    svg: bytes
    png: bytes
    width: int
    height: int
