"""Takes clinical text in: pasted, from standard input, or from a text or table file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.tasks import documents
from medsdesk.tasks.encodings import (
    broken_unicode,
    byte_order_mark,
    is_guess,
    kind_of_file,
    likeliest,
    told,
)
from medsdesk.tasks.tables import CSV_SUFFIXES, JSON_SUFFIXES, Pair, read_csv, read_json

MAX_BYTES = 1_000_000
MAX_CHARS = 1_000_000
PLAIN_SUFFIXES = (".txt", ".text", ".md", "")
SUFFIXES = tuple(
    s for s in (*PLAIN_SUFFIXES, *documents.SUFFIXES, *CSV_SUFFIXES, *JSON_SUFFIXES) if s
)

_BLANK = re.compile(r"[\s\ufeff\u200b]*")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_SAVE_AS = "Save it as plain text in the encoding UTF-8 and try again, or paste the text."


@dataclass(frozen=True, slots=True)
class ClinicalText:
    """One text of a file.

    Attributes:
        text: The whole text, with line feeds alone as line ends.
        name: The file's name; with the row's number where the file is a table.
        encoding: Encoding of the file, as read or guessed.
        sha256: SHA-256 of the text.
    """

    text: str
    name: str
    encoding: str
    sha256: str

    @property
    def encoding_is_guess(self) -> bool:
        """Whether the encoding was guessed, which is to be told."""
        return is_guess(self.encoding)


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text of a file with its reference answer.

    Attributes:
        text: The whole text, with line feeds alone as line ends.
        reference: The right answer; None where the file has none.
        name: The file's name; with the row's number where the file is a table.
        guessed_encoding: Name of the file's encoding where it was guessed, which is to be told;
            None where it is certain.
        left_out: What of a Word or PDF document is not in the text, in a few words each.
    """

    text: str
    reference: str | None
    name: str
    guessed_encoding: str | None = None
    left_out: tuple[str, ...] = ()


def read_text_file(path: Path, max_bytes: int = MAX_BYTES) -> tuple[ClinicalText, ...]:
    """Return the texts of a file: one of a text file, one per row of a table file.

    Args:
        path: A file as ``read_rows`` takes it.
        max_bytes: Largest file to read.

    Raises:
        UserFacingError: As ``read_rows``.
    """
    rows, encoding = _read(path, max_bytes)
    return tuple(ClinicalText(row.text, row.name, encoding, text_sha256(row.text)) for row in rows)


