"""A data dictionary that REDCap takes: its columns, names, types and choices."""

from __future__ import annotations

import re
from typing import Any

import pytest

from medsdesk.core.imported_rating import RATING_COLUMNS
from medsdesk.services.deidentify import Deidentifying
from medsdesk.services.gather_ratings import RatingSet
from medsdesk.services.instruments import load_instrument
from medsdesk.services.pseudonyms import Pseudonyms
from medsdesk.services.rating_rows import RatingRow
from medsdesk.services.redcap_dictionary import (
    ANSWERS,
    DICTIONARY_COLUMNS,
    RECORD_ID,
    RedcapField,
    redcap_project,
    redcap_time,
)

GIVEN = dict.fromkeys(RATING_COLUMNS) | {
    "item": "i1", "rater": "Ann", "instrument": "workbench", "instrument_version": 1,
    "criterion": "accuracy", "scale": "ordinal", "value": 4, "status": "rated",
    "rated_at": "2026-03-01T08:00:00Z", "output": "o1",
}  # fmt: skip


def made(**changes: Any) -> RatingRow:
    return RatingRow(tuple({**GIVEN, **changes}.values()), {"strict.bleu4": 31.5})


def ratings(*rows: RatingRow, rewriting: Deidentifying | None = None) -> RatingSet:
    forms = {(name, "1"): load_instrument(name) for name in ("workbench", "preference")}
    return RatingSet(
        "full", rows, ("strict.bleu4",), RATING_COLUMNS, forms, (), rewriting=rewriting
    )


def _field(found: RatingSet, criterion: str) -> RedcapField:
    [form] = redcap_project(found).forms.values()
    return form.questions[criterion]


def test_the_record_id_comes_first_and_rows_have_the_columns() -> None:
    project = redcap_project(ratings(made()))
    fields = list(project.fields())
    assert (fields[0].name, fields[0].form) == (RECORD_ID, ANSWERS)
    assert len(DICTIONARY_COLUMNS) == 18
    assert {len(each.row()) for each in fields} == {18}


def test_names_are_allowed_short_and_unique() -> None:
    names = [
        "Genauigkeit der Antwort, insgesamt",
        "genauigkeit_der_antwort_ins",
        "1st",
        "正常",
        "=",
    ]
    rows = [made(criterion=name, instrument=form) for name in names for form in ("a form!", "2")]
    fields = list(redcap_project(ratings(*rows)).fields())
    assert len({each.name for each in fields}) == len(fields)
    for each in fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,25}", each.name), each.name
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,63}", each.form), each.form


def test_a_scale_is_a_choice_and_says_what_cannot_be_judged() -> None:
    rows = (made(), made(rater="Bo", value=None, status="cannot_judge"))
    each = _field(ratings(*rows), "accuracy")
    assert each.kind == "radio"
    choices = each.row()[5].split(" | ")
    assert choices[0] == "1, Wrong"
    assert choices[-1] == "cannot_judge, Looked at, cannot be judged"
    assert len(choices) == 6


def test_a_pair_is_told_from_the_side_that_is_no_formula() -> None:
    form = load_instrument("preference")
    [asked] = [each for each in form.criteria if each.scale != "text"][:1]
    row = made(instrument="preference", criterion=asked.id, value=-2, side="A")
    choices = _field(ratings(row), asked.id).row()[5]
    assert choices[0].isdigit()
    assert " | -2, " in choices


@pytest.mark.parametrize(
    ("values", "kind", "validation", "choices"),
    [
        (("3", "12"), "text", "integer", ""),
        (("3", "0.5"), "text", "number", ""),
        (("kind", "=rude | x"), "radio", "", "1, =rude / x | 2, kind"),
    ],
)
def test_questions_of_no_known_form_follow_their_values(
    values: tuple[str, ...], kind: str, validation: str, choices: str
) -> None:
    rows = [made(instrument="theirs", value=v, criterion="tone") for v in values]
    row = _field(ratings(*rows), "tone").row()
    assert (row[3], row[7], row[5]) == (kind, validation, choices)


def test_why_there_is_no_number_has_a_field_of_its_own() -> None:
    rows = [made(instrument="theirs"), made(instrument="theirs", value="", status="withdrawn")]
    [form] = redcap_project(ratings(*rows)).forms.values()
    assert form.statuses["accuracy"].choices == (("withdrawn", "Taken back"),)


def test_names_words_and_times_are_tagged_unless_they_are_gone() -> None:
    rows = (made(), made(criterion="comment", scale="text", value=None, comment="x"))
    tagged = {each.label for each in redcap_project(ratings(*rows)).fields() if each.identifier}
    assert len(tagged) == 3
    hidden = ratings(*rows, rewriting=Deidentifying(Pseudonyms(b"k" * 32), {}))
    assert not any(each.identifier for each in redcap_project(hidden).fields())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-03-01T08:00:00.500+02:00", "2026-03-01 06:00:00"),
        ("2026-03-01", "2026-03-01 00:00:00"),
        ("in March", None),
    ],
)
def test_times_are_told_as_redcap_takes_them(text: str, told: str | None) -> None:
    assert redcap_time(text) == told
