"""Reads documents that are no plain text: Word and PDF; and names the way out for others."""

from __future__ import annotations

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.encodings import OLE, kind_of_file

SUFFIXES = (".docx", ".pdf")
MAX_BYTES = 50_000_000
"""Largest file to read; pictures take most of such files, and text little."""

_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
_HEAD = 1024  # PDF readers look for the first words that far
_WAYS_OUT = {
    OLE: "Open it in Word or Excel and save it as .docx or .xlsx, or paste the text.",
    b"{\\rtf": "Open it in Word and save it as .docx, or paste the text.",
    _PDF: "Give its name the ending .pdf, and it will be read.",
    _ZIP: "Give its name the ending that it had, such as .docx or .xlsx, or paste the text.",
}


def read_document(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of a Word or PDF document, and what was left out in a few words each.

    What it is, is seen from its first bytes, whatever it is called.

    Args:
        data: The whole file.
        name: What to call it in an error, such as ``The file a.docx``.

    Raises:
        UserFacingError: It is broken, protected, too large, a scan, or something else.
    """
    # Each only where it is wanted: every window that runs a text imports this module.
    if not data:
        raise UserFacingError(f"{name} is empty.", "Choose a file that has a text.")
    if _PDF in data[:_HEAD]:
        from medsdesk.tasks.pdf_text import read_pdf

        return read_pdf(data, name)
    if data.startswith((_ZIP, OLE)):
        from medsdesk.tasks.word_text import read_word

        return read_word(data, name)
    what = kind_of_file(data) or "plain text, whatever its name says"
    raise UserFacingError(
        f"{name} is no Word or PDF document but {what}.", "Give its name the ending that is right."
    )


def way_out(data: bytes) -> str | None:
    """Return what to do with a document that was taken for plain text; None where nothing helps."""
    return next((words for magic, words in _WAYS_OUT.items() if data.startswith(magic)), None)
