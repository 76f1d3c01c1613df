"""Files that are no text are known by their first bytes; old encodings are told apart."""

from __future__ import annotations

import codecs

import pytest

from medsdesk.tasks.encodings import byte_order_mark, guess_text, kind_of_file

RUSSIAN = "Пациент жалуется на боль в груди и одышку при нагрузке."
JAPANESE = "患者は54歳の女性で、発熱と咳を訴えている。ｶﾀｶﾅ"
CHINESE = "患者，女，54岁，因发热咳嗽三天入院。"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n", "PDF document"),
        (b"PK\x03\x04rest", "DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Office"),
        (b"{\\rtf1\\ansi Fever}", "RTF document"),
        (b"GGUF\x03\x00\x00\x00", "model file"),
        (b"\x89PNG\r\n\x1a\n", "PNG picture"),
        (b"\xff\xd8\xff\xe0", "JPEG picture"),
        (b"GIF89a", "GIF picture"),
        (b"II*\x00", "TIFF picture"),
        (b"MM\x00*", "TIFF picture"),
        (b"\x1f\x8b\x08", "gzip archive"),
        (b"BZh91AY&SY", "bzip2 archive"),
        (b"\xfd7zXZ\x00", "xz archive"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
        (b"Rar!\x1a\x07\x01\x00", "RAR archive"),
        (b"SQLite format 3\x00", "SQLite database"),
        (b"\x7fELF\x02", "a program"),
        (b"MZ\x90\x00", "a program"),
        (b"\0" * 128 + b"DICM", "DICOM picture"),
        (b"Fever\0three days", "zero bytes"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, words: str) -> None:
    kind = kind_of_file(data)
    assert kind is not None
    assert words in kind


@pytest.mark.parametrize(
    "data", [b"", b"Fever.", b"BZ high", RUSSIAN.encode("cp1251"), "Fever".encode("utf-16")]
)
def test_text_is_not_taken_for_something_else(data: bytes) -> None:
    assert kind_of_file(data) is None


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_mark_names_the_encoding(mark: bytes, name: str) -> None:
    codec, found = byte_order_mark(mark) or ("", "")
    assert found == name
    assert (mark + "ä".encode(name.removesuffix("-sig"))).decode(codec) == "ä"


def test_no_mark_is_none() -> None:
    assert byte_order_mark(b"Fever") is None


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Le patient présente une fièvre élevée depuis trois jours.", "cp1252"),
        ("Paciente de 54 años con dolor torácico. Niega fiebre.", "cp1252"),
        ("Fieber über 39 °C – “kein” Ausschlag.", "cp1252"),
        ("Fièvre élevée", "cp1252"),
        ("naïve", "cp1252"),
        (RUSSIAN, "cp1251"),
        ("Боль в груди", "cp1251"),
        (JAPANESE, "cp932"),
        ("胸痛", "cp932"),
        (CHINESE, "gb18030"),
        ("胸痛", "gb18030"),
    ],
)
def test_old_encodings_are_told_apart(text: str, encoding: str) -> None:
    assert guess_text(text.encode(encoding)) == (text, encoding)


def test_where_every_reading_mixes_alphabets_the_likeliest_is_taken() -> None:
    text = "ЭКГ в отведении V1а без динамики, T4а, креатинин 90 мкмоль/л, КТ3b и УЗИa."
    assert guess_text(text.encode("cp1251")) == (text, "cp1251")


def test_noise_is_no_text() -> None:
    assert guess_text(bytes(range(1, 256)) * 4) is None
