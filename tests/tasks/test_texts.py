"""Text comes in whole, from every encoding and kind of file, or is refused with a reason."""

from __future__ import annotations

import codecs
import gzip
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.tasks.texts import (
    SUFFIXES,
    ClinicalText,
    TextRow,
    check_text,
    decode,
    read_rows,
    read_text_file,
)
from tests.made_documents import pdf, word

NOTE = "Synthetic note: fever for three days.\nNo cough.\n"
MIXED = "Fièvre, лихорадка, 発熱, 发热 🤒\n"


def file(folder: Path, name: str, data: bytes) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["note.txt", "NOTE.TXT", "note.md", "note.text", "note"])
def test_a_text_file_is_one_text(tmp_path: Path, name: str) -> None:
    path = file(tmp_path, name, NOTE.encode())
    assert read_text_file(path) == (ClinicalText(NOTE, name, "utf-8", text_sha256(NOTE)),)
    assert read_rows(path) == (TextRow(NOTE, None, name),)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (MIXED.encode(), "utf-8"),
        (MIXED.encode("utf-8-sig"), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + MIXED.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + MIXED.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + MIXED.encode("utf-32-le"), "utf-32-le"),
        (codecs.BOM_UTF32_BE + MIXED.encode("utf-32-be"), "utf-32-be"),
        (MIXED.encode("gb18030"), "gb18030"),
    ],
)
def test_an_encoding_is_found_and_told(tmp_path: Path, data: bytes, encoding: str) -> None:
    (text,) = read_text_file(file(tmp_path, "note.txt", data))
    assert text.text == MIXED
    assert text.encoding == encoding


def test_a_guess_is_told_with_the_text(tmp_path: Path) -> None:
    dose = "Paracetamol 500 µg, 37°C"
    path = file(tmp_path, "note.txt", dose.encode("cp1252"))
    (text,) = read_text_file(path)
    assert (text.text, text.encoding, text.encoding_is_guess) == (dose, "cp1252", True)
    assert read_rows(path) == (TextRow(dose, None, "note.txt", "Windows-1252 (a guess)"),)
    table = file(tmp_path, "t.csv", "text,reference\nFièvre,oui\n".encode("cp1252"))
    assert read_rows(table)[0].guessed_encoding == "Windows-1252 (a guess)"
    (certain,) = read_text_file(file(tmp_path, "note.txt", dose.encode()))
    assert not certain.encoding_is_guess
    assert read_rows(path)[0].guessed_encoding is None


def test_sentences_begin_with_a_capital() -> None:
    with pytest.raises(UserFacingError, match=r"^Standard input is no text"):
        decode(b"a\0b", "standard input")
    with pytest.raises(UserFacingError, match=r"^Standard input is empty"):
        check_text("", name="standard input")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_are_made_alike(tmp_path: Path, end: str) -> None:
    data = NOTE.replace("\n", end).encode()
    assert read_rows(file(tmp_path, "note.txt", data))[0].text == NOTE
    assert check_text(NOTE.replace("\n", end)) == NOTE
    assert decode(data, "standard input")[0] == NOTE


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff")))
def test_unicode_comes_through_unchanged(text: str) -> None:
    marks = {"utf-8-sig": b"", "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    for encoding, mark in marks.items():
        assert decode(mark + text.encode(encoding), "x") == (text, encoding)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"", "The file a.txt is empty."),
        ("a.txt", codecs.BOM_UTF8, "The file a.txt is empty."),
        ("a.txt", b" \r\n\t", "The file a.txt has only blank space."),
        ("a.txt", "\u3000\u200b\u00a0".encode(), "The file a.txt has only blank space."),
        ("a.pdf", b"%PDF-1.7", "The file a.pdf is damaged or cut short."),
        ("a.pdf", b"Fever", "The file a.pdf is no Word or PDF document but plain text"),
        ("a.txt", b"%PDF-1.7", "The file a.txt is a PDF document."),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "The file a.doc is an older Office document",
        ),
        ("a.txt", gzip.compress(b"x"), "The file a.txt is a gzip archive."),
        ("a.txt", b"Fever\0", "The file a.txt is no text: it has zero bytes in it."),
        ("a.txt", codecs.BOM_UTF16_LE + b"F\0\0\0", "The file a.txt has characters in it that"),
        ("a.txt", codecs.BOM_UTF16_LE + b"F\0e", "The file a.txt is in an unknown encoding."),
        ("a.txt", bytes(range(1, 256)) * 4, "The file a.txt is in an unknown encoding."),
        ("a.txt", b"\xed\xa0\x80", "The file a.txt is UTF-8 with halves of characters in it"),
        ("a.txt", MIXED.encode() + b"\xe9", "The file a.txt is UTF-8 for the most part"),
        ("a.txt", "gorączka".encode("cp1250"), "The file a.txt is in an unknown encoding."),
        ("a.txt", "Fever".encode("utf-16-le"), "The file a.txt is in what looks like UTF-16"),
        (
            "a.txt",
            "发热".encode("gb18030"),
            "The file a.txt can be read as GB18030 or EUC-JP, with different texts.",
        ),
        ("a.html", b"<p>Fever</p>", "Files of the type .html are not read."),
        ("a.csv", b"a,b\n1,2\n", "The file a.csv has no column with the text; it has: a, b."),
        ("a.csv", b"text,reference\n,x\n", "The text of row 1 in a.csv is empty."),
        ("a.csv", b"text\na\n\xc2\xa0\nb\n", ""),
        ("a.json", b'[{"text": "\\ud800"}]', "The text of row 1 in a.json has characters"),
        (
            "a.json",
            b'[{"text": "a", "output": "b\\u0000"}]',
            "The reference of row 1 in a.json has characters",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = file(tmp_path, name, data)
    if not words:
        assert [row.text for row in read_rows(path)] == ["a", "b"]
        return
    with pytest.raises(UserFacingError) as caught:
        read_text_file(path)
    assert caught.value.message.startswith(words)
    assert caught.value.hint
    assert "Fever" not in str(caught.value)


def test_word_and_pdf_documents_are_one_text(tmp_path: Path) -> None:
    letter = file(tmp_path, "letter.DOCX", word("Fever.", "No cough.", header="City Hospital"))
    [row] = read_rows(letter)
    assert (row.text, row.reference, row.name) == ("Fever.\nNo cough.", None, "letter.DOCX")
    assert row.left_out == ("the header and footer were left out",)
    assert read_text_file(letter)[0].text == "Fever.\nNo cough."
    assert read_rows(file(tmp_path, "a.pdf", pdf("Fever."))) == (TextRow("Fever.", None, "a.pdf"),)
    with pytest.raises(UserFacingError, match="has 10 characters; the limit is 9"):
        read_rows(file(tmp_path, "long.docx", word("x" * 10)), max_bytes=9)
    with pytest.raises(UserFacingError, match="is empty"):
        read_rows(file(tmp_path, "empty.docx", word()))


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="There is no file"):
        read_rows(tmp_path / "none.txt")
    with pytest.raises(UserFacingError, match="is not a file"):
        read_rows(tmp_path)


