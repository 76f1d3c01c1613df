"""What stands on pages, piece by piece, and which pieces must not be parted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

Draw = Callable[["QPainter", float], None]
"""Draws a piece with its upper edge at a height of the page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, a row or a picture.

    Attributes:
        height: How high it is.
        draw: Draws it.
        space: Above it, where it is not the first of its page.
        keep: Whether the next piece has to be on the same page.
        head: What is drawn above it where it is the first of a page: the head of its table.
    """

    height: float
    draw: Draw
    space: float = 0.0
    keep: bool = False
    head: Piece | None = None


@dataclass(slots=True)
class Page:
    """The pieces of one page with the heights they are drawn at."""

    pieces: list[tuple[float, Piece]] = field(default_factory=list)


def pages(pieces: Sequence[Piece], height: float) -> list[Page]:
    """Put pieces on pages: what belongs together stays so, as long as it fits on a page."""
    made = [Page()]
    used = 0.0
    for chain in _chains(pieces):
        needed = sum(piece.space + piece.height for piece in chain)
        if made[-1].pieces and used + needed > height and _whole(chain) <= height:
            made.append(Page())
            used = 0.0
        for piece in chain:
            if made[-1].pieces and used + piece.space + piece.height > height:
                made.append(Page())
                used = 0.0
            used = _put(made[-1], piece, used)
    return made


def _put(page: Page, piece: Piece, used: float) -> float:
    """Put a piece on a page and return how much of it is used then."""
    if page.pieces:
        used += piece.space
    elif piece.head is not None:
        page.pieces.append((used, piece.head))
        used += piece.head.height
    page.pieces.append((used, piece))
    return used + piece.height


def _whole(chain: Sequence[Piece]) -> float:
    head = chain[0].head
    inner = sum(piece.space for piece in chain[1:])
    return inner + sum(piece.height for piece in chain) + (head.height if head else 0.0)


def _chains(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    chain: list[Piece] = []
    for piece in pieces:
        chain.append(piece)
        if not piece.keep:
            yield chain
            chain = []
    if chain:
        yield chain
