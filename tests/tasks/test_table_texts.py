"""Rows of tables are texts; which column is which is told, and asked where it is not clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.own_texts import OwnText, Reading
from medsdesk.tasks.table_texts import Columns, read_table
from tests.made_documents import excel, rewritten


def _read(path: Path, **columns: str) -> tuple[list[OwnText], Reading]:
    reading = Reading()
    return list(read_table(path, Columns(**columns), reading)), reading


def _csv(folder: Path, text: str, name: str = "t.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_columns_are_found_by_their_names_and_told(tmp_path: Path) -> None:
    path = _csv(tmp_path, "Id,Note,Reference\na,Fever.,flu\nb,Cough.,\n")
    found, reading = _read(path)
    assert found == [OwnText("a", "Fever.", ("flu",)), OwnText("b", "Cough.")]
    assert reading.notes == [
        "t.csv: the text is in the column 'Note', the reference in 'Reference', the id is 'Id'."
    ]
    assert reading.left_out == []


def test_a_single_column_is_the_text_whatever_it_is_called(tmp_path: Path) -> None:
    found, _ = _read(_csv(tmp_path, "Befund;label\nFieber.;Grippe\n"))
    assert found == [OwnText("t.csv #2", "Fieber.", ("Grippe",))]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_named_columns_are_taken(tmp_path: Path, separator: str) -> None:
    text = "a,input,Befund,gold\n1,x,Fieber.,Grippe\n".replace(",", separator)
    columns = {"text": "befund", "reference": "Gold", "id": "A"}
    assert _read(_csv(tmp_path, text), **columns)[0] == [OwnText("1", "Fieber.", ("Grippe",))]


@pytest.mark.parametrize(
    ("header", "columns", "words"),
    [
        ("note,text", {}, "several columns that may be meant: note and text"),
        ("text,gt,output", {}, "several columns that may be meant: gt and output"),
        ("text,Text", {}, "several columns that may be meant"),
        ("a,b", {}, "not clear which column has the text; it has: a, b"),
        ("text,b", {"text": "c"}, "no column of the name that was given; it has: text, b"),
        ("text,b", {"reference": "c"}, "no column of the name that was given"),
        ("text,b", {"reference": "text"}, "The same column was given for two things"),
        ("text,b", {"reference": "b", "id": "b"}, "The same column was given for two things"),
    ],
)
def test_what_is_not_clear_is_asked(
    tmp_path: Path, header: str, columns: dict[str, str], words: str
) -> None:
    with pytest.raises(UserFacingError) as caught:
        _read(_csv(tmp_path, f"{header}\nZebra,Zebra,Zebra\n"), **columns)
    assert words in caught.value.message
    assert caught.value.hint
    assert "Zebra" not in str(caught.value)


def test_a_table_without_names_repeats_no_text(tmp_path: Path) -> None:
    text = "A made-up letter of more than thirty characters,x\nanother,y\n"
    with pytest.raises(UserFacingError, match="does not look like names") as caught:
        _read(_csv(tmp_path, text))
    assert "letter" not in caught.value.message


def test_rows_that_cannot_be_used_are_left_out_by_line(tmp_path: Path) -> None:
    rows = ["id,text", "1,one", "2", "3,", "4,\0", "", "5,five,more", '6,"a', 'b"', "7,seven"]
    found, reading = _read(_csv(tmp_path, "\n".join(rows).replace("\0", "\ufeff") + "\n"))
    assert [one.id for one in found] == ["1", "6", "7"]
    assert found[1].text == "a\nb"
    assert [(one.where, one.reason) for one in reading.left_out] == [
        ("t.csv, line 3", "it has 1 cells, but the header has 2"),
        ("t.csv, line 4", "the text is empty"),
        ("t.csv, line 5", "the text has only blank space"),
        ("t.csv, line 7", "it has 3 cells, but the header has 2"),
    ]


def test_quotes_that_are_not_closed_cost_the_rest_and_it_is_told(tmp_path: Path) -> None:
    found, reading = _read(_csv(tmp_path, 'text\none\ntwo\n"three\nfour\n'))
    assert [one.text for one in found] == ["one", "two"]
    assert reading.left_out[0].where == "t.csv, the rest"
    assert "no well-formed table" in reading.left_out[0].reason


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserFacingError, match="has no rows"):
        _read(_csv(tmp_path, text))


def test_a_guessed_encoding_is_told(tmp_path: Path) -> None:
    path = _csv(tmp_path, "text,id\nFièvre à 38°C.,1\n", encoding="cp1252")
    found, reading = _read(path)
    assert found[0].text == "Fièvre à 38°C."
    assert "t.csv was read as Windows-1252 (a guess)." in reading.notes


def test_mixed_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("text\nFièvre, лихорадка\n".encode() * 9 + b"Fi\xe8vre\n")
    with pytest.raises(UserFacingError, match="UTF-8 for the most part"):
        _read(path)


def test_long_texts_are_taken_whole(tmp_path: Path) -> None:
    found, _ = _read(_csv(tmp_path, f'text\n"{"Fever. " * 30_000}"\n'))
    assert len(found[0].text) == 210_000


def test_a_workbook_is_read_from_its_first_sheet(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows: list[list[object]] = [
        [],
        ["id", "text", "label"],
        [7, "Fever.", True],
        [None, "Cough."],
        [8.0, None, "x"],
    ]
    path.write_bytes(excel(rows, Other=[["text"], ["Unseen."]]))
    found, reading = _read(path)
    assert found == [OwnText("7", "Fever.", ("True",)), OwnText("t.xlsx #4", "Cough.")]
    assert [(one.where, one.reason) for one in reading.left_out] == [
        ("t.xlsx, row 5", "the text is empty")
    ]
    assert "t.xlsx has 2 sheets; the first alone was read" in reading.notes[0]


def test_a_workbook_that_is_broken_inside_is_told(tmp_path: Path) -> None:
    def cut(name: str, old: bytes) -> bytes:
        return old[: len(old) * 2 // 3] if name == "xl/worksheets/sheet1.xml" else old

    path = tmp_path / "t.xlsx"
    path.write_bytes(rewritten(excel([["text"], *([f"Text {n}."] for n in range(9))]), cut))
    found, reading = _read(path)
    assert 0 < len(found) < 9
    assert reading.left_out[0].reason == "it is damaged inside"
    path.write_bytes(excel([["text"], ["Fever."]])[:300])
    with pytest.raises(UserFacingError, match="damaged or cut short"):
        _read(path)


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    def bomb(name: str, old: bytes) -> bytes:
        kind = b'<!DOCTYPE a [<!ENTITY b "ha">]>'
        return old.replace(b"<worksheet", kind + b"<worksheet") if "sheet1" in name else old

    path = tmp_path / "t.xlsx"
    path.write_bytes(rewritten(excel([["text"], ["Fever."]]), bomb))
    with pytest.raises(UserFacingError, match="declares a document type"):
        _read(path)
