"""Rows of CSV files: the separator is found by the names of columns, faults keep their number."""

from __future__ import annotations

import csv
import io

import pytest

from medsdesk.services.csv_rows import delimiter_of, numbered_rows


@pytest.mark.parametrize(
    ("head", "separator"),
    [
        ("task_id,input,GT,output", ","),
        ("TASK_ID;Input;gt;Output\r\n1;a,b;c,d;e", ";"),
        ('\ufeff"task_id"\t"input"\t"GT"\t"output, as it came"', "\t"),
        ("something else", ","),
    ],
)
def test_the_separator_that_finds_most_columns(head: str, separator: str) -> None:
    assert delimiter_of(head, ("task_id", "input", "GT", "output")) == separator


def test_blank_rows_are_counted_and_left_out_and_broken_ones_told() -> None:
    reader = csv.reader(io.StringIO('a,b\n1,2\n , \n"x"y,3\n4,5\n'), strict=True)
    assert next(reader) == ["a", "b"]
    assert list(numbered_rows(reader)) == [(2, ["1", "2"]), (4, None), (5, ["4", "5"])]


def test_a_quote_that_is_never_closed_is_the_last_row() -> None:
    reader = csv.reader(io.StringIO('a\n1\n"2\n3\n'), strict=True)
    next(reader)
    assert list(numbered_rows(reader)) == [(2, ["1"]), (3, None)]
