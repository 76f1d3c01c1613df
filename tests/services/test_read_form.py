"""A form's text becomes a form, or one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.services.instruments import form_file, form_names, load_instrument
from medsdesk.services.read_form import faults_of_form, parse_form

SUMMARY = form_file("summary").text


@pytest.mark.parametrize("name", form_names())
def test_a_form_read_as_text_is_the_one_that_comes_along(name: str) -> None:
    assert parse_form(form_file(name).text, "x") == load_instrument(name)


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    again = "\ufeff" + SUMMARY.replace("\n", "\r\n")
    assert parse_form(again, "x") == load_instrument("summary")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no id"),
        ("id = ", "broken in line 1"),
        ("a = 1\na = 2\n", "broken in line 2"),
        (SUMMARY[:500], "broken in line"),
        ("x = " + "[" * 30_000, "something that no form has"),
        ("x = " + "9" * 5_000, "something that no form has"),
        ("#" * 65_537, "65,537 characters, more than 65,536"),
        ("\0", "broken in line 1"),
    ],
)
def test_what_is_no_form_is_refused_in_one_sentence(text: str, told: str) -> None:
    with pytest.raises(UserFacingError, match=told) as caught:
        parse_form(text, "'own.toml'")
    assert caught.value.message.startswith("The rating form 'own.toml' cannot be used: ")
    assert caught.value.message.count(".") == 1 + caught.value.message.count("own.toml")


def test_the_number_of_further_faults_is_told() -> None:
    with pytest.raises(UserFacingError, match="It has 4 more faults"):
        parse_form("", "x")
    with pytest.raises(UserFacingError, match=r"It has 1 more fault\.$"):
        parse_form(SUMMARY.replace("version = 1", "version = 0\nodd = 1"), "x")


@given(st.integers(0, len(SUMMARY)), st.integers(1, 40), st.text(max_size=5))
def test_a_damaged_form_is_read_or_told_and_never_more(at: int, long: int, put: str) -> None:
    damaged = SUMMARY[:at] + put + SUMMARY[at + long :]
    if faults_of_form(damaged):
        with pytest.raises(UserFacingError):
            parse_form(damaged, "x")
    else:
        assert parse_form(damaged, "x").criteria
