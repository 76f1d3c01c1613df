"""A table of references finds its texts by their names, and tells what fits none or several."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.own_texts import Reading
from medsdesk.tasks.table_texts import Columns
from medsdesk.tasks.text_folders import Source
from medsdesk.tasks.text_references import read_references
from tests.made_documents import excel

SOURCES = tuple(
    Source(Path(name), name) for name in ("a.txt", "x/b.docx", "y/b.docx", "c.txt", "c.pdf")
)


def _read(
    folder: Path, text: str, **columns: str
) -> tuple[Mapping[str, tuple[str, ...]], list[tuple[str, str]]]:
    path, reading = folder / "r.csv", Reading()
    path.write_text(text, encoding="utf-8")
    found = read_references(path, Columns(**columns), SOURCES, reading)
    return found, [(one.where, one.reason) for one in reading.left_out]


@pytest.mark.parametrize("name", ["a.txt", "A.TXT", " a ", "./a.txt", "a"])
def test_a_text_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    assert _read(tmp_path, f"file,reference\n{name},flu\n") == ({"a.txt": ("flu",)}, [])


def test_the_whole_name_says_which_of_several(tmp_path: Path) -> None:
    text = "file,reference\nx/b.docx,one\ny\\b.docx,two\nc.pdf,three\n"
    found, left_out = _read(tmp_path, text)
    assert found == {"x/b.docx": ("one",), "y/b.docx": ("two",), "c.pdf": ("three",)}
    assert left_out == []


def test_several_rows_are_several_right_answers(tmp_path: Path) -> None:
    text = "file,reference\na.txt,flu\na.txt,influenza\na.txt,flu\n"
    assert _read(tmp_path, text)[0] == {"a.txt": ("flu", "influenza")}


def test_rows_that_fit_no_text_or_several_are_told(tmp_path: Path) -> None:
    text = "file,reference\nb.docx,one\nc,two\nnone.txt,three\na.txt,\na.txt\n,x\n"
    found, left_out = _read(tmp_path, text)
    assert found == {}
    assert left_out == [
        ("r.csv, line 2", "several texts have the name in it"),
        ("r.csv, line 3", "several texts have the name in it"),
        ("r.csv, line 4", "no text has the name in it"),
        ("r.csv, line 5", "it has no reference"),
        ("r.csv, line 6", "it has no reference"),
        ("r.csv, line 7", "no text has the name in it"),
    ]


def test_columns_can_be_named_and_excel_is_read(tmp_path: Path) -> None:
    assert _read(tmp_path, "Brief;Soll\na;Grippe\n", id="brief", reference="soll")[0] == {
        "a.txt": ("Grippe",)
    }
    path = tmp_path / "r.xlsx"
    path.write_bytes(excel([["filename", "answer"], ["a.txt", "flu"]]))
    assert read_references(path, Columns(), SOURCES, Reading()) == {"a.txt": ("flu",)}


@pytest.mark.parametrize("header", ["a,b", "file,b", "a,reference", "file,filename,reference"])
def test_a_table_that_does_not_say_which_is_which_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(UserFacingError):
        _read(tmp_path, f"{header}\na.txt,flu,x\n")
