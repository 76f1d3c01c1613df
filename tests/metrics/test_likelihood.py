"""Which answer of a closed set was held likeliest; all texts are synthetic."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.generation import Choice
from medsdesk.core.task import MetricFamily, Task
from medsdesk.metrics.explanations import explain
from medsdesk.metrics.item import NO_REFERENCE
from medsdesk.metrics.likelihood import NO_CHOICE, NOT_TOLD, choices_for, score
from medsdesk.metrics.summary import summarise
from medsdesk.tasks.registry import find_task

TaskMaker = Callable[..., Task]
QUESTION = "Which drug is made up?\nOptions: A: fictol\tB: nonexin\tC: zerovir"


@pytest.mark.parametrize(
    ("metric", "labels", "source", "references", "choices"),
    [
        ("choice", (), QUESTION, ("B",), ("A", "B", "C")),
        ("choice", (), "Does it help?", ("Yes",), ("Yes", "No", "Maybe")),
        ("choice", (), "Does it help?", ("of course",), ()),
        ("label", ("Gout", "Flu"), "", ("Flu",), ("Gout", "Flu")),
        ("label", (), "", ("Flu",), ()),
        ("label", ("Gout", "Flu"), "", ("It is flu.",), ("It is Gout", "It is Flu")),
        ("label", ("Gout", "Flu"), "", ("It is a cold.",), ("Gout", "Flu")),
        ("verification", (), "", ("no",), ("yes", "no", "maybe")),
        ("verification", ("1", "2"), "", ("2",), ("1", "2")),
        ("outcome", (), "", ("True",), ("True", "False")),
        ("outcome", (), "", ("FALSE",), ("TRUE", "FALSE")),
        ("text", (), "", ("yes",), ()),
        ("entities", ("a", "b"), "", ("a",), ()),
    ],
)
def test_the_closed_set_of_an_item(
    make_task: TaskMaker,
    metric: str,
    labels: tuple[str, ...],
    source: str,
    references: tuple[str, ...],
    choices: tuple[str, ...],
) -> None:
    assert choices_for(make_task(MetricFamily(metric), labels), source, references) == choices


def values(
    task: Task, told: Sequence[tuple[str, float | None]], *references: str
) -> dict[str, object]:
    scores = score(task, [Choice(*one) for one in told], references, QUESTION)
    return {s.metric: s.reason if s.value is None else round(s.value, 6) for s in scores}


def test_letters_of_options(make_task: TaskMaker) -> None:
    task = make_task(MetricFamily.CHOICE, ())
    told = [("A", math.log(0.2)), ("B", math.log(0.1)), ("C", math.log(0.1))]
    assert values(task, told, "The answer is A: fictol") == {"accuracy": 100, "reference_share": 50}
    assert values(task, told, "nonexin") == {"accuracy": 0, "reference_share": 25}
    assert values(task, told, "A", "B") == {"accuracy": 100, "reference_share": 75}


def test_long_labels_have_their_length_taken_out(make_task: TaskMaker) -> None:
    task = make_task(MetricFamily.LABEL, ("Flu", "Long made-up illness"))
    told = [("Flu", -3.0), ("Long made-up illness", -5.0)]
    found = values(task, told, "long made-up illness.")
    assert (found["accuracy"], found["accuracy_norm"]) == (0, 100)
    assert found["reference_share"] == pytest.approx(100 / (1 + math.exp(2)), abs=1e-6)


def test_labels_in_a_sentence_are_weighed_as_they_stand_there(make_task: TaskMaker) -> None:
    task = make_task(MetricFamily.LABEL, ("Flu", "Flu of birds"))
    reference = "It is Flu of birds."
    choices = choices_for(task, "", (reference,))
    assert choices == ("It is Flu", "It is Flu of birds")
    told = list(zip(choices, (math.log(0.2), math.log(0.6)), strict=True))
    assert values(task, told, reference) == {"accuracy": 100, "reference_share": 75}


@pytest.mark.parametrize(
    ("told", "references", "reason"),
    [
        ([("Gout", -1.0), ("Flu", None)], ("Flu",), NOT_TOLD),
        ([("Gout", -1.0), ("Flu", -2.0)], (" ",), NO_REFERENCE),
        ([("Gout", -1.0), ("Flu", -2.0)], ("Cold",), NO_CHOICE),
    ],
)
def test_what_cannot_be_scored_says_why(
    make_task: TaskMaker,
    told: list[tuple[str, float | None]],
    references: tuple[str, ...],
    reason: str,
) -> None:
    task = make_task(MetricFamily.LABEL, ("Gout", "Flu"))
    assert set(values(task, told, *references).values()) == {reason}


def test_no_choices_give_no_score(make_task: TaskMaker) -> None:
    assert score(make_task(MetricFamily.LABEL, ("a",)), (), ("a",), "") == ()


@given(st.lists(st.floats(-500, 0), min_size=2, max_size=6), st.floats(-300, 300))
def test_shares_are_whole_and_shifts_change_nothing(told: list[float], shift: float) -> None:
    task = find_task("task41")
    names = [f"label {n}" for n in range(len(told))]

    def shares(values: list[float]) -> list[float]:
        choices = [Choice(name, value) for name, value in zip(names, values, strict=True)]
        found = [score(task, choices, (name,), "")[-1].value for name in names]
        return [share for share in found if share is not None]

    plain = shares(told)
    assert sum(plain) == pytest.approx(100)
    assert shares([value + shift for value in told]) == pytest.approx(plain, abs=1e-6)


def test_items_are_averaged_and_explained(make_task: TaskMaker) -> None:
    task = make_task(MetricFamily.CHOICE, ())
    right, wrong = [("A", -1.0), ("B", -2.0)], [("A", -3.0), ("B", -2.0)]
    scores = [
        s
        for told in (right, wrong)
        for s in score(task, [Choice(*t) for t in told], ("A",), QUESTION)
    ]
    summed = {s.name: s for s in summarise(scores)}
    assert summed["choices.accuracy"].value == 50
    assert all(explain(name) for name in summed)
