"""Plan and key as text: what is written is read, and every bad text has its own sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study import Presentation, StudyDesign, StudyItem, StudyPlan
from medsdesk.studies.plan_format import (
    PLAN_FORMAT,
    fingerprint,
    read_key,
    read_plan,
    read_presentations,
    write_key,
    write_plan,
)
from tests.studies.plans import key, plan


def test_what_is_written_is_read() -> None:
    text = write_plan(plan())
    assert read_plan(text, fingerprint(text)) == plan()
    assert read_plan(text.encode()) == plan()
    assert read_key(write_key(key()), plan().key_sha256) == key()
    assert "咳嗽" in text  # UTF-8, not escapes


def test_canonical_means_what_json_sorted_without_spaces_gives() -> None:
    text = write_plan(plan())
    assert text == json.dumps(
        json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert fingerprint(text) == fingerprint(text.encode())


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(deadline=None, max_examples=100)
@given(WORDS, WORDS, st.none() | WORDS, st.floats(0, 1, allow_nan=False))
def test_any_words_come_back(name: str, source: str, reference: str | None, share: float) -> None:
    item = replace(plan().items[0], source=source, reference=reference, outputs=(name,))
    made = replace(plan(), name=name, items=(item, plan().items[1]))
    assert read_plan(write_plan(made)) == made
    design: StudyDesign = replace(key().design, name=name, overlap=share)
    assert read_key(write_key(replace(key(), design=design))).design == design


def test_a_whole_number_in_place_of_a_fraction_is_read_again() -> None:
    whole = replace(key(), design=replace(key().design, overlap=1, repeat_share=0))
    text = write_key(whole)
    assert read_key(text, fingerprint(text)) == whole
    assert '"overlap":1.0' in text


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_written(number: float) -> None:
    with pytest.raises(UserFacingError, match="not as MedsDesk writes it"):
        write_key(replace(key(), design=replace(key().design, overlap=number)))


def _edited(**changes: Any) -> str:
    return json.dumps(
        json.loads(write_plan(plan())) | changes,
        sort_keys=True, separators=(",", ":"), ensure_ascii=False,
    )  # fmt: skip


def _without(field: str) -> str:
    fields = json.loads(write_plan(plan()))
    del fields[field]
    return json.dumps(fields)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "damaged or cut off"),
        (write_plan(plan())[:-1], "damaged or cut off"),
        ("[" * 100_000, "not as MedsDesk writes it"),
        (b"\xff\xfe", "damaged or cut off"),
        (b'{"id":"\xff"}', "damaged or cut off|not as MedsDesk"),
        ("[]", "not as MedsDesk writes it"),
        (_without("items"), "field `items`"),
        (_edited(name=7), "str"),
        (_edited(kind="triple"), "triple"),
        (_edited(format=PLAN_FORMAT + 1), "newer MedsDesk"),
        (_edited(format=PLAN_FORMAT + 1, items="elsewhere"), "newer MedsDesk"),
        (_edited(format=0), "format is 0"),
        (_edited(extra=1), "changed after it was frozen"),
        (write_plan(plan()) + "\n", "changed after it was frozen"),
    ],
)
def test_bad_plans_are_named(text: str | bytes, sentence: str) -> None:
    with pytest.raises(UserFacingError, match=sentence):
        read_plan(text)


def test_a_plan_edited_by_hand_has_another_fingerprint() -> None:
    frozen = fingerprint(write_plan(plan()))
    with pytest.raises(UserFacingError, match="changed after it was frozen"):
        read_plan(_edited(name="Other letters"), frozen)
    with pytest.raises(UserFacingError, match="key of the study was changed"):
        read_key(write_key(replace(key(), outputs=())), plan().key_sha256)
    with pytest.raises(UserFacingError, match="key of the study is not"):
        read_key("{}")


def _items(*items: StudyItem) -> StudyPlan:
    return replace(plan(), items=items)


def _shown(*shown: Presentation) -> StudyPlan:
    roy, sato = plan().assignments
    return replace(plan(), assignments=(replace(roy, presentations=shown), sato))


ITEM, OTHER = plan().items


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (_items(ITEM), "not in it"),
        (_items(ITEM, OTHER, ITEM), "item 'i1' stands in it twice"),
        (_items(ITEM, replace(OTHER, id="")), "an? item has no name"),
        (_items(ITEM, replace(OTHER, form="pair")), "form 'pair'"),
        (_items(ITEM, replace(OTHER, outputs=("a", "b"))), "2 outputs instead of 1"),
        (_shown(Presentation("p1", "i1", (1,))), "an order that is none"),
        (_shown(Presentation("p3", "i1", (0,))), "presentation 'p3' stands in it twice"),
        (replace(plan(), assignments=plan().assignments * 2), "rater 'dr roy'"),
        (replace(plan(), name="half \ud83d"), "half a character"),
    ],
)
def test_plans_that_do_not_hold_together_are_not_even_written(
    made: StudyPlan, sentence: str
) -> None:
    with pytest.raises(UserFacingError, match=sentence):
        write_plan(made)


def test_the_part_of_a_key_that_tells_checks_is_read_alone() -> None:
    part = json.dumps(json.loads(write_key(key()))["presentations"])
    assert read_presentations(part) == key().presentations
    with pytest.raises(UserFacingError, match="not as MedsDesk writes it"):
        read_presentations('[{"role": "nonsense"}]')
