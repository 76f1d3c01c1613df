"""Formatting made alike: no word, number or sign of the text itself is ever changed."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.studies.formatting import alike

# What may come and go; everything else stays, in its order.
SIGNS = re.compile(
    "[\\s*_#`~=()\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25e6\u2043\u2219\u2013\u2014.\\-\ufeff\x1c-\x1f]"
)


@pytest.mark.parametrize(
    ("given_", "made"),
    [
        ("## Findings\n\n\n**No** effusion.  \r\n", "Findings\n\nNo effusion."),
        (
            "* one\n- two\n\u2013 three\n\u25e6  four",
            "\u2022 one\n\u2022 two\n\u2022 three\n\u2022 four",
        ),
        ("- a\n    - b\n\t- c", "\u2022 a\n    \u2022 b\n    \u2022 c"),
        ("1) first\n(2) second\n3. third", "1. first\n2. second\n3. third"),
        ("Findings\n========\ntext\n---\nmore", "Findings\n\ntext\n\nmore"),
        ("```\ncode\n```", "code"),
        ("Take `5 mg` _daily_ and __never__ *double* it", "Take 5 mg daily and never double it"),
        ("\u3000两\u3000肺**清晰**。", "两 肺清晰。"),
        ("Sure! Here is the answer:\n\nYes.", "Sure! Here is the answer:\n\nYes."),
        ("", ""),
        (" \n\t\n", ""),
        ("half \ud83d", "half \ufffd"),
    ],
)
def test_what_is_made_alike(given_: str, made: str) -> None:
    assert alike(given_) == made


@pytest.mark.parametrize(
    "text",
    [
        "HLA-A*02:01 and HLA-B*27:05",
        "CYP2D6 *4/*10 and *1/*2",
        "*p<.05, **p<.01",
        "> 5 mg daily",
        "- 5 mg\n+ fever",  # a plus: dashes say absent
        "-5 degrees",
        "2 * 3 * 4 = 24",
        "snake_case_name stays",
        "see ref_1 and ref_2",
    ],
)
def test_signs_that_mean_something_stay(text: str) -> None:
    assert alike(text) == text


PIECES = st.sampled_from(
    ["*", "**", "_", "__", "#", "# ", "`", "```", "- ", "* ", "+ ", "\u2022 ", "1. ",
     "(2) ", "\n", "\n\n",
     " ", "  ", "\t", "\r\n", "\u3000", "dose", "5 mg", "无", "é", "-",
     ".", "---", "\U0001f600", "\x85", "\u2028"]
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=30).map("".join))
def test_words_stay_and_twice_is_once(text: str) -> None:
    made = alike(text)
    kept = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert SIGNS.sub("", made) == SIGNS.sub("", kept)
    assert alike(made) == made


@pytest.mark.parametrize("sign", ["*", "**a", "_", "`", "* ", "**"])
def test_a_text_of_signs_alone_takes_no_minutes(sign: str) -> None:
    begun = time.monotonic()
    alike(sign * 20_000)
    assert time.monotonic() - begun < 20
