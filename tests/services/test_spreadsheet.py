"""Cells that a spreadsheet would run are neutralised, and every text comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.services.spreadsheet import neutralise, restore

RUN_BY_SPREADSHEETS = "=+-@|%\t\r\n\x00＝＋－＠"


@pytest.mark.parametrize("first", RUN_BY_SPREADSHEETS)
@pytest.mark.parametrize("before", ["", " ", "\ufeff", "\u200b", "\u3000 "])
def test_a_cell_that_would_be_run_gets_an_apostrophe(before: str, first: str) -> None:
    assert neutralise(f"{before}{first}1+1").startswith("'")


@pytest.mark.parametrize(
    "text", ["", "No effusion.", "BP 120/80", "5 mg", "无异常", "a=b", "x-ray"]
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert neutralise(text) == text


def test_a_leading_apostrophe_is_doubled_so_that_it_comes_back() -> None:
    assert neutralise("'tis") == "''tis"
    assert restore("''tis") == "'tis"


@given(st.text(alphabet=st.sampled_from(RUN_BY_SPREADSHEETS + "' \ufeffab")) | st.text())
def test_every_text_comes_back(text: str) -> None:
    assert restore(neutralise(text)) == text
