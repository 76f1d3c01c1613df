"""Forms that came as text: each rule of a form, told with its place, and never a traceback."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.services.form_faults import form_faults
from medsdesk.services.instruments import form_file, form_names

POINTS = [
    {"value": 0, "label": "No", "meaning": "It is not."},
    {"value": 1, "label": "Yes", "meaning": "It is."},
]
COMMENT = {"id": "comment", "label": "Comment", "question": "What else?", "scale": "text"}


def _form(**changes: Any) -> dict[str, Any]:
    form = {
        "id": "own", "version": 1, "title": "Own form", "source": "Ours.",
        "criteria": [_question(), {**COMMENT, "anchors": []}],
    }  # fmt: skip
    return {**form, **changes}


def _question(**changes: Any) -> dict[str, Any]:
    asked = {"id": "right", "label": "Right", "question": "Is it?", "scale": "ordinal"}
    return {**asked, "anchors": copy.deepcopy(POINTS), **changes}


def _asking(*questions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return _form(criteria=[*questions, {**COMMENT, "anchors": []}], **changes)


def _mark(**changes: Any) -> dict[str, Any]:
    return {"id": "odd", "label": "Odd", "meaning": "It is odd.", "targets": ["output"], **changes}


def _severities(*ids: str) -> list[dict[str, Any]]:
    return [{"id": each, "label": each, "meaning": "As it says."} for each in ids]


def _points(*values: int) -> list[dict[str, Any]]:
    return [{"value": v, "label": f"Point {v}", "meaning": "A point."} for v in values]


GOOD = (
    _form(),
    _form(language="fr", edit=True, categories=["Rationale"]),
    _asking(_question(scale="ratio", anchors=[]), marks=[_mark()]),
    _asking(
        _question(), marks=[_mark(targets=["output", "source"])],
        severities=_severities("major", "minor"),
    ),
    _asking(_question(anchors=_points(-2, -1, 0, 1, 2)), kind="pair"),
    _asking(_question(anchors=_points(-1, 1)), kind="pair"),
)  # fmt: skip
BAD: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "the form has no id"),
    (_form(colour="red"), "the form has a field that does not belong: colour"),
    (_form(**{"1\n2": 1}), "the form has a field that does not belong: a name that is not shown"),
    (_form(sha256="0"), "the form has a field that does not belong: sha256"),
    (_form(id="Own form"), "the id of the form is not made of small letters"),
    (_form(version=0), "the version of the form is not between 1 and 9999"),
    (_form(version=True), "the version of the form is not a whole number"),
    (_form(title="  "), "the title of the form is empty"),
    (_form(title=" Own"), "the title of the form begins or ends with a space"),
    (_form(title="a" * 81), "the title of the form has 81 characters, more than 80"),
    (_form(title="two\nlines"), "the title of the form has a line break"),
    (_form(title="turned \u202e round"), "the title of the form has a line break or an invisible"),
    (_form(kind="triple"), "the form's kind is neither 'single' nor 'pair'"),
    (_form(kind=["pair"]), "the kind of the form is not text"),
    (_form(language="fra"), "the language of the form is not a code"),
    (_form(edit="yes"), "the edit of the form is not true or false"),
    (_form(categories=["Rationale", "Astrology"]), "the categories of the form are not all among"),
    (_form(categories=[["Rationale"]]), "the categories of the form are not all among"),
    (_form(categories=["Rationale"] * 2), "the form names a category twice"),
    (_form(criteria=5), "the criteria of the form is not a list"),
    (_form(criteria=["right"]), "question 1 is no table of fields"),
    (_form(criteria=[_question()]), "the form does not end with its one comment"),
    (_form(criteria=[]), "the form does not end with its one comment"),
    (_asking(), "the form asks nothing but a comment"),
    (_asking(_question(), _question()), "question 2 has the id of an earlier one"),
    (_asking(_question(id="edit")), "the id of question 1 is 'edit', which MedsDesk uses itself"),
    (_asking(_question(scale="loud")), "the scale of question 1 is none of"),
    (_asking(_question(anchors=POINTS[:1])), "question 1 has fewer than two points"),
    (_asking(_question(anchors=_points(*range(10)))), "the anchors of question 1 are 10, more"),
    (_asking(_question(anchors=_points(1, 1))), "the points of question 1 do not rise"),
    (_asking(_question(anchors=_points(2, 1))), "the points of question 1 do not rise"),
    (_asking(_question(anchors=_points(0, 100))), "question 1 has a point beyond -99 or 99"),
    (_asking(_question(anchors=["low", 2])), "point 1 of question 1 is no table of fields"),
    (
        _asking(_question(anchors=[POINTS[0], {**POINTS[1], "label": "No"}])),
        "point 2 of question 1 has the label of an earlier one",
    ),
    (
        _asking(_question(anchors=[POINTS[0], {"value": 1, "label": "Yes"}])),
        "point 2 of question 1 has no meaning",
    ),
    (_asking(_question(scale="ratio")), "question 1 takes a count and may not have points"),
    (_asking(_question(scale="ordinal", anchors=[])), "question 1 has fewer than two points"),
    (_asking(*[_question(id=f"q{n}") for n in range(7)]), "the form has 7 scales, more than 6"),
    (
        _asking(*[_question(id=f"q{n}", scale="ratio", anchors=[]) for n in range(13)]),
        "the form has 13 counts, more than 12",
    ),
    (_asking(_question(id="harm")), "the form does not ask for the extent and the likelihood"),
    (_asking(_question(id="harm_extent")), "the form does not ask for the extent and the"),
    (_asking(_question(), kind="pair"), "the points of question 1 are not the same on both sides"),
    (_asking(_question(scale="nominal"), kind="pair"), "question 1 does not say which of the pair"),
    (
        _asking(_question(anchors=_points(-1, 1)), kind="pair", edit=True),
        "the form compares a pair, in which no output can be corrected",
    ),
    (_form(marks=[_mark(), _mark()]), "mark 2 has the id of an earlier one"),
    (_form(marks=[_mark(targets=[])]), "the targets of mark 1 are not 'output', 'source' or both"),
    (_form(marks=[_mark(targets=["output"] * 2)]), "mark 1 names a target twice"),
    (_form(marks=[_mark(targets=["reference"])]), "the targets of mark 1 are not 'output'"),
    (_form(marks=[_mark(id="9")]), "the id of mark 1 is not made of small letters"),
    (_form(marks=["odd"]), "mark 1 is no table of fields"),
    (_form(marks=[_mark(id=f"m{n}") for n in range(10)]), "the marks of the form are 10, more"),
    (
        _form(marks=[_mark()], severities=_severities("minor", "major")),
        "the form's severities are not 'major' and 'minor', in this order",
    ),
    (_form(severities=_severities("major", "minor")), "the form has severities but no marks"),
)


@pytest.mark.parametrize("form", GOOD)
def test_a_good_form_has_no_fault(form: dict[str, Any]) -> None:
    assert form_faults(form, "") == ()


@pytest.mark.parametrize(("form", "told"), BAD, ids=[told for _, told in BAD])
def test_each_fault_is_told(form: dict[str, Any], told: str) -> None:
    assert [fault for fault in form_faults(form, "") if fault.startswith(told)]


def test_the_line_of_a_question_and_of_a_mark_is_told() -> None:
    text = form_file("summary").text
    fields = tomllib.loads(text)
    del fields["criteria"][1]["question"]
    del fields["marks"][4]["meaning"]
    lines = text.splitlines()
    thorough = lines.index('id = "thorough"')  # below the line that begins the question
    omission = lines.index('id = "omission"')
    assert form_faults(fields, text) == (
        f"question 2 (line {thorough}) has no question",
        f"mark 5 (line {omission}) has no meaning",
    )


@pytest.mark.parametrize("name", form_names())
def test_the_forms_that_come_along_have_no_fault(name: str) -> None:
    text = form_file(name).text
    assert form_faults(tomllib.loads(text), text) == ()


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(st.data())
def test_a_form_with_anything_in_any_place_is_told_in_clauses(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(form_names()))
    table: Any = tomllib.loads(form_file(name).text)
    whole = table
    while True:
        key = data.draw(st.sampled_from(sorted(table) if isinstance(table, dict) else [0]))
        if not isinstance(table[key], dict | list) or not table[key] or data.draw(st.booleans()):
            break
        table = table[key]
    table[key] = data.draw(_ANYTHING)
    for fault in form_faults(whole, ""):
        assert fault
        assert "\n" not in fault
        assert not fault.endswith(".")
