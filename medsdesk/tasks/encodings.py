"""Finds out what bytes are: which kind of file, and for text in which encoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of an older Office document, and of a newer one that has a password."""

# First bytes of files that are often mistaken for text, in words a person uses for them.
_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document (DOCX, XLSX, ODT)"),
    (OLE, "an older Office document (DOC, XLS)"),
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

# What clinical systems in the benchmark's languages write where it is not Unicode, as a person
# knows it, with the script it is for. The commoner of two that read the same stands first.
_OLD_ENCODINGS: Mapping[str, tuple[str, str]] = {
    "cp1252": ("Windows-1252", "latin"),
    "mac_roman": ("Mac Roman", "latin"),
    "cp850": ("DOS 850", "latin"),
    "cp1251": ("Windows-1251", "cyrillic"),
    "koi8_r": ("KOI8-R", "cyrillic"),
    "cp866": ("DOS 866", "cyrillic"),
    "gb18030": ("GB18030", "asian"),
    "cp932": ("Shift-JIS", "asian"),
    "euc_jp": ("EUC-JP", "asian"),
    "cp950": ("Big5", "asian"),
}

# First and last code of the characters in daily use, and of the rarer ones: the Asian standards
# keep the two apart. Beyond both are characters that hardly anybody writes.
_LEVELS: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "gb18030": ((0xB0A1, 0xD7FE), (0xD8A1, 0xF7FE)),
    "cp932": ((0x889F, 0x9872), (0x989F, 0xEAA4)),
    "euc_jp": ((0xB0A1, 0xCFD3), (0xD0A1, 0xF4A6)),
    "cp950": ((0xA440, 0xC67E), (0xC940, 0xF9D5)),
}
_JAPANESE = ("cp932", "euc_jp")
_SELDOM = ("mac_roman", "cp850", "koi8_r", "cp866")

# How likely a character is in a text of its script: the logarithm to the base ten, near enough.
_PUNCTUATION = {"’": -0.8} | dict.fromkeys("“”‘„–—…«»°µ±²³½¼×÷·•€§\xa0", -1.3)
_LATIN = {
    **dict.fromkeys("àáâãäåæçèéêëíîïñóôõöøùúûüß", -1.0),
    **dict.fromkeys("ÀÁÂÃÄÅÆÇÈÉÊËÍÎÏÑÓÔÕÖØÙÚÛÜ¿¡ºª", -1.7),
    "œ": -1.2,
    **dict.fromkeys("ìòýþðÿŠšŽžŸÞÐÝÌÒŒ®™©†‰", -2.8),
    **_PUNCTUATION,
}
_CYRILLIC = {
    **dict.fromkeys("оеа", -1.0),
    **dict.fromkeys("интсрвл", -1.3),
    **dict.fromkeys("кмдпу", -1.6),
    **dict.fromkeys("яыьгзбчйх", -1.8),
    **dict.fromkeys("жшюцщэф", -2.3),
    **dict.fromkeys("ъёіїєґў", -3.0),
    **_PUNCTUATION,
    "№": -1.3,
}
_ASIAN_SIGNS = "℃①②③④⑤"
_UNLIKELY = -3.5
_IMPOSSIBLE = -6.0
# Alone they are words, or units such as grams in litres.
_LATIN_WORDS = "àáéèêíóòôöåøæúùÀÁÉÈÍÓÖÅØÆÚµªº"
_CYRILLIC_WORDS = "ивскоуяаглµ"

# A letter right after a number, a micro sign gone wrong, a power of nothing, two capitals first.
_ODD = re.compile(r"[0-9](?![ªºµ])[^\W\d_a-zA-Z]|[0-9] æ(?=g|l|mol)|(?<!\w)[²³¹]|\b[À-Ý][A-Z][a-z]")
_WORD = re.compile("[A-Za-z\x80-\U0010ffff]+")
_NEVER = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
_INSIDE = "’·…\xa0"
_DASHES = "–—‘"
_APART = "×÷•€§"
_VOWELS = re.compile("[аеёиоуыэюяіїє]")
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH = re.compile(rb"[\x80-\xff]")
_ESCAPED = re.compile("[\udc80-\udcff]")
_UTF16_TEXT = re.compile("[\t\n\f\r -~\xa0-\u024f\u0370-\u04ff\u2010-\u22ff]+")

