"""Plans drawn from answers: complete, reproducible, and with nothing in them that unblinds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study import StudyForm, StudyKind
from medsdesk.studies.bundle_file import read_bundle, write_bundle
from medsdesk.studies.plan_format import fingerprint, read_key, read_plan
from medsdesk.studies.planning import Agreed, Origin, Planned, draw_plan
from medsdesk.studies.sampling import Candidate
from tests.studies.plans import STUDY, design

FORMS = (
    StudyForm("decision", 1, "f" * 64, "en", 'id = "decision"\n'),
    StudyForm("summary", 1, "e" * 64, "en", 'id = "summary"\n'),
)
ORIGIN = Origin(STUDY, "2026-01-31T14:02:03.004Z", "0.1.0")
SYSTEMS = ("Zebra 8B", "Okapi 1B")


def candidates(texts: int, systems: tuple[str, ...] = SYSTEMS) -> list[Candidate]:
    """Return answers with a dose in them, so that copies can be damaged."""
    return [
        Candidate(
            output_id=f"output{place}{number:027d}",
            run_id=f"run{place}".ljust(32, "0"),
            model_name=system,
            system=system,
            text_id=f"text-{number}",
            category=("Diagnosis", "Treatment planning")[number % 2],
            title="A task",
            language="en",
            form="decision",
            source=f"Case {number}",
            reference=f"Reference {number}",
            text=f"**Give** {number + 1} mg of remedy {'ab'[place]}",
        )
        for number in range(texts)
        for place, system in enumerate(systems)
    ]


def planned(
    kind: StudyKind = "single", texts: int = 40, agreed: tuple[Agreed, ...] = ()
) -> Planned:
    """Return a plan with everything in it."""
    asked = replace(
        design("Dr Roy", "Dr Sato", kind=kind, n_items=24),
        repeat_share=0.1, attention_share=0.1, n_calibration=2,
    )  # fmt: skip
    return draw_plan(asked, candidates(texts), FORMS, agreed, ORIGIN)


@pytest.mark.parametrize("kind", ["single", "pair"])
def test_plan_and_key_belong_together(kind: StudyKind) -> None:
    made = planned(kind)
    assert read_plan(made.plan_text) == made.plan
    assert read_key(made.key_text, made.plan.key_sha256) == made.key
    assert planned(kind) == made
    outputs = {(each.item_id, each.place): each for each in made.key.outputs}
    by_id = {c.output_id: c for c in candidates(40)}
    faults = {each.of: each for each in made.key.presentations if each.role == "attention"}
    copies = {p.item_id for a in made.plan.assignments for p in a.presentations
              if p.id in {each.presentation_id for each in faults.values()}}  # fmt: skip
    for item in made.plan.items:
        for place, text in enumerate(item.outputs):
            origin = by_id[outputs[item.id, place].output_id]
            assert item.source == origin.source
            if item.id not in copies:
                assert text == origin.text.replace("**", "")
        assert item.reference is None
    roles = Counter(each.role for each in made.key.presentations)
    assert roles == {"ordinary": 48, "calibration": 4, "repeat": 4, "attention": 4}
    assert [form.id for form in made.plan.forms] == ["decision"]
    assert made.plan.statement.startswith("24 ")


def test_a_damaged_copy_of_a_pair_stands_beside_its_original() -> None:
    made = planned("pair")
    items = {item.id: item for item in made.plan.items}
    shown = {p.id: p.item_id for a in made.plan.assignments for p in a.presentations}
    for each in made.key.presentations:
        if each.role == "attention":
            copy, original = items[shown[each.presentation_id]], items[each.of]
            same = [text for text in copy.outputs if text in original.outputs]
            assert len(same) == 1
            assert each.fault == "dose_times_ten"


@pytest.mark.parametrize("kind", ["single", "pair"])
def test_nothing_in_the_bundle_unblinds(kind: StudyKind) -> None:
    made = planned(kind, agreed=_agreed(kind))
    data = write_bundle(made.plan_text, ["Dr Roy"], "0.1.0")
    assert read_bundle(data).plan == made.plan
    secrets = [*SYSTEMS, made.key.design.seed, "attention", "repeat", "ordinary", "dose_times_ten"]
    secrets += [value for each in made.key.outputs for value in (each.output_id, each.run_id)]
    secrets += [part for name in SYSTEMS for part in name.split()]
    for secret in secrets:
        assert secret.encode() not in data
    ids = [item.id for item in made.plan.items]
    assert ids == sorted(ids)


def test_which_place_a_model_has_is_drawn_item_by_item() -> None:
    made = planned("pair")
    counts = Counter(each.place for each in made.key.outputs if each.model_name == SYSTEMS[0])
    assert min(counts[0], counts[1]) >= 6


def _agreed(kind: StudyKind) -> tuple[Agreed, ...]:
    found = candidates(2)
    names = (found[0].output_id, found[1].output_id)
    return (Agreed(names if kind == "pair" else names[:1], {"decision": 1, "harm": 0}),)


def test_agreed_points_are_turned_with_the_outputs() -> None:
    signs = set()
    for number in range(12):
        asked = replace(design(kind="pair", n_items=10, seed=f"{number:064x}"), n_calibration=1)
        made = draw_plan(asked, candidates(20), FORMS, _agreed("pair"), ORIGIN)
        [item] = [item for item in made.plan.items if item.agreed]
        place = next(
            each.place for each in made.key.outputs
            if each.item_id == item.id and each.output_id == _agreed("pair")[0].outputs[0]
        )  # fmt: skip
        assert dict(item.agreed) == {"decision": -1 if place else 1, "harm": 0}
        signs.add(place)
        for assignment in made.plan.assignments:
            assert assignment.presentations[0].item_id == item.id
            assert assignment.presentations[0].order == (0, 1)
    assert signs == {0, 1}


def test_texts_shown_for_practice_do_not_count_as_well() -> None:
    made = planned(texts=14)
    practice = {p.item_id for a in made.plan.assignments for p in a.presentations if p.calibration}
    sources = {item.id: item.source for item in made.plan.items}
    assert not {sources[each] for each in practice} & {
        source for id_, source in sources.items() if id_ not in practice
    }
    assert any("no points are agreed on" in note for note in made.notes)


def test_what_does_not_fit_is_named() -> None:
    asked = design(kind="pair", n_items=10)
    with pytest.raises(UserFacingError, match="nothing to rate"):
        draw_plan(asked, candidates(9, SYSTEMS[:1]), FORMS, (), ORIGIN)
    with pytest.raises(UserFacingError, match="is not in the runs"):
        draw_plan(asked, candidates(9), FORMS, (Agreed(("nowhere",), {}),), ORIGIN)
    with pytest.raises(UserFacingError, match="one answer each, or in pairs"):
        draw_plan(asked, candidates(9), FORMS, _agreed("single"), ORIGIN)
    made = draw_plan(asked, candidates(6), FORMS, (), ORIGIN)
    assert made.key.design.n_items == 6
    assert made.notes[0] == "Only 6 of 10 items could be drawn: there are no more answers that fit."


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(max_size=8), min_size=8, max_size=30),
    st.booleans(),
    st.integers(0, 9),
)
def test_answers_of_any_words_make_a_plan(words: list[str], pair: bool, number: int) -> None:
    asked = replace(
        design("Dr Roy", kind="pair" if pair else "single", n_items=8, seed=f"{number:064x}"),
        attention_share=0.2, repeat_share=0.2,
    )  # fmt: skip
    given_ = [
        replace(each, text=word, source=word[::-1])
        for each, word in zip(candidates(15), words, strict=False)
    ]
    try:
        made = draw_plan(asked, given_, FORMS, (), ORIGIN)
    except UserFacingError:
        if not pair:  # one answer is enough
            raise
        return
    assert read_plan(made.plan_text, fingerprint(made.plan_text)) == made.plan
