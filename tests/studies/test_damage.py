"""Damaged copies: one fault, always another text, and none where a rule could do harm unseen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.studies.damage import damage, languages
from medsdesk.studies.drawing import Draw
from tests.studies.plans import SEED


def _damaged(text: str, language: str) -> tuple[str, str] | None:
    found = damage(text, language, Draw(SEED, "damage"))
    return None if found is None else (found.text, found.fault)


@pytest.mark.parametrize(
    ("language", "text", "made", "fault"),
    [
        ("en", "No evidence of a fracture.", "Evidence of a fracture.", "negation_flipped"),
        ("en", "He denies chest pain.", "He reports chest pain.", "negation_flipped"),
        ("en", "It should not be stopped.", "It should be stopped.", "negation_flipped"),
        ("en", "A mass in the left lung.", "A mass in the right lung.", "side_swapped"),
        ("en", "Right-sided weakness", "Left-sided weakness", "side_swapped"),
        ("en", "Give 5 mg twice daily.", "Give 50 mg twice daily.", "dose_times_ten"),
        ("en", "Give 2.5mg at night", "Give 25mg at night", "dose_times_ten"),
        ("en", "digoxin 0.125 mg", "digoxin 1.25 mg", "dose_times_ten"),
        ("en", "0.05 mcg", "0.5 mcg", "dose_times_ten"),
        ("en", "a 10-mg tablet", "a 100-mg tablet", "dose_times_ten"),
        ("en", "15 mg/kg per day", "150 mg/kg per day", "dose_times_ten"),
        ("fr", "Absence de fièvre.", "Présence de fièvre.", "negation_flipped"),
        ("fr", "douleur du genou gauche", "douleur du genou droit", "side_swapped"),
        ("fr", "0,5 mg le soir", "5 mg le soir", "dose_times_ten"),
        ("es", "No presenta fiebre", "Presenta fiebre", "negation_flipped"),
        ("es", "dolor en la pierna izquierda", "dolor en la pierna derecha", "side_swapped"),
        ("ru", "Очаги не выявлены.", "Очаги выявлены.", "negation_flipped"),
        ("ru", "в левой доле", "в правой доле", "side_swapped"),
        ("ru", "по 2,5 мг утром", "по 25 мг утром", "dose_times_ten"),
        ("zh", "双肺未见结节", "双肺可见结节", "negation_flipped"),
        ("zh", "左侧胸腔积液", "右侧胸腔积液", "side_swapped"),
        ("zh", "每次5毫克", "每次50毫克", "dose_times_ten"),
        ("ja", "肺炎は認められない。", "肺炎は認められる。", "negation_flipped"),
        ("ja", "右肺に結節", "左肺に結節", "side_swapped"),
    ],
)
def test_one_fault(language: str, text: str, made: str, fault: str) -> None:
    assert _damaged(text, language) == (made, fault)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "Option B"),
        ("en", "He left the hospital, and that was right."),
        ("en", "haemoglobin 9 g/dL, glucose 110 mg / dl"),
        ("en", "5-10 mg"),
        ("en", "1,000 mg"),
        ("en", "grade 3 growth"),
        ("en", "an 18 G needle"),
        ("en", "12/5 mg"),
        ("fr", "il a le droit de refuser"),
        ("es", "tiene derecho a negarse"),
        ("zh", "三天左右"),
        ("zh", "有没有处于不应期"),
        ("de", "keine Fraktur, 5 mg"),
    ],
)
def test_where_no_rule_applies_there_is_no_copy(language: str, text: str) -> None:
    assert _damaged(text, language) is None


def test_every_language_of_the_forms_has_rules() -> None:
    assert languages() == ("en", "fr", "es", "ru", "zh", "ja")


def test_kind_and_place_are_drawn() -> None:
    text = "Without fever. Give 5 mg, then 7 mg, for the left knee."
    made = {damage(text, "en", Draw(SEED, str(number))) for number in range(60)}
    assert {found.fault for found in made if found} == {
        "negation_flipped", "side_swapped", "dose_times_ten",
    }  # fmt: skip
    assert len(made) == 4


PIECES = st.sampled_from(
    ["not seen", "was", "without ", "left ", "right lung", "5", " mg", "0.25 ", "g", ",",
     "无", "左", "右肺",
     "не ", "выявлено", " sans signe de ", "négatif", "\n", "10 ", "ml", "/l", " à gauche "]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(
    st.lists(PIECES, max_size=12).map("".join),
    st.sampled_from(["en", "fr", "es", "ru", "zh", "ja"]),
)
def test_a_copy_always_differs_in_one_place(text: str, language: str) -> None:
    found = damage(text, language, Draw(SEED, "any"))
    if found is None:
        return
    assert found.text != text
    same = next(
        (at for at, (a, b) in enumerate(zip(text, found.text, strict=False)) if a != b),
        min(len(text), len(found.text)),
    )
    tail = 0
    while (
        tail < min(len(text), len(found.text)) - same and text[-1 - tail] == found.text[-1 - tail]
    ):
        tail += 1
    assert len(text) - same - tail < 40
