"""Items drawn from answers: whole texts, even categories, even systems and pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.study import StudyKind
from medsdesk.studies.sampling import Candidate, Sampling, draw_items
from tests.studies.plans import SEED


def candidate(text: int, system: str, category: str = "Diagnosis", answer: str = "") -> Candidate:
    """Return a system's answer to a text."""
    return Candidate(
        output_id=f"out-{category}-{text}-{system}",
        run_id=f"run-{system}",
        model_name=f"Model {system}",
        system=system,
        text_id=f"{category}-{text}",
        category=category,
        title=category,
        language="en",
        form="decision",
        source=f"Text {text}",
        reference=None,
        text=answer or f"Answer {text} of {system}",
    )


def many(texts: int, systems: str, category: str = "Diagnosis") -> list[Candidate]:
    """Return the answers of all systems to all texts."""
    return [candidate(text, system, category) for text in range(texts) for system in systems]


def _drawn(found: Sampling) -> list[tuple[Candidate, ...]]:
    return [item for group in found.groups for item in group.items]


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.integers(0, 12),
        st.sampled_from("ABC"),
        st.sampled_from(["Diagnosis", "Summary"]),
        st.sampled_from(["", "", "the same"]),
    ),
    max_size=60,
    unique_by=lambda c: c.output_id,
)


@settings(deadline=None, max_examples=200)
@given(CANDIDATES, st.integers(0, 40), st.booleans())
def test_what_holds_for_every_draw(given_: Sequence[Candidate], n: int, pair: bool) -> None:
    kind: StudyKind = "pair" if pair else "single"
    found = draw_items(given_, kind, n, SEED)
    items = _drawn(found)
    assert draw_items(given_[::-1], kind, n, SEED) == found
    assert len(items) == found.n_items <= n
    assert len(set(items)) == len(items)
    for group in found.groups:
        assert len({each.text_id for item in group.items for each in item}) == 1
        assert {each.category for item in group.items for each in item} == {group.category}
    texts = [group.items[0][0].text_id for group in found.groups]
    assert len(set(texts)) == len(texts)
    if pair:
        for first, second in items:
            assert first.system != second.system
            assert first.text != second.text
    if len(items) < n:
        assert any(f"Only {len(items)} of {n} items" in note for note in found.notes)


def test_all_answers_to_a_text_are_drawn_together() -> None:
    found = draw_items(many(50, "ABC"), "single", 30, SEED)
    assert len(found.groups) == 10
    assert all(len(group.items) == 3 for group in found.groups)
    assert not found.notes


def test_the_last_text_gives_the_systems_drawn_least() -> None:
    found = draw_items([*many(5, "ABC"), *many(5, "AB", "Summary")], "single", 10, SEED)
    counts = Counter(item[0].system for item in _drawn(found))
    assert sum(counts.values()) == 10
    assert max(counts.values()) - min(counts.values()) <= 2


def test_systems_that_answered_different_texts_are_drawn_alike() -> None:
    given_ = [candidate(text, "AB"[text % 10 == 0]) for text in range(200)]
    counts = Counter(item[0].system for item in _drawn(draw_items(given_, "single", 30, SEED)))
    assert counts == {"A": 15, "B": 15}


def test_categories_give_the_same_number_and_help_each_other_out() -> None:
    given_ = [*many(4, "A"), *many(100, "A", "Summary"), *many(100, "A", "Treatment")]
    counts = Counter(item[0].category for item in _drawn(draw_items(given_, "single", 40, SEED)))
    assert counts == {"Diagnosis": 4, "Summary": 18, "Treatment": 18}


@pytest.mark.parametrize("n", [30, 60, 90])
def test_pairs_of_systems_are_drawn_alike_one_of_each_text_first(n: int) -> None:
    found = draw_items(many(30, "ABC"), "pair", n, SEED)
    counts = Counter((first.system, second.system) for first, second in _drawn(found))
    assert set(counts.values()) == {n // 3}
    assert {len(group.items) for group in found.groups} == {n // 30}


def test_equal_answers_are_left_out_of_pairs_and_told() -> None:
    given_ = [candidate(text, system, answer="Yes.") for text in range(3) for system in "AB"]
    found = draw_items([*given_, *many(2, "AB", "Summary")], "pair", 4, SEED)
    assert found.n_items == 2
    assert found.notes[0] == ("Texts to which all models gave the same answer were left out: 3.")


def test_one_of_several_answers_of_a_system_is_drawn() -> None:
    one, other = candidate(1, "A"), candidate(1, "A", answer="another")
    again = Candidate(**{**{f: getattr(other, f) for f in other.__slots__}, "output_id": "out-2"})
    chosen = {
        _drawn(draw_items([one, again], "single", 2, f"{seed:064x}"))[0][0] for seed in range(20)
    }
    assert chosen == {one, again}


def test_another_seed_draws_other_items() -> None:
    first, second = (draw_items(many(100, "A"), "single", 20, s * 64) for s in "12")
    assert set(_drawn(first)) != set(_drawn(second))


def test_ten_thousand_texts_of_three_models() -> None:
    assert draw_items(many(10_000, "ABC"), "pair", 10_000, SEED).n_items == 10_000
