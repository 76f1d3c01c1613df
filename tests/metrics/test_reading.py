"""Where the answer lies in what a model wrote; all texts are synthetic."""

from __future__ import annotations

import pytest

from medsdesk.metrics.reading import (
    answer_part,
    without_lead_in,
    without_markup,
    without_thought,
)


@pytest.mark.parametrize(
    ("output", "answer"),
    [
        ("  yes \n", "yes"),
        ("yes\n\nInput:\nanother case\nOutput:\nno", "yes"),
        ("Output:\nyes", "yes"),
        ("Input: 900 ml, output: 700 ml", "Input: 900 ml, output: 700 ml"),
        ("<think>maybe no</think>\nyes", "yes"),
        ("a <think>one</think> b</think>yes", "yes"),
        ("yes <think>cut short", "yes"),
        ("<think>never finished", ""),
        ("Input:\nonly a new case", ""),
        ("", ""),
    ],
)
def test_answer_part(output: str, answer: str) -> None:
    assert answer_part(output) == answer


def test_free_text_keeps_everything_but_the_thinking() -> None:
    assert without_thought("<think>x</think>a\n\nInput:\nb") == "a\n\nInput:\nb"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**B**", "B"),
        ("`yes`", "yes"),
        ("## Answer", "Answer"),
        ("_yes_", "yes"),
        ("snake_case", "snake_case"),
        (r"\boxed{\text{C}}", "C"),
        ("$B$", "B"),
        ("costs $ 5", "costs $ 5"),
    ],
)
def test_without_markup(text: str, shown: str) -> None:
    assert without_markup(text) == shown


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("The diagnosis result is Anaemia.", "Anaemia."),
        ("The treatment planning is: rest", "rest"),
        ("Based on the text, rest", "rest"),
        ("According to this note: the dose is 5 mg", "5 mg"),
        ("The most likely diagnosis is GERD", "GERD"),
        ("The chemicals mentioned in the text are: x, y", "x, y"),
        ("Dose: 5 mg", "5 mg"),
        ("dose 5 mg", "dose 5 mg"),
        ("The answer", ""),
        ("The diagnosis", ""),
        ("disease", "disease"),
        ("I believe it is rest", "I believe it is rest"),
    ],
)
def test_without_lead_in(text: str, rest: str) -> None:
    assert without_lead_in(text) == rest
