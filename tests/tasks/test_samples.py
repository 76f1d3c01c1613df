"""A sample carries its task, a checked text, and only references that say something."""

from __future__ import annotations

import re

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.task import MetricFamily, Task
from medsdesk.tasks.samples import make_sample

TASK = Task(
    id="task23",
    name="made_up",
    title="Made up",
    category="Translation",
    in_bench=False,
    domain="Exam",
    source="Made up",
    input_languages=("en",),
    output_languages=("es", "ca"),
    metric=MetricFamily.TEXT,
    labels=(),
    shots=3,
    access="open",
)


def test_a_sample_has_all_that_its_task_and_text_say() -> None:
    sample = make_sample(TASK, "Dolor\r\n", ["sí", " \n", ""], "file")
    assert re.fullmatch("[0-9a-f]{32}", sample.id)
    assert (sample.task_id, sample.category, sample.language) == ("task23", "Translation", "es")
    assert sample.input == "Dolor\n"
    assert sample.input_sha256 == text_sha256("Dolor\n")
    assert sample.targets == ("sí",)
    assert sample.origin == "file"


def test_two_samples_of_one_text_are_two() -> None:
    first, second = (make_sample(TASK, "x", [], "pasted") for _ in range(2))
    assert first.id != second.id
    assert first.input_sha256 == second.input_sha256
    assert first.targets == ()


@pytest.mark.parametrize(
    ("text", "references", "words"),
    [(" ", [], "The text has only"), ("x", ["a\0"], "The reference has characters")],
)
def test_what_cannot_be_used_is_refused(text: str, references: list[str], words: str) -> None:
    with pytest.raises(UserFacingError, match=words):
        make_sample(TASK, text, references, "pasted")
