"""The report on paper: every page has something, nothing runs off it, nothing is lost."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.core.picture import Picture
from medsdesk.services.report_document import (
    Bullets,
    Column,
    Grid,
    Paragraph,
    ReportDocument,
    Section,
)
from medsdesk.ui.report.pdf import report_pdf
from medsdesk.ui.report.pieces import Piece, pages

pytestmark = pytest.mark.screens

A4 = (595, 842)
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">'
    b'<rect width="600" height="400" fill="#224488"/></svg>'
)
WIDE = tuple(Column(f"Column {n}", number=n % 2 == 1) for n in range(12))
CJK = "患者の状態は安定しています。病情稳定。"


def _document(rows: int = 20, sections: int = 2) -> ReportDocument:
    grid = Grid(
        "A wide table",
        WIDE,
        tuple(tuple(f"row {row} cell {n}" for n in range(12)) for row in range(rows)),
        ("The first note, " + "with words " * 40,),
        ("In all rows: 3 models.",),
    )
    blocks = (
        Paragraph("What it says " * 60, head="Accurate:"),
        Bullets(tuple(f"Point {n} {'a' * 64}" for n in range(12)), numbered=True),
        grid,
        Picture("p", "A picture", "40 items", SVG, b"", 640, 480),
        Paragraph(CJK, "warning"),
    )
    made = tuple(
        Section(f"Part {n}", blocks, (Section(f"Part {n} within", (grid,)),))
        for n in range(sections)
    )
    return ReportDocument("A report", ("Made today.",), "Preliminary: open.", made)


def _read(data: bytes) -> Any:
    import pypdf

    return pypdf.PdfReader(io.BytesIO(data))


def _placed(page: Any) -> Iterator[tuple[float, float, str]]:
    """Yield where each word of a page begins, in points from its lower left corner."""
    found: list[tuple[float, float, str]] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], *_: Any) -> None:
        if text.strip():
            found.append((cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5], text.strip()))

    page.extract_text(visitor_text=visit)
    yield from found


def _text(page: Any) -> str:
    return " ".join(page.extract_text().split())


def test_all_of_it_is_there_page_by_page(qtbot: QtBot) -> None:
    document = _document()
    reader = _read(report_pdf(document))
    texts = [_text(page) for page in reader.pages]
    assert 5 <= len(texts) <= 12
    everything = " ".join(texts)
    at = 0
    for _, title in document.headings():
        at = everything.index(title, at)
    for row in (0, 19):
        assert everything.count(f"row {row} ") >= 4
    assert "In all rows: 3 models." in everything
    assert all(len(text.split()) > 12 for text in texts), "no page is blank"
    numbers = [f"{n} of {len(texts)}" for n in range(1, len(texts) + 1)]
    assert all(number in text for number, text in zip(numbers, texts, strict=True))
    assert reader.metadata.title == "A report"
    for page in reader.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4


def test_words_stay_on_the_paper_and_heads_are_repeated(qtbot: QtBot) -> None:
    reader = _read(report_pdf(_document(rows=60, sections=1)))
    heads = 0
    for page in reader.pages:
        heads += "Column 11" in _text(page)
        for x, y, text in _placed(page):
            assert 40 <= x <= A4[0] - 40 - 2 * len(text), text
            assert 25 <= y <= A4[1] - 25, text
    assert heads > 3


def test_a_heading_is_never_the_last_of_its_page(qtbot: QtBot) -> None:
    for lines in range(1, 60, 7):
        filler = Bullets(tuple(f"Line {n}" for n in range(lines)))
        sections = tuple(Section(f"Title {n}", (filler,)) for n in range(6))
        document = ReportDocument("T", (), "", sections)
        for page in _read(report_pdf(document)).pages:
            *_, last, _foot, _number = [line for line in page.extract_text().splitlines() if line]
            assert not last.startswith("Title"), "a heading without what it is a heading of"


def test_pictures_are_lines_and_points_where_there_are_none(qtbot: QtBot, tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(0x224488)
    path = tmp_path / "picture.png"
    assert image.save(str(path))
    for svg, images in ((SVG, 0), (b"no picture", 1)):
        picture = Picture("p", "A picture", "n", svg, path.read_bytes(), 6400, 4800)
        document = ReportDocument("T", (), "", (Section("Pictures", (picture,)),))
        [page] = _read(report_pdf(document)).pages
        assert len(page.images) == images


def test_it_can_be_stopped(qtbot: QtBot) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        report_pdf(_document(), token)


def test_hostile_words_are_words(qtbot: QtBot) -> None:
    bad = ("<b>x</b>", "\x00\x1b", "\u202egnp", "", "\n\n", "x" * 20_000, CJK * 300)
    grid = Grid("t", (Column("a"), Column("b", number=True)), tuple((text, "1") for text in bad))
    document = ReportDocument("T", (), "", (Section("S", (grid, Bullets(bad))),))
    reader = _read(report_pdf(document))
    assert 4 < len(reader.pages) < 40
    assert "<b>x</b>" in reader.pages[0].extract_text()


def _nothing(*_: object) -> None:
    """Draw nothing."""


@st.composite
def _pieces(draw: st.DrawFn) -> list[Piece]:
    head = Piece(5.0, _nothing)
    made = draw(st.lists(st.tuples(st.floats(1, 60), st.floats(0, 10), st.booleans())))
    tables = draw(st.lists(st.booleans(), min_size=len(made), max_size=len(made)))
    return [
        Piece(height, _nothing, space, keep, head if table else None)
        for (height, space, keep), table in zip(made, tables, strict=True)
    ]


@given(_pieces())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_pieces_come_once_in_order_within_their_page(pieces: list[Piece]) -> None:
    found = pages(pieces, 100.0)
    placed = [piece for page in found for _, piece in page.pieces if piece.head or piece in pieces]
    assert [id(piece) for piece in placed] == [id(piece) for piece in pieces]
    for page in found:
        assert page.pieces or not pieces
        end = 0.0
        for y, piece in page.pieces:
            assert y >= end - 1e-9
            end = y + piece.height
        assert end <= 100.0 + 1e-9


def test_what_belongs_together_goes_to_the_next_page_together() -> None:
    kept = [Piece(80, _nothing), Piece(15, _nothing, keep=True), Piece(15, _nothing)]
    assert [len(page.pieces) for page in pages(kept, 100)] == [1, 2]
    head = Piece(10, _nothing)
    rows = [Piece(30, _nothing, head=head) for _ in range(5)]
    found = pages([Piece(10, _nothing, keep=True), *rows], 100)
    assert [len(page.pieces) for page in found] == [4, 3]
    assert found[1].pieces[0][1] is head
