"""Looks into an Office file before anything reads it: whole, of bearable size, no trap in it."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.encodings import OLE

MOST_PARTS = 10_000
MOST_BYTES = 300_000_000
"""Most bytes of all parts of a document unpacked; most of them are pictures."""

_BLOCK = 1 << 20
_XML = (".xml", ".rels", ".vml")
# Office writes no document types; entities that are declared there can grow without bounds.
_DECLARATIONS = (b"<!doctype", b"<!entity")
_LONGEST = max(map(len, _DECLARATIONS))
_SAVE = "Open it in the program that made it and save it again."


def check_office_zip(file: IO[bytes], name: str, most_bytes: int = MOST_BYTES) -> None:
    """Refuse an Office file (DOCX, XLSX) that is broken, too large, or made to do harm.

    Args:
        file: The file, open; it is left at its start.
        name: What to call it in an error, such as ``The file a.docx``.
        most_bytes: Most bytes of all parts unpacked.

    Raises:
        UserFacingError: It must not be read.
    """
    file.seek(0)
    if file.read(len(OLE)) == OLE:
        raise UserFacingError(
            f"{name} is protected with a password, or is an older Office document.",
            "Open it in its program and save it without a password in today's format.",
        )
    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive, name, most_bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise UserFacingError(f"{name} is damaged or cut short.", _SAVE) from error
    except RuntimeError as error:  # what zipfile says of a part that is encrypted
        raise UserFacingError(
            f"{name} is protected with a password.", "Save it without a password."
        ) from error
    file.seek(0)


def _check(archive: zipfile.ZipFile, name: str, most_bytes: int) -> None:
    parts = archive.infolist()
    xml = [part for part in parts if part.filename.lower().endswith(_XML)]
    size = sum(part.file_size for part in parts)
    # Of the parts that are text, a third: a parser takes several times their size.
    text_size = sum(part.file_size for part in xml)
    if len(parts) > MOST_PARTS or size > most_bytes or text_size > most_bytes // 3:
        raise UserFacingError(
            f"{name} would unpack to {size:,} bytes in {len(parts):,} parts, which is too much.",
            "Copy the text that matters into a new document.",
        )
    for part in xml:
        # A part that unpacks to more than it says ends in an error of its checksum.
        with archive.open(part) as stream:
            tail = b""
            while block := stream.read(_BLOCK):
                # Without its zero bytes UTF-16 shows the words too.
                seen = tail + block.replace(b"\0", b"").lower()
                if any(word in seen for word in _DECLARATIONS):
                    raise UserFacingError(
                        f"{name} declares a document type, which no Office program writes;"
                        " it was not opened further.",
                        _SAVE,
                    )
                tail = seen[-_LONGEST:]
