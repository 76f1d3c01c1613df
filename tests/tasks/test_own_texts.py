"""A text that cannot be worked with is told by where it is and why, and quotes nothing."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.own_texts import LeftOut, OwnText, Reading, checked


def test_a_good_text_is_taken_with_plain_line_ends_and_without_blank_references() -> None:
    reading = Reading()
    found = checked(OwnText("a", "Fever.\r\nCough.", (" ", "Flu.\r", "")), "a.txt", reading)
    assert found == OwnText("a", "Fever.\nCough.", ("Flu.\n",))
    assert reading == Reading()


@pytest.mark.parametrize(
    ("text", "references", "reason"),
    [
        ("", (), "the text is empty"),
        (" \n", (), "the text has only blank space"),
        ("Zebra\0", (), "the text has characters in it that are no text"),
        ("\ud800", (), "the text has characters in it that are no text"),
        ("x" * 1_000_001, (), "the text has 1,000,001 characters; the limit is 1,000,000"),
        ("Fever.", ("Zebra\0",), "the reference has characters in it that are no text"),
    ],
)
def test_what_cannot_be_used_is_told(text: str, references: tuple[str, ...], reason: str) -> None:
    reading = Reading()
    assert checked(OwnText("a", text, references), "a.txt", reading) is None
    [left_out] = reading.left_out
    assert (left_out.where, left_out.reason) == ("a.txt", reason)
    assert left_out.way_out
    assert "Zebra" not in str(left_out)


def test_a_long_text_that_is_allowed_is_taken_whole() -> None:
    found = checked(OwnText("a", "word " * 40_000), "a.txt", Reading())
    assert found is not None
    assert len(found.text) == 200_000


def test_an_error_is_told_without_the_name_that_is_told_already() -> None:
    reading = Reading()
    error = UserFacingError("The file a.txt is empty.", "Do this.")
    reading.fault("x/a.txt", error, "The file a.txt")
    reading.fault("x/a.txt", error)
    assert reading.left_out == [
        LeftOut("x/a.txt", "it is empty", "Do this."),
        LeftOut("x/a.txt", "The file a.txt is empty", "Do this."),
    ]


def test_a_note_is_told_once() -> None:
    reading = Reading()
    reading.note("One.")
    reading.note("One.")
    assert reading.notes == ["One."]
