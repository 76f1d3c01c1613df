"""Finds out what bytes are: which kind of file, and for text in which encoding."""

from __future__ import annotations

import codecs
import re

# First bytes of files that are often mistaken for text, in words a person uses for them.
_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document (DOCX, XLSX, ODT)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office document (DOC, XLS)"),
    (b"{\\rtf", "an RTF document"),
    (b"GGUF", "a model file (GGUF)"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
)

# UTF-32 before UTF-16: the little-endian mark of one begins with the mark of the other.
_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)

# What clinical systems in the benchmark's languages write where it is not Unicode. Left to
# all it knows, the detector takes short Spanish for Big5 and short Japanese for Korean.
_OLD_ENCODINGS = ("cp1252", "cp1251", "cp932", "gb18030")

_MIXED_WORD = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")


def kind_of_file(data: bytes) -> str | None:
    """Return what the bytes look like in words, where they are known to be no text."""
    known = next((words for magic, words in _MAGICS if data.startswith(magic)), None)
    if known or byte_order_mark(data):
        return known
    # A DICOM picture has its name after 128 free bytes.
    if data[128:132] == b"DICM":
        return "a DICOM picture"
    return "no text: it has zero bytes in it" if b"\0" in data else None


def byte_order_mark(data: bytes) -> tuple[str, str] | None:
    """Return codec and name of the encoding that a mark at the start of the bytes names."""
    return next(((codec, name) for mark, codec, name in _MARKS if data.startswith(mark)), None)


def guess_text(data: bytes) -> tuple[str, str] | None:
    """Return the likeliest text of bytes that are not Unicode, and its encoding; None for none."""
    import charset_normalizer

    found = charset_normalizer.from_bytes(data, cp_isolation=list(_OLD_ENCODINGS))
    readings = [(str(match), match.encoding) for match in found]
    # French in a Russian encoding shows as words of both alphabets, which nobody writes.
    clean = [reading for reading in readings if not _MIXED_WORD.search(reading[0])]
    return next(iter(clean or readings), None)
