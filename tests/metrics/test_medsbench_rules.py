"""The authors' rules, quirk by quirk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics import medsbench_rules as rules
from medsdesk.metrics.item import Item, Mark
from medsdesk.metrics.medsbench_rules import (
    EMPTY_WRONG,
    LEFT_OUT,
    NOT_TRUE_OR_FALSE,
    STOPS,
    STOPS_READ,
    missing,
    shown,
)

Rule = Callable[[Item], Mark]

LETTER = rules.first_letter("abcd")
YES_NO = rules.first_letter("yn")
DIAGNOSIS = rules.label_in_output("The diagnosis result is", stops=True)
INFERENCE = rules.label_in_output("", stops=False)


def marked(rule: Rule, make_item: Callable[..., Item], answer: str, reference: str) -> Mark:
    return rule(make_item(MetricFamily.LABEL, answer, reference))


RIGHT = [
    (LETTER, "The right answer is B: rest", "The right answer is B: rest"),
    (LETTER, "THE RIGHT ANSWER IS b", "B: rest"),
    (LETTER, "Based on it, C", "The right answer is B"),  # the first letter, whatever the word
    (YES_NO, "Yes, it does", "yes"),
    (YES_NO, "not at all", "no"),
    (YES_NO, "None", "no"),  # pandas reads it as a missing number, written "nan"
    (rules.gold_in_output, "Gender: F Age: 8", '"gender: f\n"'),
    (rules.gold_in_output, "all of boys, girls and men", "girls"),
    (DIAGNOSIS, "it is STABLE ANGINA or anything else", "The diagnosis result is Stable angina."),
    (DIAGNOSIS, "anything", "The diagnosis result is ."),  # nothing is part of everything
    (INFERENCE, "Entailment", "entailment."),
    (rules.verdict_in_first_line, "I do not know\nyes", "no"),
    (rules.verdict_in_first_line, "the answer is 2", "2."),
    (rules.true_or_false, "It is TRUE", "True"),
    (rules.true_or_false, "false.", " false "),
]
WRONG = [
    (LETTER, "B: rest", "正确答案是 B: rest"),
    (LETTER, "A", "B"),
    (LETTER, "E", "E"),
    (YES_NO, "maybe", "maybe"),
    (YES_NO, "y", "n"),
    (rules.gold_in_output, "girl", "girls"),
    (DIAGNOSIS, "stable angina", "the diagnosis result is Stable angina"),  # in its own case only
    (INFERENCE, "contradiction", "entailment"),
    (rules.verdict_in_first_line, "well:\nyes", "yes"),
    (rules.true_or_false, "true or false", "true"),
    (rules.true_or_false, "yes", "true"),
]


@pytest.mark.parametrize(("rule", "answer", "reference"), RIGHT)
def test_right(make_item: Callable[..., Item], rule: Rule, answer: str, reference: str) -> None:
    mark = marked(rule, make_item, answer, reference)
    assert (mark.values, mark.reason) == ({"accuracy": 100.0}, None)


@pytest.mark.parametrize(("rule", "answer", "reference"), WRONG)
def test_wrong(make_item: Callable[..., Item], rule: Rule, answer: str, reference: str) -> None:
    mark = marked(rule, make_item, answer, reference)
    assert (mark.values, mark.reason) == ({"accuracy": 0.0}, None)


@pytest.mark.parametrize(
    ("rule", "answer", "reference", "reason"),
    [
        (LETTER, "", "B", EMPTY_WRONG),
        (LETTER, " \n", "B", EMPTY_WRONG),
        (LETTER, "The right answer is ", "B", STOPS),
        (LETTER, "B", "The right answer is", STOPS),
        (YES_NO, "", "no", EMPTY_WRONG),
        (rules.gold_in_output, "", "b", EMPTY_WRONG),
        (INFERENCE, "", "b", EMPTY_WRONG),
        (DIAGNOSIS, "", "b", EMPTY_WRONG),
        (DIAGNOSIS, "None", "b", STOPS),
        (DIAGNOSIS, "a", "N/A", STOPS),
        (rules.verdict_in_first_line, "NaN", "b", STOPS),
        (rules.verdict_in_first_line, "b", "null", STOPS),
        (rules.true_or_false, "", "true", EMPTY_WRONG),
        (rules.true_or_false, "true", "1", NOT_TRUE_OR_FALSE),
    ],
)
def test_what_stops_the_scripts_is_wrong_and_says_so(
    make_item: Callable[..., Item], rule: Rule, answer: str, reference: str, reason: str
) -> None:
    mark = marked(rule, make_item, answer, reference)
    assert (mark.values, mark.reason) == ({"accuracy": 0.0}, reason)


def test_the_letter_read_is_shown(make_item: Callable[..., Item]) -> None:
    assert marked(LETTER, make_item, "C", "B").answer == "c"
    assert marked(LETTER, make_item, "zero", "B").answer is None


@pytest.mark.parametrize(
    ("answer", "reference", "tp", "fp", "fn"),
    [
        ("a1, b1.", "a1, b1.", 2, 0, 0),
        # Without the full stop the last letter is cut off all the same: "aspirin" is "aspiri".
        ("aspirin.", "aspirin", 1, 0, 0),
        ("aspirit", "aspirin", 1, 0, 0),
        ("aspirin, heparin", "heparin, aspirin", 0, 2, 2),
        ("ASPIRIN.", "aspirin.", 1, 0, 0),
        ("There is no related enetity.", "aspirin.", 0, 0, 1),
        ("There is no related entity.", "There is no related enetity.", 0, 1, 0),
        (" ", "There is no related enetity.", 0, 1, 0),
        ("a1,b1.", "a1, b1.", 0, 1, 2),
        ("a1, a1.", "a1.", 1, 1, 0),
    ],
)
def test_entities(
    make_item: Callable[..., Item], answer: str, reference: str, tp: int, fp: int, fn: int
) -> None:
    mark = marked(rules.entities, make_item, answer, reference)
    assert mark.details == {"tp": tp, "fp": fp, "fn": fn}


def test_a_right_nothing_has_no_credit_and_a_missing_output_is_left_out(
    make_item: Callable[..., Item],
) -> None:
    none = "There is no related enetity."
    mark = marked(rules.entities, make_item, none, none)
    assert mark.values == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert mark.details["empty"] == 1
    for answer in ("", "None", "nan"):
        mark = marked(rules.entities, make_item, answer, "aspirin.")
        assert (mark.values, mark.reason) == ({}, LEFT_OUT)


def test_names_that_stop_the_script_or_are_none_are_told(make_item: Callable[..., Item]) -> None:
    mark = marked(rules.entities, make_item, "NA1.", "NA")
    assert (mark.values["f1"], mark.reason) == (0.0, STOPS_READ)
    mark = marked(rules.entities, make_item, " ", "aspirin.")
    assert (mark.values["f1"], mark.reason) == (0.0, "empty output, counted as one wrong name")


def test_hallmarks_are_looked_for_anywhere(make_item: Callable[..., Item]) -> None:
    mark = marked(
        rules.hallmarks,
        make_item,
        "No sign of CELLULAR ENERGETICS or resisting cell death",
        "Cellular energetics, Inducing angiogenesis",
    )
    assert {key: mark.details[key] for key in ("tp", "fp", "fn")} == {"tp": 1, "fp": 1, "fn": 1}
    assert mark.details["tp:cellular energetics"] == 1
    assert mark.details["fn:inducing angiogenesis"] == 1
    assert mark.values["f1"] == pytest.approx(50.0)
    assert mark.reason is None
    empty = marked(rules.hallmarks, make_item, "", "Cellular energetics")
    assert empty.reason == "empty output, counted as naming no label"


def test_missing_cells_are_those_of_pandas() -> None:
    assert missing("")
    assert missing("N/A")
    assert not missing(" ")
    assert not missing("none")
    assert (shown("null"), shown("nil")) == ("nan", "nil")