def test_a_name_that_is_too_long_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match=r"cannot be read|There is no file"):
        read_rows(tmp_path / ("x" * 5000))


def test_an_unreadable_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = file(tmp_path, "note.txt", b"Fever")
    monkeypatch.setattr(Path, "open", refuse)  # whoever may do everything can read every file
    with pytest.raises(UserFacingError, match=r"note\.txt cannot be read: Permission denied\."):
        read_rows(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(UserFacingError, match="is not a file"):
        read_rows(tmp_path / "pipe.txt")


def test_a_large_file_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = file(tmp_path, "note.txt", b"x" * 1_234_567)
    with pytest.raises(UserFacingError) as caught:
        read_rows(path)
    words = "The file note.txt has 1,234,567 bytes; the limit is 1,000,000."
    assert caught.value.message == words
    assert len(read_rows(path, 1_234_567)[0].text) == 1_234_567
    with pytest.raises(UserFacingError, match="limit is 1,234,566"):
        read_text_file(path, 1_234_566)


def test_table_rows_are_named_and_numbered(tmp_path: Path) -> None:
    path = file(tmp_path, "t.csv", "\ufefftext;reference\nFièvre;oui\nToux; \n".encode())
    assert read_rows(path) == (
        TextRow("Fièvre", "oui", "t.csv #1"),
        TextRow("Toux", None, "t.csv #2"),
    )
    texts = read_text_file(path)
    assert [(t.name, t.text, t.encoding) for t in texts] == [
        ("t.csv #1", "Fièvre", "utf-8-sig"),
        ("t.csv #2", "Toux", "utf-8-sig"),
    ]
    assert texts[1].sha256 == text_sha256("Toux")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.tsv", b"input\toutput\nFever\tyes\n"),
        ("t.json", b'{"Instances": [{"input": "Fever", "output": ["yes"]}]}'),
        ("t.jsonl", b'{"text": "Fever", "reference": "yes"}\n'),
        ("t.JSONL", b'{\n "Instances": [\n {"input": "Fever", "output": "yes"}\n]}'),
    ],
)
def test_each_kind_of_table_is_read(tmp_path: Path, name: str, data: bytes) -> None:
    path = file(tmp_path, name, data)
    assert read_rows(path) == (TextRow("Fever", "yes", f"{name} #1"),)


def test_the_authors_task_files_are_read(shared: Path) -> None:
    folder = shared / "data" / "meds_bench"
    for name, rows in (
        ("task3_outcome_extraction", 43),
        ("task58_medqa_question_answering_zh", 91),
    ):
        read = read_rows(folder / f"{name}.json")
        assert len(read) == rows
        assert all(row.reference for row in read)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The text is empty."),
        (" \n\u3000\ufeff", "The text has only blank space."),
        ("a\0b", "The text has characters in it that are no text."),
        ("a\udc80b", "The text has characters in it that are no text."),
        ("x" * 1_000_001, "The text has 1,000,001 characters; the limit is 1,000,000."),
    ],
)
def test_pasted_text_that_cannot_be_used_is_refused(text: str, words: str) -> None:
    with pytest.raises(UserFacingError) as caught:
        check_text(text)
    assert caught.value.message == words
    assert caught.value.hint


def test_pasted_text_is_kept_as_it_is() -> None:
    assert check_text("\ufeff Fever \f 🤒 ") == " Fever \f 🤒 "
    assert check_text("xy", 2) == "xy"
    with pytest.raises(UserFacingError, match="The answer has 2 characters; the limit is 1"):
        check_text("xy", 1, "The answer")


def test_the_suffixes_for_a_file_dialog() -> None:
    assert SUFFIXES == (".txt", ".text", ".md", ".docx", ".pdf", ".csv", ".tsv", ".json", ".jsonl")