def read_rows(path: Path, max_bytes: int = MAX_BYTES) -> tuple[TextRow, ...]:
    """Return the texts of a file with their references, in the file's order.

    Text files (``.txt``, ``.md``) and documents (``.docx``, ``.pdf``) have one text and no
    reference. Table files (``.csv``,
    ``.tsv``, ``.json``, ``.jsonl``) have the text in ``input`` or ``text`` and may have a
    reference in ``reference``, ``GT`` or ``output``. A MedS-Ins task file is read too.

    Args:
        path: The file.
        max_bytes: Largest file to read, and most characters of the text of a document, whose
            file has a limit of its own.

    Raises:
        UserFacingError: The file is missing, unreadable, empty, too large, no text, in no
            known encoding or form, or has a row that cannot be used.
    """
    return _read(path, max_bytes)[0]


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of bytes, with line feeds alone as line ends, and the encoding.

    Args:
        data: The whole file: UTF-8, UTF-16 or UTF-32 with a mark, else an old encoding is guessed.
            ``encodings.told`` names it for a person and says of a guess that it is one.
        name: What to call it in an error.

    Raises:
        UserFacingError: It is no text, in no known encoding, or in one of several that give
                different texts.
    """
    name = _as_first_word(name)
    if kind := kind_of_file(data):
        raise UserFacingError(f"{name} is {kind}.", documents.way_out(data) or _SAVE_AS)
    codec, encoding = byte_order_mark(data) or ("utf-8", "utf-8")
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        encoding = _guess(data, name) if codec == "utf-8" else codec
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            raise UserFacingError(f"{name} is in an unknown encoding.", _SAVE_AS) from None
    return _plain_line_ends(text), encoding


def _guess(data: bytes, name: str) -> str:
    """Return the encoding of bytes that are no UTF-8, unless that would be a gamble."""
    if broken := broken_unicode(data):
        raise UserFacingError(f"{name} is {broken}.", _SAVE_AS)
    codecs = likeliest(data)
    if not codecs:
        raise UserFacingError(f"{name} is in an unknown encoding.", _SAVE_AS)
    if len(codecs) > 1:
        either = " or ".join(told(codec).removesuffix(" (a guess)") for codec in codecs)
        raise UserFacingError(f"{name} can be read as {either}, with different texts.", _SAVE_AS)
    return codecs[0]


def check_text(text: str, max_chars: int = MAX_CHARS, name: str = "The text") -> str:
    """Return a text that can be worked with: line feeds as line ends, else unchanged.

    Args:
        text: Pasted, or from standard input.
        max_chars: Longest text to take.
        name: What to call it in an error, such as ``The text``.

    Raises:
        UserFacingError: It is empty, blank, too long, or has characters that are no text.
    """
    name = _as_first_word(name)
    if not text:
        raise UserFacingError(f"{name} is empty.", "Paste a text or choose a file that has one.")
    if _BLANK.fullmatch(text):
        raise UserFacingError(
            f"{name} has only blank space.", "Paste a text or choose a file that has one."
        )
    if len(text) > max_chars:
        raise UserFacingError(
            f"{name} has {len(text):,} characters; the limit is {max_chars:,}.",
            "Shorten it to the part that matters; nothing is cut for you.",
        )
    if _NO_TEXT.search(text):
        raise UserFacingError(f"{name} has characters in it that are no text.", _SAVE_AS)
    return _plain_line_ends(text.removeprefix("\ufeff"))


def _as_first_word(name: str) -> str:
    return name[:1].upper() + name[1:]


def _plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read(path: Path, max_bytes: int) -> tuple[tuple[TextRow, ...], str]:
    name, suffix = f"The file {path.name}", path.suffix.lower()
    if suffix in documents.SUFFIXES:
        data = bytes_of(path, name, documents.MAX_BYTES)
        text, left_out = documents.read_document(data, name)
        text = check_text(text, max_bytes, name)
        return (TextRow(text, None, path.name, left_out=left_out),), "utf-8"
    data = bytes_of(path, name, max_bytes)
    text, encoding = decode(data, name)
    text = check_text(text, max_bytes, name)
    guessed = told(encoding) if is_guess(encoding) else None
    if suffix in PLAIN_SUFFIXES:
        return (TextRow(text, None, path.name, guessed),), encoding
    if suffix in CSV_SUFFIXES:
        pairs = read_csv(text, name)
    elif suffix in JSON_SUFFIXES:
        pairs = read_json(text, name)
    else:
        raise UserFacingError(
            f"Files of the type {suffix} are not read.", f"Choose one of: {', '.join(SUFFIXES)}."
        )
    rows = (_row(pair, n, path.name, max_bytes, guessed) for n, pair in enumerate(pairs, 1))
    return tuple(rows), encoding


def _row(pair: Pair, number: int, file: str, max_chars: int, guessed: str | None) -> TextRow:
    text, reference = pair
    text = check_text(text, max_chars, f"The text of row {number} in {file}")
    if reference is None or not reference.strip():
        reference = None
    else:
        reference = check_text(reference, max_chars, f"The reference of row {number} in {file}")
    return TextRow(text, reference, f"{file} #{number}", guessed)


def bytes_of(path: Path, name: str, max_bytes: int) -> bytes:
    """Return a file's content, and never read more than the limit of it.

    Args:
        path: The file.
        name: What to call it in an error, such as ``The file a.txt``.
        max_bytes: The limit.

    Raises:
        UserFacingError: It is missing, no file, too large, or the machine does not let us.
    """
    try:
        if not path.exists():
            raise UserFacingError(f"There is no file {path}.", "Check its name and folder.")
        if not path.is_file():
            raise UserFacingError(f"{path} is not a file.", "Choose a text or table file.")
        size = path.stat().st_size
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserFacingError(
            f"{name} cannot be read: {reason}.", "Check that you may open it, or copy it elsewhere."
        ) from error
    if len(data) > max_bytes:
        raise UserFacingError(
            f"{name} has {size:,} bytes; the limit is {max_bytes:,}.",
            "Shorten it to the part that matters, or split it; nothing is cut for you.",
        )
    return data
