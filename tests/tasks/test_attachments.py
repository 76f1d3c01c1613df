"""What a FHIR resource carries is read by its kind; what lies elsewhere is never fetched."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.attachments import kind_order, text_of_attachment
from tests.made_documents import pdf, word

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _held(data: bytes, kind: str | None = None) -> dict[str, Any]:
    made = {"data": base64.b64encode(data).decode()}
    return made if kind is None else {**made, "contentType": kind}


@pytest.mark.parametrize(
    ("data", "kind", "text"),
    [
        ("Fièvre.".encode(), "text/plain", "Fièvre."),
        ("Fièvre.".encode(), None, "Fièvre."),
        ("Fièvre.".encode("latin-1"), "text/plain; charset=iso-8859-1", "Fièvre."),
        ("発熱。".encode("utf-16"), 'text/plain;charset="utf-16"', "発熱。"),
        ("Fièvre.".encode(), "text/plain; charset=no-such", "Fièvre."),
        ("Fièvre.".encode(), "text/plain; charset=ascii", "Fièvre."),
        (b"<p>Fever &amp; cough</p>", "text/html", "Fever & cough"),
        (b"<p>Fever</p>", "application/xhtml+xml", "Fever"),
        (pdf("Fever."), "application/pdf", "Fever."),
        (pdf("Fever."), None, "Fever."),
        (word("Fever."), WORD, "Fever."),
        (word("Fever."), "application/octet-stream", "Fever."),
    ],
)
def test_the_text_is_read_by_its_kind(data: bytes, kind: str | None, text: str) -> None:
    assert text_of_attachment(_held(data, kind), {}) == (text, ())


def test_line_ends_in_the_data_are_no_fault() -> None:
    data = base64.encodebytes(b"Fever. " * 50).decode()
    assert text_of_attachment({"data": data}, {})[0] == "Fever. " * 50


def test_what_was_left_out_of_a_document_is_told() -> None:
    _, left_out = text_of_attachment(_held(word("Fever.", header="Ward 3"), WORD), {})
    assert left_out == ("the header and footer were left out",)


@pytest.mark.parametrize(
    ("attachment", "words"),
    [
        ({}, "has no data"),
        ({"data": ""}, "has no data"),
        ({"data": 7}, "has no data"),
        ({"data": "Zebra!"}, "is not in base64"),
        ({"data": "é"}, "is not in base64"),
        ({"url": "https://example.org/zebra"}, "lies at an address, and nothing is fetched"),
        ({"url": "Binary/none"}, "lies at an address, and nothing is fetched"),
        (_held(b"x", "image/jpeg"), "is of the kind image/jpeg, which is not read"),
        (_held(b"x", "Zebra " * 20), "is of the kind an odd kind, which is not read"),
        (_held(pdf(""), "application/pdf"), "may be a scan"),
        (_held(b"Zebra", "application/pdf"), "is no Word or PDF document"),
        (_held(b"Zebra\0", "text/plain"), "is no text"),
    ],
)
def test_what_cannot_be_read_is_told(attachment: dict[str, Any], words: str) -> None:
    with pytest.raises(UserFacingError) as caught:
        text_of_attachment(attachment, {})
    assert caught.value.message.startswith("The attachment ")
    assert words in caught.value.message
    assert "Zebra" not in str(caught.value)


def test_an_address_within_the_bundle_is_followed() -> None:
    within = {"urn:uuid:1": _held(b"Fever.", "text/plain"), "Binary/2": _held(b"<p>Cough</p>")}
    assert text_of_attachment({"url": "urn:uuid:1"}, within)[0] == "Fever."
    html = {"url": "Binary/2", "contentType": "text/html"}
    assert text_of_attachment(html, within)[0] == "Cough"


def test_the_form_that_loses_least_comes_first() -> None:
    kinds = ["image/png", "application/pdf", "text/html; charset=utf-8", "Text/Plain"]
    given: list[dict[str, Any]] = [{"contentType": kind} for kind in kinds]
    assert sorted(given, key=kind_order) == given[::-1]
