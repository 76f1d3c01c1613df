"""Turns HTML, such as the narrative of a FHIR resource, to plain text; nothing is fetched."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_UNSEEN = frozenset(("script", "style", "head", "template", "object", "iframe", "svg", "math"))
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div",
        "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "tfoot", "thead", "tr", "ul",
    )
)  # fmt: skip
_APART = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "p", "table", "ul", "ol", "dl", "pre"))
_CELLS = frozenset(("td", "th"))
_ROWS = frozenset(("td", "th", "tr", "tbody", "tfoot"))
_DEEPEST = 8  # lists within lists that are set in, so that a line has room for its text

# What the parser of some versions of Python takes the square of the text's length for.
_COMMENT = re.compile(
    r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)|<!--.*?(?:--!?>|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL
)
_NO_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
_MARK = re.compile(r" *(?:-|[0-9]+\.) ")


def text_of_html(html: str) -> str:
    """Return the text of HTML or XHTML as a reader sees it; empty where there is none.

    Paragraphs, list entries and table rows are lines, cells are kept apart by `` | ``, and a
    picture is its description in brackets. Scripts and styles are no text.

    Args:
        html: A document or a piece of one, well-formed or not.
    """
    parser = _Parser()
    parser.feed(_NO_TAG.sub("&lt;", _COMMENT.sub(_data, html)))
    parser.close()
    return parser.text()


def _data(found: re.Match[str]) -> str:
    """Return what stands for a comment: nothing; or for text that is marked as no markup."""
    return escape(found[1] or "")


class _Parser(HTMLParser):
    """Collects lines of text; it counts depths and goes into none, so that none is too deep."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._unseen: list[str] = []
        self._pre = 0
        self._lists: list[int | None] = []
        self._cells = 0
        self._tables: list[bool] = []  # whether a cell of each is open
        self._in_cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, list entry or cell."""
        if tag == "body" and self._unseen == ["head"]:
            self._unseen.clear()  # HTML may leave the end of its head to be guessed
        if self._unseen or tag in _UNSEEN:
            self._unseen.append(tag)
            return
        if tag in _ROWS:
            self._end_cell()  # and so that of a cell
        if tag in _BLOCKS:
            self._end_block(tag)
        if tag in _CELLS:
            self._begin_cell()
        elif tag == "br":
            self._break()
        elif tag == "img" and (words := (dict(attrs).get("alt") or "").strip()):
            self._line += f" [picture: {words}] "
        else:
            self._open(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that has no content; one that is not seen hides nothing after it."""
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag opened."""
        if self._unseen:
            if tag in self._unseen:
                while self._unseen.pop() != tag:
                    pass
            return
        if tag == "table" or tag in _ROWS:
            self._end_cell()
        if tag == "table" and self._tables:
            self._tables.pop()
        if tag in _BLOCKS:
            self._end_block(tag)
        if tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._unseen:
            return
        if not self._pre:
            self._line += _SPACE.sub(" ", data)
            return
        first, *others = data.replace("\r\n", "\n").split("\n")
        self._line += first
        for line in others:
            self._break()
            self._line += line

    def text(self) -> str:
        """Return the lines, with never more than one blank line between two."""
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def _open(self, tag: str) -> None:
        if tag == "table":
            self._tables.append(False)
        elif tag == "pre":
            self._pre += 1
        elif tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._line += self._mark()
        elif tag == "tr" and not self._in_cells:
            self._cells = 0

    def _mark(self) -> str:
        """Return what stands before an entry of the list in hand."""
        indent = (
            "" if self._in_cells or not self._lists else "  " * min(_DEEPEST, len(self._lists) - 1)
        )
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _begin_cell(self) -> None:
        if self._in_cells:
            self._line += "; "  # a table in a cell
        else:
            self._line += " | " if self._cells else ""
            self._cells += 1
        if self._tables:
            self._tables[-1] = True
            self._in_cells += 1

    def _end_cell(self) -> None:
        if self._tables and self._tables[-1]:
            self._tables[-1] = False
            self._in_cells -= 1

    def _end_block(self, tag: str) -> None:
        """End a line where a block begins or ends; a row of a table stays on one."""
        if self._in_cells:
            self._line += " "
        elif not _MARK.fullmatch(self._line):
            self._end_line(apart=tag in _APART and not self._lists)

    def _break(self) -> None:
        if self._in_cells:
            self._line += " "
        else:
            self._end_line(blank=True)

    def _end_line(self, *, apart: bool = False, blank: bool = False) -> None:
        line = self._line if self._pre else re.sub(r"(?<=\S) +", " ", self._line)
        line = line.rstrip() if self._pre or self._lists else line.strip()
        self._line = ""
        if line.strip() or blank:
            self._lines.append(line)
        if apart and self._lines and self._lines[-1]:
            self._lines.append("")
