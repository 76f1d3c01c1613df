"""PDF documents give their text page by page, or the reason why they give none."""

from __future__ import annotations

import io

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks import pdf_text
from medsdesk.tasks.pdf_text import read_pdf
from tests.made_documents import encrypted_pdf, pdf

NAME = "The file a.pdf"


def _refusal(data: bytes) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        read_pdf(data, NAME)
    assert caught.value.message.startswith(NAME)
    assert caught.value.hint
    return caught.value


def test_pages_come_in_their_order() -> None:
    text, left_out = read_pdf(pdf("Fever for three days.\nNo cough.", "Page two (of 2)."), NAME)
    assert text.split("\n") == ["Fever for three days.", "No cough.", "Page two (of 2)."]
    assert left_out == ()


def test_pages_without_text_are_told() -> None:
    text, left_out = read_pdf(pdf("One.", "", "Three.", ""), NAME)
    assert text.split() == ["One.", "Three."]
    assert left_out == ("pages 2, 4 of 4 have no text and may be pictures",)
    assert read_pdf(pdf("One.", ""), NAME)[1] == ("page 2 of 2 has no text and may be a picture",)


def test_a_scan_is_named_and_the_way_out_told() -> None:
    found = _refusal(pdf("", ""))
    assert "may be a scan" in found.message
    assert "OCR" in found.hint


def test_what_is_filled_in_is_read_though_it_stands_on_no_page() -> None:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(""))))
    filled = {
        "Diagnosis": ("/Tx", TextStringObject("Pneumonia")),
        "Smoker": ("/Btn", NameObject("/Yes")),
        "Diabetes": ("/Btn", NameObject("/Off")),
        "Wards": ("/Ch", ArrayObject([TextStringObject("ICU"), TextStringObject("3")])),
        "Remarks": ("/Tx", TextStringObject(" ")),
        "Signed": ("/Sig", TextStringObject("x")),
        "Side": ("/Ch", None),
    }
    fields = ArrayObject()
    for name, (kind, value) in filled.items():
        field = DictionaryObject({
            NameObject("/FT"): NameObject(kind), NameObject("/T"): TextStringObject(name),
        })  # fmt: skip
        if value is not None:
            field[NameObject("/V")] = value
        fields.append(writer._add_object(field))
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): fields})
    file = io.BytesIO()
    writer.write(file)
    assert read_pdf(file.getvalue(), NAME)[0].split("\n") == [
        "Diagnosis: Pneumonia", "Smoker: Yes", "Wards: ICU, 3",
    ]  # fmt: skip


def test_a_form_that_is_broken_does_not_spoil_the_pages() -> None:
    text, left_out = read_pdf(pdf("Fever.", extra="/AcroForm << /Fields 7 >>"), NAME)
    assert text == "Fever."
    assert left_out in ((), ("its form cannot be read",))


def test_a_password_to_open_is_refused_and_one_to_change_is_none() -> None:
    assert "is encrypted" in _refusal(encrypted_pdf("Fever.", "secret")).message
    assert read_pdf(encrypted_pdf("Fever.", "secret", owner_only=True), NAME)[0] == "Fever."


def test_an_encryption_that_is_not_known_is_told_as_such() -> None:
    data = pdf("Fever.").replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /Odd >>")
    assert "is encrypted" in _refusal(data).message


@pytest.mark.parametrize("cut", [8, 200, 400])
def test_a_file_that_is_cut_short_is_refused(cut: int) -> None:
    found = _refusal(pdf("Fever.")[:cut])
    assert any(words in found.message for words in ("damaged", "no text", "no pages"))


def test_a_count_of_pages_that_lies_is_not_believed() -> None:
    assert read_pdf(pdf("Fever.", claimed=100_000), NAME)[0] == "Fever."


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "MOST_PAGES", 2)
    assert "has 3 pages; the limit is 2" in _refusal(pdf("a", "b", "c")).message


def test_too_much_text_or_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "MOST_CHARS", 3)
    assert "more than 3 characters" in _refusal(pdf("Fever")).message
    monkeypatch.setattr(pdf_text, "MOST_SECONDS", -1.0)
    assert "given up before page 1" in _refusal(pdf("Fever")).message


def test_a_page_tree_that_bites_its_tail_is_refused() -> None:
    data = pdf("Fever.").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")
    assert any(words in _refusal(data).message for words in ("damaged", "no pages"))
