"""What a document is, is seen from its bytes; whatever else it is, is named with the way out."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.documents import read_document, way_out
from medsdesk.tasks.encodings import OLE
from tests.made_documents import excel, pdf, word


@pytest.mark.parametrize("data", [pdf("Fever."), word("Fever."), b"\n\n" + pdf("Fever.")])
def test_word_and_pdf_are_read(data: bytes) -> None:
    assert read_document(data, "The file a.docx") == ("Fever.", ())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"Fever.", "but plain text, whatever its name says"),
        (b"{\\rtf1 Fever.}", "but an RTF document"),
        (b"\x89PNG\r\n\x1a\n", "but a PNG picture"),
        (OLE + bytes(600), "an older Office document"),
        (excel([["Fever."]]), "cannot be read as a Word document"),
    ],
)
def test_what_is_neither_is_named(data: bytes, words: str) -> None:
    with pytest.raises(UserFacingError) as caught:
        read_document(data, "The file a.docx")
    assert caught.value.message.startswith("The file a.docx")
    assert words in caught.value.message
    assert "Fever" not in str(caught.value)


def test_the_way_out_is_told_where_there_is_one() -> None:
    assert "save it as .docx" in (way_out(OLE + bytes(9)) or "")
    assert "save it as .docx" in (way_out(b"{\\rtf1 Fever.}") or "")
    assert ".pdf" in (way_out(pdf("Fever.")) or "")
    assert way_out(b"\x89PNG\r\n\x1a\n") is None
