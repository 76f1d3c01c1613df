"""Reads the text of a PDF document; one that has only pictures of text is refused in words."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_PAGES = 1_000
MOST_SECONDS = 60.0
MOST_CHARS = 4_000_000

# What pypdf raises on a form that is broken; its pages may be sound all the same.
_FORM_FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_PART = "Save or print the pages that matter as a PDF of their own."
_BROKEN = "Open it in its program and save or print it as a PDF again."


def read_pdf(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of a document, and what was not read in a few words each.

    Pages in their order, then the fields of a form that were filled in.

    Args:
        data: The whole file.
        name: What to call it in an error, such as ``The file a.pdf``.

    Raises:
        UserFacingError: It is broken, encrypted, too large, or has no text layer.
    """
    # It tells of every oddity of a file, and may quote from it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    reader = _open(data, name)
    pages = _pages(reader, name)
    fields, remarks = _fields(reader)
    empty = [number for number, text in enumerate(pages, 1) if not text.strip()]
    if len(empty) == len(pages) and not fields:
        raise UserFacingError(
            f"{name} has no text in it, only pictures: it may be a scan.",
            "Let a program for text recognition (OCR) make its text, or paste the text.",
        )
    if empty:
        remarks = (_told(empty, len(pages)), *remarks)
    text = "\n".join((*(page.strip("\n") for page in pages), *fields)).strip("\n")
    return text.replace("\0", "\ufffd"), remarks


def _open(data: bytes, name: str) -> PdfReader:
    try:
        # Seldom wanted, and slow to import.
        from pypdf import PdfReader

        reader = PdfReader(io.BytesIO(data), strict=False)
        closed = reader.is_encrypted and not reader.decrypt("")
    except Exception as error:
        # An encryption that pypdf has no package for is told so, and the rest is damage.
        if b"/Encrypt" in data:
            raise _encrypted(name) from error
        raise UserFacingError(f"{name} is damaged or cut short.", _BROKEN) from error
    if closed:
        raise _encrypted(name)
    return reader


def _encrypted(name: str) -> UserFacingError:
    return UserFacingError(
        f"{name} is encrypted.", "Save or print it as a PDF without a password, or paste the text."
    )


def _pages(reader: PdfReader, name: str) -> Sequence[str]:
    """Return the text of each page, within bounds of time and size."""
    texts: list[str] = []
    try:
        count = len(reader.pages)
        if 0 < count <= MOST_PAGES:
            texts += _within_bounds(reader, name)
    except UserFacingError:
        raise
    except Exception as error:
        raise UserFacingError(f"{name} is damaged; its pages cannot be read.", _BROKEN) from error
    if not count:
        raise UserFacingError(f"{name} has no pages.", _BROKEN)
    if count > MOST_PAGES:
        raise UserFacingError(f"{name} has {count:,} pages; the limit is {MOST_PAGES:,}.", _PART)
    return texts


def _within_bounds(reader: PdfReader, name: str) -> Iterator[str]:
    until, chars = time.monotonic() + MOST_SECONDS, 0
    for number, page in enumerate(reader.pages, 1):
        if time.monotonic() > until:
            raise UserFacingError(
                f"{name} takes too long to read; it was given up before page {number}.", _PART
            )
        text = page.extract_text()
        chars += len(text)
        if chars > MOST_CHARS:
            raise UserFacingError(f"{name} has more than {MOST_CHARS:,} characters.", _PART)
        yield text


def _fields(reader: PdfReader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the filled in fields of a form, whose text stands on no page, and a remark."""
    from pypdf.errors import PyPdfError

    try:
        if "/AcroForm" not in reader.root_object:
            return (), ()
        filled = [
            f"{key}: {value}"
            for key, field in (reader.get_fields() or {}).items()
            if field.get("/FT") != "/Sig" and (value := _value(field.get("/V")))
        ]
    except (PyPdfError, *_FORM_FAULTS):
        return (), ("its form cannot be read",)
    return tuple(filled), ()


def _value(value: object) -> str:
    """Return what was filled in, ticked or chosen; empty for nothing."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_value, value)))
    text = "" if value is None else str(value).strip()
    ticked = text.removeprefix("/")
    return "" if ticked == "Off" and text != ticked else ticked


def _told(empty: Sequence[int], count: int) -> str:
    """Return which pages have no text, in a few words."""
    some = ", ".join(map(str, empty[:10])) + (" …" if len(empty) > 10 else "")
    if len(empty) == 1:
        return f"page {some} of {count} has no text and may be a picture"
    return f"pages {some} of {count} have no text and may be pictures"
