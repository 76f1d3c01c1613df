"""Reads the documents that FHIR resources carry in themselves; nothing is fetched."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks import documents
from medsdesk.tasks.html_text import text_of_html
from medsdesk.tasks.texts import decode

NAME = "The attachment"

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HTML = ("text/html", "application/xhtml+xml")
# Of several forms of one document, the one that loses least.
KINDS = ("text/plain", "text/markdown", *_HTML, _WORD, "application/pdf", "application/x-pdf")
_AS_FILE = "Save the document as a file and give that."


def text_of_attachment(
    attachment: Mapping[str, object], within: Mapping[str, Mapping[str, object]]
) -> tuple[str, tuple[str, ...]]:
    """Return the text of an attachment, and what was left out of it in a few words each.

    Args:
        attachment: As FHIR R4 has it: ``data`` in base64, or ``url``, with ``contentType``.
        within: The ``Binary`` resources at hand, by the addresses under which they are known.

    Raises:
        UserFacingError: It is of a kind that is not read, lies elsewhere, or is broken.
    """
    data, kind = attachment.get("data"), attachment.get("contentType")
    if not data and isinstance(url := attachment.get("url"), str) and url:
        binary = within.get(url)
        if binary is None:
            raise UserFacingError(f"{NAME} lies at an address, and nothing is fetched.", _AS_FILE)
        data, kind = binary.get("data"), kind or binary.get("contentType")
    main, _, parameters = str(kind or "").partition(";")
    return _read(_bytes(data), main.strip().lower(), _charset(parameters))


def kind_order(attachment: Mapping[str, object]) -> int:
    """Return a key to sort attachments by: those first that lose least."""
    kind = str(attachment.get("contentType") or "").partition(";")[0].strip().lower()
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _bytes(data: object) -> bytes:
    if not isinstance(data, str) or not data.strip():
        raise UserFacingError(f"{NAME} has no data.", _AS_FILE)
    if len(data) > documents.MAX_BYTES * 3 // 2:
        raise UserFacingError(f"{NAME} is too large.", _AS_FILE)
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UserFacingError(f"{NAME} is not in base64, as FHIR wants it.", _AS_FILE) from error


def _read(data: bytes, kind: str, charset: str) -> tuple[str, tuple[str, ...]]:
    if data.startswith((b"%PDF-", b"PK\x03\x04")) or kind in KINDS[-3:]:
        return documents.read_document(data, NAME)
    if kind in _HTML:
        return text_of_html(_decoded(data, charset)), ()
    if kind in ("", *KINDS):
        return _decoded(data, charset), ()
    shown = kind if len(kind) <= 40 and kind.isprintable() else "an odd kind"
    raise UserFacingError(f"{NAME} is of the kind {shown}, which is not read.", _AS_FILE)


def _decoded(data: bytes, charset: str) -> str:
    if charset:
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, NAME)[0]


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return value.strip(" \"'")
    return ""
