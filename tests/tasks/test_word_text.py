"""A Word document gives its text in the order of the page, and says what it does not give."""

from __future__ import annotations

import io

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.word_text import read_word
from tests.made_documents import rewritten, word, word_of

NAME = "The file a.docx"
NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOX = (
    '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
    '2006"><mc:Choice Requires="wps"><w:drawing><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r>'
    "</w:p></w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r>"
    "<w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def _run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def _cell(*paragraphs: str) -> str:
    return f"<w:tc>{''.join(f'<w:p>{_run(text)}</w:p>' for text in paragraphs)}</w:tc>"


def _read(body: str) -> tuple[str, tuple[str, ...]]:
    return read_word(word_of(body), NAME)


def _refusal(data: bytes) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        read_word(data, NAME)
    assert caught.value.message.startswith(NAME)
    return caught.value


def test_paragraphs_and_tables_come_in_their_order() -> None:
    import docx

    document = docx.Document()
    document.add_heading("Discharge letter")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Hb", "12\ng/l"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "merged"
    document.add_paragraph("Aspirin", style="List Bullet")
    document.add_paragraph("The end.\tBye.")
    file = io.BytesIO()
    document.save(file)
    text, left_out = read_word(file.getvalue(), NAME)
    assert text == "Discharge letter\nHb | 12 g/l\nmerged\n- Aspirin\nThe end.\tBye."
    assert left_out == ()


@pytest.mark.parametrize(
    ("body", "text", "left_out"),
    [
        (f"<w:p>{_run('a')}<w:ins>{_run('b')}</w:ins></w:p>", "ab", ""),
        (f"<w:p>{_run('a')}<w:del><w:r><w:delText>b</w:delText></w:r></w:del></w:p>", "a",
         "deletions that are tracked"),
        (f"<w:p>{_run('a')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>b</w:t></w:r></w:p>", "a", "hidden"),
        ("<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>b</w:t></w:r></w:p>", "b", ""),
        (f"<w:p><w:hyperlink>{_run('link')}</w:hyperlink></w:p>", "link", ""),
        (f"<w:sdt><w:sdtContent><w:p>{_run('field')}</w:p></w:sdtContent></w:sdt>", "field", ""),
        (f"<w:p><w:sdt><w:sdtContent>{_run('field')}</w:sdtContent></w:sdt></w:p>", "field", ""),
        ("<w:p><w:r><w:instrText>DATE</w:instrText></w:r></w:p>", "", ""),
        ("<w:p><w:r><w:t>3</w:t><w:noBreakHyphen/><w:t>4</w:t><w:br/><w:t>x</w:t></w:r></w:p>",
         "3-4\nx", ""),
        ("<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FE'/><w:t> yes</w:t></w:r></w:p>",
         "\u2612 yes", ""),
        ("<w:p><w:r><w:sym w:font='Symbol' w:char='F061'/></w:r></w:p>", "\u25a1", "picture font"),
        (f"<w:p>{_run('a')}<w:r><w:drawing/></w:r></w:p>", "a", "pictures are not read"),
        (f"<w:p>{_run('a')}{BOX}</w:p><w:p>{_run('b')}</w:p>", "a\nIn a box.\nb", ""),
        (f"<w:p>{_run('a')}<w:r><w:commentReference w:id='1'/></w:r></w:p>", "a", "comments"),
        ("<w:altChunk/>", "", "document within the document"),
        (f"<w:p><w:pPr><w:numPr/></w:pPr>{_run('one')}</w:p>", "- one", ""),
        (f"<w:tbl><w:tr>{_cell('a', 'b')}{_cell('c')}</w:tr></w:tbl>", "a b | c", ""),
        (f"<w:tbl><w:tr>{_cell('')}{_cell('')}</w:tr><w:tr>{_cell('x')}</w:tr></w:tbl>", "x", ""),
        (f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{_cell('x')}</w:tr></w:tbl>", "", "deletions"),
        (f"<w:tbl><w:sdt><w:sdtContent><w:tr>{_cell('x')}</w:tr></w:sdtContent></w:sdt></w:tbl>",
         "x", ""),
        (f"<w:p><w:ruby><w:rt>{_run('ねつ')}</w:rt><w:rubyBase>{_run('熱')}</w:rubyBase></w:ruby></w:p>",
         "熱", ""),
    ],
)  # fmt: skip
def test_what_stands_on_the_page_is_read_and_the_rest_told(
    body: str, text: str, left_out: str
) -> None:
    found, told = _read(body)
    assert found.strip("\n") == text
    assert bool(told) == bool(left_out)
    assert left_out in " ".join(told)


def test_foot_and_endnotes_stand_at_the_end() -> None:
    body = f"<w:p>{_run('Aspirin')}<w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    notes = (
        f"<w:footnotes {NS}><w:footnote w:type='separator' w:id='0'><w:p/></w:footnote>"
        f"<w:footnote w:id='2'><w:p>{_run(' 100 mg')}</w:p></w:footnote></w:footnotes>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'

    def linked(name: str, old: bytes) -> bytes:
        if name == "word/_rels/document.xml.rels":
            return old.replace(b"</Relationships>", relation.encode())
        return old

    data = rewritten(word_of(body), linked, **{"word/footnotes.xml": notes})
    text, _ = read_word(data, NAME)
    assert text.split("\n")[0] == "Aspirin[footnote 2]"
    assert text.split("\n")[-1] == "[footnote 2] 100 mg"


def test_a_header_is_left_out_and_told() -> None:
    text, left_out = read_word(word("Fever.", header="City Hospital"), NAME)
    assert text == "Fever."
    assert left_out == ("the header and footer were left out",)


def test_a_document_that_is_broken_inside_is_refused() -> None:
    def without_body(name: str, old: bytes) -> bytes:
        return b"<a/>" if name == "word/document.xml" else old

    assert "is damaged inside" in _refusal(rewritten(word(), without_body)).message
    deep = "<w:ins>" * 5000 + "</w:ins>" * 5000
    assert "cannot be read as a Word document" in _refusal(word_of(deep)).message


def test_depth_that_the_parser_allows_is_read() -> None:
    deep = "<w:ins>" * 200 + f"<w:p>{_run('deep')}</w:p>" + "</w:ins>" * 200
    assert _read(deep)[0] == "deep"


def test_entities_cannot_grow_or_reach_files() -> None:
    def bomb(name: str, old: bytes) -> bytes:
        grown = "".join(f'<!ENTITY a{n + 1} "&a{n};&a{n};&a{n};">' for n in range(40))
        kind = f'<!DOCTYPE x [<!ENTITY a0 "ha"><!ENTITY f SYSTEM "file:///etc/hostname">{grown}]>'
        if name != "word/document.xml":
            return old
        text = old.replace(b"?>", b"?>" + kind.encode(), 1)
        return text.replace(b"<w:body>", b"<w:body><w:p><w:r><w:t>&a40;&f;</w:t></w:r></w:p>")

    assert "declares a document type" in _refusal(rewritten(word("x"), bomb)).message