# Bytes looked at; a guess does not get better with more.
_SAMPLE = 8192
# A reading must be ten times as likely as the next one that gives another text.
_MARGIN = 1.0
# A reading less likely than this for each byte is unlike any text of its script.
_TOO_UNLIKELY = -2.2


def kind_of_file(data: bytes) -> str | None:
    """Return what the bytes look like in words, where they are known to be no text."""
    known = next((words for magic, words in _MAGICS if data.startswith(magic)), None)
    if known or byte_order_mark(data):
        return known
    # A DICOM picture has its name after 128 free bytes.
    if data[128:132] == b"DICM":
        return "a DICOM picture"
    if b"\0" not in data:
        return None
    if _is_utf16(data):
        return "in what looks like UTF-16 without a byte order mark"
    return "no text: it has zero bytes in it"


def byte_order_mark(data: bytes) -> tuple[str, str] | None:
    """Return codec and name of the encoding that a mark at the start of the bytes names."""
    return next(((codec, name) for mark, codec, name in _MARKS if data.startswith(mark)), None)


def told(encoding: str) -> str:
    """Return an encoding's name for a person, and say of a guess that it is one."""
    if encoding in _OLD_ENCODINGS:
        return f"{_OLD_ENCODINGS[encoding][0]} (a guess)"
    return encoding.upper().removesuffix("-SIG")


def is_guess(encoding: str) -> bool:
    """Say whether an encoding can only have been guessed: nothing in a file marks it."""
    return encoding in _OLD_ENCODINGS


def broken_unicode(data: bytes) -> str | None:
    """Return what is wrong with bytes that are nearly UTF-8, in words; None if they are not."""
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
        foreign = len(_ESCAPED.findall(text))
        if len(_HIGH.findall(data)) >= 6 * foreign:
            return "UTF-8 for the most part, but has other bytes in it"
        return None
    return "UTF-8 with halves of characters in it, which are no text"


def likeliest(data: bytes) -> tuple[str, ...]:
    """Return the encodings that bytes beyond ASCII and not UTF-8 may be in, likeliest first.

    None are returned where the bytes read as text in no encoding, several where they do in more
    than one and the readings differ.
    """
    sample, found = _sample(data), []
    for codec in _OLD_ENCODINGS:
        try:
            reading = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        found.append((_likelihood(reading, codec, sample), codec, reading))
    found.sort(key=lambda one: -one[0])
    if not found or found[0][0] < _limit(found[0][2], found[0][1]):
        return ()
    best, _, text = found[0]
    others = [codec for value, codec, reading in found[1:] if _near(value, best, reading, text)]
    return (found[0][1], *others)


def guess_text(data: bytes) -> tuple[str, str] | None:
    """Return the likeliest text of bytes that are not Unicode, and its encoding; None for none.

    The bytes may be the start of a file: a character cut off at the end is left out.
    """
    for codec in likeliest(data)[:1]:
        try:
            return codecs.getincrementaldecoder(codec)().decode(data), codec
        except UnicodeDecodeError:
            break
    return None


def _limit(text: str, codec: str) -> float:
    """Return the likelihood below which a reading is taken for none."""
    size = 2 if _OLD_ENCODINGS[codec][1] == "asian" else 1
    return _TOO_UNLIKELY * size * sum(not letter.isascii() for letter in text) - 1.0


def _near(value: float, best: float, reading: str, text: str) -> bool:
    return value > best - _MARGIN and reading != text


def _sample(data: bytes) -> bytes:
    """Return the lines that tell something, up to a length, cut where no character is cut."""
    if len(data) <= _SAMPLE:
        return data
    lines = b"\n".join(line for line in data.splitlines() if not line.isascii())
    if len(lines) <= _SAMPLE:
        return lines
    # A space or line end is never the second half of a character.
    end = max(lines.rfind(b"\n", 0, _SAMPLE), lines.rfind(b" ", 0, _SAMPLE))
    return lines[:end] if end > 0 else lines


