"""A form in another language asks the same: nothing is missing, nothing is added."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.services.form_words import faults_of_words, translate
from medsdesk.services.read_form import parse_form

FORM = parse_form(
    """
id = "own"
version = 1
title = "Own form"
source = "Ours."
criteria = [
  { id = "right", label = "Right", question = "Is it?", scale = "nominal", anchors = [
    { value = -1, label = "No", meaning = "It is not." },
    { value = 1, label = "Yes", meaning = "It is." },
  ] },
  { id = "n", label = "Errors", question = "How many?", scale = "ratio", anchors = [] },
  { id = "comment", label = "Comment", question = "More?", scale = "text", anchors = [] },
]
marks = [{ id = "odd", label = "Odd", meaning = "It is odd.", targets = ["source"] }]
""",
    "own",
)
WORDS = f"""
form = "own"
language = "fr"
of = "{FORM.sha256}"
title = "Formulaire"

[criteria.right]
label = "Juste"
question = "Est-ce juste ?"
[criteria.right.anchors]
-1 = {{ label = "Non", meaning = "Ce ne l’est pas." }}
1 = {{ label = "Oui", meaning = "Ça l’est." }}
[criteria.n]
label = "Erreurs"
question = "Combien ?"
[criteria.comment]
label = "Commentaire"
question = "Autre chose ?"
[marks.odd]
label = "Étrange"
meaning = "C’est étrange."
"""


def test_words_change_and_what_is_asked_does_not() -> None:
    made = translate(FORM, WORDS, "'fr'")
    assert (made.title, made.language) == ("Formulaire", "fr")
    assert [c.label for c in made.criteria] == ["Juste", "Erreurs", "Commentaire"]
    assert [(a.value, a.label) for a in made.criteria[0].anchors] == [(-1, "Non"), (1, "Oui")]
    assert [m.label for m in made.marks] == ["Étrange"]
    assert (made.id, made.version, made.sha256) == (FORM.id, FORM.version, FORM.sha256)
    for own, other in zip(FORM.criteria, made.criteria, strict=True):
        assert (own.id, own.scale) == (other.id, other.scale)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('form = "own"', 'form = "other"', "it is not of this form"),
        (FORM.sha256, "0" * 64, "it was made for another wording of the form and is out of date"),
        ('"fr"', '"français"', "it does not say its language"),
        ('title = "Formulaire"', "", "title is missing"),
        ('title = "Formulaire"', "title = 5", "title is not text"),
        ('title = "Formulaire"', 'title = ""', "title is empty"),
        ('label = "Erreurs"', "", "criteria.n.label is missing"),
        ('label = "Erreurs"', f'label = "{"é" * 41}"', "criteria.n.label has 41 characters"),
        ("[criteria.n]", "[criteria.m]", "criteria.m does not belong into it"),
        ("[criteria.n]", "[criteria.m]", "criteria.n is missing"),
        ("[marks.odd]", "[marks]\nodd = 1\n[criteria.n.b]", "marks.odd is no table of words"),
        ("-1 = {", "2 = {", "criteria.right.anchors.-1 is missing"),
        ("-1 = {", "2 = {", "criteria.right.anchors.2 does not belong into it"),
        ('"Oui"', '"Non"', "criteria.right has two points with the same label"),
        ("Combien ?", "Combien\\n?", "criteria.n.question has a line break"),
        ("-1 = {", "-1 = ", "the file is broken in line 11"),
    ],
)
def test_each_fault_of_a_translation_is_told(old: str, new: str, told: str) -> None:
    assert old in WORDS
    text = WORDS.replace(old, new)
    faults = faults_of_words(FORM, text)
    assert [fault for fault in faults if fault.startswith(told)]
    with pytest.raises(UserFacingError, match="The translation 'fr' of the rating form 'own'"):
        translate(FORM, text, "'fr'")


@given(st.integers(0, len(WORDS)), st.integers(1, 40), st.text(max_size=5))
def test_a_damaged_translation_is_read_or_told_and_never_more(at: int, long: int, put: str) -> None:
    damaged = WORDS[:at] + put + WORDS[at + long :]
    if not faults_of_words(FORM, damaged):
        assert translate(FORM, damaged, "x").sha256 == FORM.sha256
