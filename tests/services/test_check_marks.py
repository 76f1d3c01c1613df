"""A stored mark always points at what was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.study_rating import Mark, MarkTarget
from medsdesk.services.check_marks import refuse_wrong_marks
from medsdesk.services.instruments import load_instrument

FORM = load_instrument("summary")
TEXTS: dict[MarkTarget, str] = {"source": "Made-up note 患者 🫀.", "output_a": "Cough 🫀"}


def mark(**fields: Any) -> Mark:
    target: MarkTarget = fields.pop("target", "output_a")
    made = Mark(target, 0, 1, text_sha256(TEXTS.get(target, "")), "fabrication", "major", "")
    return replace(made, **fields)


OMISSION: dict[str, Any] = {"target": "source", "type": "omission"}


@pytest.mark.parametrize(
    "marks",
    [
        [],
        [mark()],
        [mark(), mark(end=7), mark(start=6, end=7, severity="minor")],  # they may overlap
        [mark(**OMISSION, end=len(TEXTS["source"]))],
    ],
    ids=range(4),
)
def test_marks_that_fit(marks: list[Mark]) -> None:
    refuse_wrong_marks(marks, TEXTS, FORM)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (mark(start=-1), "outside its text"),
        (mark(end=8), "outside its text, which has 7"),
        (mark(start=1), "is empty"),
        (mark(start=3, end=2), "outside"),
        (mark(text_sha256="0" * 64), "made in another text"),
        (mark(target="source"), "not marked in the source"),
        (mark(type="omission"), "not marked in the output"),
        (mark(target="output_b"), "not shown here"),
        (mark(type="nonsense"), "no mark 'nonsense'"),
        (mark(severity=""), "another severity"),
        (mark(severity="grave"), "another severity"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_marks_that_do_not_fit(wrong: Mark, told: str) -> None:
    with pytest.raises(UserFacingError, match=told) as caught:
        refuse_wrong_marks([mark(), wrong], TEXTS, FORM)
    assert caught.value.hint


def test_a_form_without_severities_or_marks() -> None:
    bare = replace(FORM, severities=())
    refuse_wrong_marks([mark(severity="")], TEXTS, bare)
    with pytest.raises(UserFacingError, match="no severity"):
        refuse_wrong_marks([mark()], TEXTS, bare)
    refuse_wrong_marks([], TEXTS, load_instrument("quest"))
    with pytest.raises(UserFacingError, match="Nothing is marked"):
        refuse_wrong_marks([mark()], TEXTS, load_instrument("quest"))


@given(st.text(min_size=1), st.data())
def test_any_stretch_of_any_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    stretch = Mark("output_a", start, end, text_sha256(text), "negation", "minor", "")
    refuse_wrong_marks([stretch], {"output_a": text}, FORM)