def _likelihood(text: str, codec: str, data: bytes) -> float:
    """Return how likely a text is in its script, as a sum over its characters beyond ASCII."""
    script = _OLD_ENCODINGS[codec][1]
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    value = _IMPOSSIBLE * len(_NEVER.findall(text))
    if script == "asian":
        value += sum(_asian(word, codec) for word in words)
    elif script == "cyrillic":
        value += sum(_alphabetic(word, _CYRILLIC, _CYRILLIC_WORDS) for word in words)
    else:
        value += sum(_alphabetic(word, _LATIN, _LATIN_WORDS) for word in words)
        value -= 2.0 * len(_ODD.findall(text))
        value -= 2.0 * (("¡" in text and "!" not in text) + ("¿" in text and "?" not in text))
    # In Western texts most bytes beyond ASCII stand alone, in all others they stand in rows.
    if script != "latin" and 2 * len(_ALONE.findall(data)) > len(_HIGH.findall(data)):
        value -= 1.5
    if codec in _SELDOM:
        value -= 1.0
    return value


def _alphabetic(word: str, letters: Mapping[str, float], words: str) -> float:
    """Return the likelihood of a word in an alphabet: of its letters and of how they follow."""
    value = 0.0
    for before, letter, after in zip(f" {word}", word, f"{word[1:]} ", strict=False):
        if not letter.isascii():
            value += _letter(letter, letters)
            if not letter.isalpha():
                value += _symbol(before, letter, after)
        if before.isalpha() and letter.isalpha():
            value += _pair(before, letter, letters)
    bare = word.strip("«»“”’‘…–—°\xa0")
    if len(bare) == 1 and bare.isalpha() and not bare.isascii() and bare not in words:
        value -= 1.0
    # Initials are spoken letter by letter, but small letters make a syllable.
    if letters is _CYRILLIC and len(bare) > 2 and bare.islower() and not _VOWELS.search(bare):
        value -= 1.0
    return value


def _symbol(before: str, sign: str, after: str) -> float:
    """Return how a sign fits between its neighbours."""
    if before.isalpha() and after.isalpha():
        if sign in _INSIDE:
            return 0.0
        return -1.0 if sign in _DASHES else -3.0
    if sign in _APART and (before.isalpha() or after.isalpha()):
        return -1.0
    row = not (before.isascii() or before.isalpha() or sign == "\xa0" or before == "\xa0")
    return -1.5 * row - 1.0 * (sign == "…" and after.isalpha())


def _pair(before: str, letter: str, letters: Mapping[str, float]) -> float:
    """Return how two letters follow: capitals come first, and two alphabets do not mix."""
    value = -2.0 * (before.islower() and letter.isupper())
    if letters is _CYRILLIC:
        return value - (before.isascii() != letter.isascii())
    return value - 1.0 * (not before.isascii() and not letter.isascii())


def _letter(letter: str, letters: Mapping[str, float]) -> float:
    known = letters.get(letter)
    if known is None and letter.isupper():
        known = letters.get(letter.lower(), _UNLIKELY) - 0.1
    return _UNLIKELY if known is None else known


def _asian(word: str, codec: str) -> float:
    """Return the likelihood of a piece of Chinese or Japanese."""
    value = 0.0
    for before, letter in zip(f" {word}", word, strict=False):
        if letter.isascii():
            continue
        value += _character(letter, codec)
        # A small letter and no space before the next script.
        value -= 1.0 * ("a" <= before <= "z" and letter >= "\u3000")
    return value


def _character(letter: str, codec: str) -> float:
    half_width = "\uff61" <= letter <= "\uff9f"
    if half_width or "\u3040" <= letter <= "\u30ff":
        return -1.8 - 0.8 * half_width if codec in _JAPANESE else _IMPOSSIBLE
    if "\u3000" <= letter <= "\u3011" or "\uff01" <= letter <= "\uff5e":
        return -1.8
    if "\xc0" <= letter <= "\u04ff":  # the Asian standards have other alphabets, too
        return -4.0
    if letter in _PUNCTUATION or letter in _ASIAN_SIGNS:
        return -2.8
    return _ideogram(letter.encode(codec), codec)


def _ideogram(code: bytes, codec: str) -> float:
    (first, last), (rare_first, rare_last) = _LEVELS[codec]
    number = int.from_bytes(code)
    if first <= number <= last:
        # In the other readings a second byte of ASCII is a letter that costs nothing.
        return -3.3 + (code[1] < 0x80)
    return -4.6 if rare_first <= number <= rare_last else _IMPOSSIBLE


def _is_utf16(data: bytes) -> bool:
    """Say whether bytes without a mark are text in UTF-16 of Western or Cyrillic letters."""
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if _UTF16_TEXT.fullmatch(text):
            return True
    return False
