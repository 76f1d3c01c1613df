"""Rows of CSV and JSON tables come out whole, or the file is refused with the place."""

from __future__ import annotations

import csv
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.tables import read_csv, read_json

NAME = "The file f"


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("text\nFever\n", [("Fever", None)]),
        ("input,output\nFever,yes\nCough,\n", [("Fever", "yes"), ("Cough", "")]),
        ("input;reference\nFever, high;yes\n", [("Fever, high", "yes")]),
        ("id\ttext\treference\n1\tFever; high, rising\tyes\n", [("Fever; high, rising", "yes")]),
        (' Text , Reference \n"a ""b""\nc, d",e\n', [('a "b"\nc, d', "e")]),
        ('"id";"text"\n"1";"Fever"\n', [("Fever", None)]),
        ('"id";" text "\n"1";"Fever, high"\n', [("Fever, high", None)]),
        ("text\r\nFever\r\nCough\r\n", [("Fever", None), ("Cough", None)]),
        ("\n\ntext,reference\n\nFever,yes\n,\n\n", [("Fever", "yes")]),
        ("task_id,input,GT,output\nt,Fever,gold,answer\n", [("Fever", "gold")]),
        ("output,reference,input,text\n1,2,3,4\n", [("3", "2")]),
        ("text,reference\n,yes\n", [("", "yes")]),
    ],
)
def test_csv_rows(text: str, pairs: list[tuple[str, str | None]]) -> None:
    assert list(read_csv(text, NAME)) == pairs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("note,answer\na,b\n", "has no column with the text; it has: note, answer."),
        ("note;answer\na;b\n", "it has: note, answer."),
        (f"{'n' * 30},b\n", f"it has: {'n' * 30}, b."),
        (f"{'Fever for days ' * 3},b\n", "does not look like names of columns"),
        ('"Fever\nfor days",b\n', "does not look like names of columns"),
        (",".join("abcdefghijklmnopqrstu"), "does not look like names of columns"),
        ("text,reference\nFever, high,yes\n", "3 cells in the row that ends in line 2, but"),
        ('text,reference\n"a\nb"\n', "1 cells in the row that ends in line 3, but"),
        ('text\n"Fever\n', "no well-formed table near line 2"),
        ('text,reference\n"a"b,c\n', "no well-formed table near line 2"),
        ("text,reference\n", "has no rows"),
        ("text\n\n \n", "has no rows"),
    ],
)
def test_a_csv_file_that_is_no_table_is_refused(text: str, words: str) -> None:
    with pytest.raises(UserFacingError) as caught:
        read_csv(text, NAME)
    assert words in caught.value.message
    assert caught.value.message.startswith(NAME)
    assert "Fever" not in str(caught.value)


def test_an_empty_csv_text_has_no_column() -> None:
    with pytest.raises(UserFacingError, match="no column with the text"):
        read_csv("\n", NAME)


def test_a_long_cell_is_read_whole() -> None:
    long = "Fever. " * 50_000
    before = csv.field_size_limit()
    assert len(long) > before or before > 131_072
    assert read_csv(f'text\n"{long}"\n', NAME) == ((long, None),)


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_the_csv_module_writes_is_read_back(
    rows: list[tuple[str, str]], delimiter: str
) -> None:
    lines: list[str] = []

    class Sink:
        def write(self, line: str) -> None:
            lines.append(line)

    writer = csv.writer(Sink(), delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(("text", "reference"))
    writer.writerows(rows)
    wanted = [row for row in rows if any(cell.strip() for cell in row)]
    if wanted:
        assert list(read_csv("".join(lines), NAME)) == wanted


@pytest.mark.parametrize(
    ("document", "pairs"),
    [
        ([{"text": "Fever"}], [("Fever", None)]),
        ([{"input": "a", "reference": "b"}, {"Text": "c"}], [("a", "b"), ("c", None)]),
        ({"Instances": [{"input": "a", "output": ["b"]}]}, [("a", "b")]),
        ({"Definition": ["d"], "Instances": [{"id": "1", "input": "a"}]}, [("a", None)]),
        ({"input": "a", "output": "b"}, [("a", "b")]),
        ([{"input": "a", "output": []}], [("a", None)]),
        ([{"input": "a", "output": None}], [("a", None)]),
        (
            [{"input": "a", "output": 2}, {"input": "a", "output": True}],
            [("a", "2"), ("a", "true")],
        ),
        ([{"input": "a", "GT": "gold", "output": "answer"}], [("a", "gold")]),
    ],
)
def test_json_rows(document: object, pairs: list[tuple[str, str | None]]) -> None:
    assert list(read_json(json.dumps(document), NAME)) == pairs
    assert list(read_json(json.dumps(document, indent=4), NAME)) == pairs


def test_json_lines() -> None:
    lines = '{"text": "a"}\n \n{"text": "b", "reference": "c"}\n'
    assert read_json(lines, NAME) == (("a", None), ("b", "c"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1]", "The file f has no object as item 1."),
        ('["Fever"]', "The file f has no object as item 1."),
        ('{"text": "a"}\n3\n', "The file f has no object as item 2."),
        ("3", "has no list of texts"),
        ('{"Instances": {"input": "Fever"}}', "has no list of texts"),
        ('[{"note": "Fever"}]', "The file f has no text in item 1."),
        ('[{"text": "a"}, {"text": 3}]', "The file f has no text in item 2."),
        (
            '[{"text": "a", "output": ["Fever", "c"]}]',
            "The file f has a reference in item 1 that is not one text.",
        ),
        (
            '[{"text": "a", "output": {"Fever": 1}}]',
            "The file f has a reference in item 1 that is not one text.",
        ),
        (
            '[{"text": "a", "output": [["Fever"]]}]',
            "The file f has a reference in item 1 that is not one text.",
        ),
        ("[]", "has no rows"),
        ('{"Instances": []}', "has no rows"),
        ('[\n{"text": "Fever"}\n{"text": "b"}\n]', "broken JSON in line 3."),
        ('{"text": "Fever"}\n{"text": }\n', "broken JSON in line 2."),
        ('{"text": "Fever', "broken JSON in line 1."),
        ("Fever for three days", "broken JSON in line 1."),
        (f"[{'1' * 5000}]", "broken JSON in line 1."),
        ("[" * 100_000, "nested too deeply"),
        ('{"text": "Fever"}\n' + "[" * 100_000, "broken JSON in line 2."),
    ],
)
def test_a_json_file_that_is_no_table_is_refused(text: str, words: str) -> None:
    with pytest.raises(UserFacingError) as caught:
        read_json(text, NAME)
    assert words in caught.value.message
    assert "Fever" not in str(caught.value)
