"""A report as a document without a form: sections of paragraphs, tables and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from medsdesk.core.picture import Picture

ParagraphKind = Literal["plain", "lead", "warning", "quiet"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a ``lead`` is read first, a ``warning`` must not be missed.

    Attributes:
        text: What it says.
        kind: How it is to be read.
        head: What it is about, before the text; empty for nothing.
    """

    text: str
    kind: ParagraphKind = "plain"
    head: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences that belong together; numbered where something refers to them."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, and whether it holds numbers, which stand at the right."""

    name: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first cell of each row is the row's head.

    Attributes:
        caption: What it shows.
        columns: Its columns.
        rows: Its cells, as many in each row as there are columns.
        notes: What cells refer to by number, in order.
        below: What is to be known of all of it.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


Block = Paragraph | Bullets | Grid | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, and the sections within it."""

    title: str
    blocks: tuple[Block, ...]
    parts: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A whole report.

    Attributes:
        title: Its title.
        about: When and with what it was made, a line each.
        preliminary: Why it is preliminary, a sentence; empty where it is not.
        sections: What it says.
        study_ids: Studies it speaks of; for the trail.
    """

    title: str
    about: tuple[str, ...]
    preliminary: str
    sections: tuple[Section, ...]
    study_ids: tuple[str, ...] = ()

    def headings(self) -> Iterator[tuple[int, str]]:
        """Yield every heading below the title with its level, from 2, in order."""
        for section in self.sections:
            yield 2, section.title
            yield from ((3, part.title) for part in section.parts)


def facts(caption: str, pairs: tuple[tuple[str, str], ...]) -> Grid:
    """Return a table of two columns: what is told, and what there is to tell."""
    return Grid(caption, (Column("What"), Column("Value")), pairs)
