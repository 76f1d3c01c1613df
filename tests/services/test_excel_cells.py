"""Cells of a workbook give back what was put into them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.services.excel_cells import (
    LONGEST,
    escape,
    number_format,
    number_text,
    parts,
    unescape,
    units,
)

TRAPS = st.text(st.sampled_from("_x0041Fa\x00\x01\r\n\t\ud800\uffff😀"), max_size=40)


@given(st.one_of(st.text(), TRAPS))
def test_every_text_comes_back(text: str) -> None:
    told = escape(text)
    assert unescape(told) == text
    assert not any(c < " " and c not in "\t\n" for c in told)
    assert not any("\ud800" <= c <= "\udfff" or c in "\ufffe\uffff" for c in told)


@pytest.mark.parametrize("piece", ["a", "😀", "\x01", "_x0041_", "_", "ab_"])
def test_a_long_text_comes_back_in_parts_that_fit(piece: str) -> None:
    text = piece * (3 * LONGEST // len(piece))
    made = list(parts(text))
    assert len(made) >= 3
    assert "".join(made) == text
    assert "".join(unescape(escape(part)) for part in made) == text
    assert max(units(escape(part)) for part in made) <= LONGEST


def test_nothing_has_no_parts() -> None:
    assert list(parts("")) == []


@pytest.mark.parametrize(
    ("text", "shown_as"),
    [
        ("4", "General"), ("-2", "General"), ("0", "General"), ("0.5", "General"),
        ("0.50", "0.00"), ("2.0", "0.0"), ("-1.250", "0.000"), ("31.4159265358979", "General"),
        ("0.30000000000000004", "General"), ("1e-05", "General"),
        ("007", None), ("+4", None), ("-0", None), (".5", None), ("1E5", None), ("5.", None),
        ("12345678901234567890", None), ("abc", None), ("nan", None),
    ],
)  # fmt: skip
def test_a_number_has_the_format_that_gives_it_back(text: str, shown_as: str | None) -> None:
    assert number_format(text) == shown_as
    if shown_as is not None:
        stored = float(text) if set(".e") & set(text) else int(text)
        assert number_text(stored, shown_as) == text


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**14), 10**14)))
def test_own_numbers_stay_numbers(number: float) -> None:
    shown_as = number_format(str(number))
    assert shown_as is not None
    assert number_text(number, shown_as) == str(number)


def test_a_format_that_hides_digits_does_not_cost_any() -> None:
    assert number_text(0.123456, "0.00") == "0.123456"
