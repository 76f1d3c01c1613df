"""A form that is written is read as the same form."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.services.instruments import LANGUAGES, form_names, load_instrument
from medsdesk.services.read_form import parse_form
from medsdesk.services.write_form import form_text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_read_again_as_it_was_written(language: str) -> None:
    for name in form_names():
        form = load_instrument(name, language)
        again = parse_form(form_text(form), "x")
        assert replace(again, sha256=form.sha256) == form
        assert parse_form(form_text(again), "x") == again


@given(st.text("\"'\\#[]=éЖ語😀 a\u200d", min_size=1, max_size=40))
def test_any_words_survive(words: str) -> None:
    title = f"a{words}z"
    form = replace(load_instrument("pair"), title=title)
    assert parse_form(form_text(form), "x").title == title
