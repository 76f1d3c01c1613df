"""A picture as shapes in the coordinates of its data, without Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Symbol = Literal["circle", "square", "triangle", "diamond", "cross", "star", "down", "plus"]
SYMBOLS: tuple[Symbol, ...] = (
    "circle", "square", "triangle", "diamond", "cross", "star", "down", "plus",
)  # fmt: skip
"""Together with as many colours, so that a kind is known by its shape alone."""

Stroke = Literal["solid", "dashed", "dotted"]
Ticks = tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark at a point; ``kind`` gives its colour and shape, ``row`` its row of the table."""

    x: float
    y: float
    kind: int = 0
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; ``kind`` None for one that only guides the eye."""

    points: tuple[tuple[float, float], ...]
    kind: int | None = None
    stroke: Stroke = "solid"
    width: float = 1.5


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a matrix one wide and one high; hatched where it has no value.

    Attributes:
        x: Its middle.
        y: Its middle.
        value: From -1 to 1; None for none.
        text: In the cell.
        row: Its row of the table.
    """

    x: float
    y: float
    value: float | None
    text: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A text beside a point: left (-1) or right (1) of it, or above (0)."""

    x: float
    y: float
    text: str
    side: int = 1


Shape = Dot | Line | Cell | Words


@dataclass(frozen=True, slots=True)
class Plot:
    """A whole picture.

    Attributes:
        shapes: Drawn in this order.
        x_range: Least and greatest.
        y_range: Least and greatest.
        x_name: Below.
        y_name: At the left.
        x_ticks: Own marks of the axis; None for numbers.
        y_ticks: Own marks of the axis; None for numbers.
        legend: Name and kind of what colours and shapes mean.
    """

    shapes: tuple[Shape, ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_name: str
    y_name: str
    x_ticks: Ticks | None = None
    y_ticks: Ticks | None = None
    legend: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of a picture, which says to keyboard and screen reader what it says to the eye.

    Attributes:
        header: Names of the columns.
        rows: The cells, as they are shown and written to a file.
        outputs: Id of the answer of each row; empty where a row is of none that is stored here.
        tips: What each row says in full.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]
    outputs: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture with its words and figures.

    Attributes:
        name: Stable name.
        title: What it shows.
        caption: What was counted and how.
        plot: The picture; None where there is none.
        gap: Why there is none.
        table: Its figures.
    """

    name: str
    title: str
    caption: str
    plot: Plot | None
    gap: str | None
    table: FigureTable
