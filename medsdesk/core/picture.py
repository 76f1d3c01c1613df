"""A picture that is ready for a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its title and caption inside, in the two forms that documents take.

    Attributes:
        name: Stable name, as for a file, such as ``compare-scatter``.
        title: What it shows.
        caption: What was counted and how: n, method, seed.
        svg: The drawing in lines, UTF-8.
        png: The drawing in dots, at twice the width and height.
        width: In pixels of the SVG.
        height: In pixels of the SVG.
    """

    name: str
    title: str
    caption: str
    svg: bytes
    png: bytes
    width: int
    height: int
