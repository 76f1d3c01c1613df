"""The page: whole by itself, for eyes and ears, and deaf to what is written into it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.picture import Picture
from medsdesk.services.report_document import (
    Bullets,
    Column,
    Grid,
    Paragraph,
    ReportDocument,
    Section,
)
from medsdesk.services.report_html import report_html

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
VOID = {"meta", "img", "br"}
HOSTILE = (
    "<script>alert(1)</script>", '"><img src=http://x.example/y onerror=alert(1)>', "&lt;b&gt;",
    "javascript:alert(1)", "</style></table></html>", "\x00\x1b[2J\u202egnp.exe\u2069",
    "\ud800", "患者 🫀", "a" * 5000, "<!--", "]]>", "' onmouseover='x",
)  # fmt: skip


class _Page(HTMLParser):
    """Collects tags with their attributes, and the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _document(text: str = "Words.") -> ReportDocument:
    grid = Grid(text, (Column(text), Column("n", number=True)), ((text, "1"),), (text,), (text,))
    picture = Picture("p", text, text, SVG, b"\x89PNG", 640, 480)
    blocks = (Paragraph(text, "lead", text), Bullets((text,)), grid, picture)
    part = Section(text, (Bullets((text,), numbered=True),))
    return ReportDocument(text, (text,), text, (Section(text, blocks, (part,)),))


def _check(page: _Page) -> None:
    """Refuse whatever runs, reaches outside, or lacks what a screen reader needs."""
    assert page.open == []
    names = [tag for tag, _ in page.tags]
    assert not {"script", "iframe", "object", "embed", "link", "base", "form", "svg"} & set(names)
    assert names.count("main") == names.count("h1") == names.count("title") == 1
    assert names.count("caption") == names.count("table") == names.count("thead")
    levels = [int(name[1]) for name in names if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "srcset", "action", "poster", "data"):
            value = attributes.get(name)
            assert value is None or (tag == "img" and value.startswith("data:image/"))
        if tag == "img":
            assert attributes["alt"]
        if tag == "th":
            assert attributes["scope"] in ("row", "col")
        if tag == "html":
            assert attributes["lang"] == "en"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_written_into_it_is_more_than_words(text: str) -> None:
    made = report_html(_document(text))
    made.encode("utf-8")
    _check(page := _Page(made))
    shown = "".join(page.words)
    if text.isprintable():
        assert shown.count(text) >= 10, "what was written must be read, not lost"
    assert not re.search("[\x00\x1b\u202e\ud800]", made)


@given(st.text())
def test_any_text_at_all_leaves_the_page_whole(text: str) -> None:
    _check(_Page(report_html(_document(text))))


def test_it_needs_nothing_from_outside() -> None:
    made = report_html(_document())
    style = made[made.index("<style>") : made.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in made
    assert "http" not in re.sub('content="[^"]*"|http-equiv', "", made)


def test_it_prints_on_paper_and_is_read_in_the_dark() -> None:
    made = report_html(_document())
    for rule in ("@page { size: A4", "prefers-color-scheme: dark", "table-header-group",
                 "break-inside: avoid", "break-after: avoid"):  # fmt: skip
        assert rule in made


def test_a_picture_without_lines_is_shown_as_points() -> None:
    picture = Picture("p", "T", "40 items", b"", b"\x89PNG", 640, 480)
    document = replace(_document(), sections=(Section("Pictures", (picture,)),))
    assert "data:image/png;base64,iVBORw==" in report_html(document)
