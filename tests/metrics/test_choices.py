"""Which option an answer chooses; all texts are synthetic."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.choices import NO_OPTION, measure, read_choice, signature
from medsdesk.metrics.item import Item
from medsdesk.metrics.letters import ALIEN, MISMATCH, SEVERAL
from medsdesk.metrics.options import read_options

QUESTION = (
    "Question: Which one?\nOptions: A: Diltiazem\tB: Labetalol\t"
    "C: Clostridioides difficile\tD: Watchful waiting and rest\t"
)
OPTIONS = read_options(QUESTION)
MEDS_BENCH = Path(__file__).resolve().parents[3] / "shared" / "data" / "meds_bench"


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        # forms a model uses by itself
        ("B", "B"),
        ("(B)", "B"),
        ("B.", "B"),
        ("B)", "B"),
        ("b", "B"),
        ("b)", "B"),
        ("Ｂ", "B"),
        ("B: Labetalol", "B"),
        ("B. Labetalol", "B"),
        ("(B) Labetalol", "B"),
        ("B Labetalol", "B"),
        ("D. watchful waiting and rest", "D"),
        ("**B**", "B"),
        ("**Answer:** B", "B"),
        ("### Answer\nB", "B"),
        (r"\boxed{B}", "B"),
        (r"$\boxed{\text{B}}$", "B"),
        ("Based on the findings, C", "C"),
        ("B is correct because of the pressure.", "B"),
        ("A is wrong. B is correct.", "B"),
        ("A 45-year-old man needs a beta blocker, so B", "B"),
        ("Because of the fever, the drug of choice is B. Labetalol", "B"),
        ("Option A is used for pain. Option B is used for fever. The answer is B.", "B"),
        ("Option A is incorrect because of the rash. Option B is the correct one.", "B"),
        ("option (D)", "D"),
        (r"\(\boxed{B}\)", "B"),
        (r"\[ \boxed{\textbf{B}} \]", "B"),
        ('"B"', "B"),
        ("[B]", "B"),
        ("> B", "B"),
        ("B, labetalol", "B"),
        ("B - Labetalol", "B"),
        ('{"answer": "B"}', "B"),
        ("<answer>B</answer>", "B"),
        ("It is B.", "B"),
        ("The answer isn't A; it's B.", "B"),
        ("The answer is not A but B.", "B"),
        ("I'd go with B.", "B"),
        ("Labetalol is the right answer.", "B"),
        ("The wrong answer is A, the right answer is B.", "B"),
        # English
        ("The right answer is B: Labetalol", "B"),
        ("THE RIGHT ANSWER IS B: LABETALOL", "B"),
        ("the right answer is b: labetalol", "B"),
        ("The correct answer is option D.", "D"),
        ("Therefore, the correct option is: D", "D"),
        ("Answer: (B) Labetalol", "B"),
        ("The answer is 'B'", "B"),
        ("I would choose C, since it fits.", "C"),
        ("The answer is A. Final answer: B", "B"),
        # the five other languages
        ("正确答案是 B: Labetalol", "B"),
        ("答案：B", "B"),
        ("故选B。", "B"),
        ("选择 C", "C"),
        ("正しい答えは B: Labetalol です", "B"),
        ("答えはBです。", "B"),
        ("正解は「B」", "B"),
        ("Les bonnes réponses est B: Labétalol", "B"),
        ("La bonne réponse est la B.", "B"),
        ("Réponse : B", "B"),
        ("Правильные ответ: B: Labetalol", "B"),
        ("选项B正确", "B"),
        ("B是正确答案", "B"),
        ("正解はbです", "B"),
        ("正解はB: Labetalolです", "B"),
        ("Правильным ответом является вариант B.", "B"),
        ("Ответ: В", "B"),  # a Cyrillic letter
        ("La respuesta correcta es: A: Diltiazem", "A"),
        ("La opción correcta es la C", "C"),
        ("La réponse A est fausse, la réponse B est exacte", "B"),
        # the text of an option alone
        ("labetalol.", "B"),
        ("The right answer is Labetalol.", "B"),
        ("The answer is C. difficile? No: Clostridioides difficile", None),
        ("Labetalol\n\nIt lowers the pressure.", "B"),
    ],
)
def test_reads_the_choice(answer: str, letter: str | None) -> None:
    assert read_choice(answer, OPTIONS).letters == (frozenset(letter) if letter else frozenset())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("A 45-year-old man with chest pain.", NO_OPTION),
        ("C. difficile", NO_OPTION),
        ("E. coli", NO_OPTION),
        ("I, as a language model, cannot say.", NO_OPTION),
        ("F: something else", NO_OPTION),
        ("The answer is not A", NO_OPTION),
        ("The answer is a beta blocker", NO_OPTION),
        ("The answer is B cells", NO_OPTION),
        ("Nothing here helps.", NO_OPTION),
        ("The drug labetalol lowers the pressure.", NO_OPTION),
        ("A or B", SEVERAL),
        ("Either A or B", SEVERAL),
        ("A, B", SEVERAL),
        ("(A), (B)", SEVERAL),
        ("The answer is A or B", SEVERAL),
        ("The answer is A. The answer is B.", SEVERAL),
        ("A: Diltiazem\nB: Labetalol", SEVERAL),
        ("Both diltiazem and labetalol would do.", SEVERAL),
        ("A is right. B is right.", SEVERAL),
        ("Some say, B is correct, D is correct", SEVERAL),
        ("Option A is used for pain. Option B is used for fever.", NO_OPTION),
        ("The right answer is B: Propranolol", ALIEN),
        ("B: Propranolol", ALIEN),
        ("B is a letter", NO_OPTION),
        ("B? No, C.", NO_OPTION),
        ("B\nC", SEVERAL),
        ("A\nB\nC\nD", SEVERAL),
        ("不选B", NO_OPTION),
        ("正解はBではない", NO_OPTION),
        ("选项B错误", NO_OPTION),
        ("The wrong answer is B", NO_OPTION),
        ("The incorrect option is B", NO_OPTION),
        ("La mauvaise réponse est B", NO_OPTION),
        ("Неправильный ответ: B", NO_OPTION),
        ("B: Diltiazem", MISMATCH),
        ("The answer is B: Diltiazem", MISMATCH),
    ],
)
def test_gives_no_credit_without_a_decision(answer: str, reason: str) -> None:
    found = read_choice(answer, OPTIONS)
    assert (found.letters, found.reason) == (frozenset(), reason)


def test_letters_are_read_without_the_question() -> None:
    assert read_choice("B: Labetalol", {}).letters == {"B"}
    assert read_choice("Labetalol", {}).reason == NO_OPTION


@pytest.mark.parametrize(
    "answer",
    [
        "正しい答えは D: 大腸菌, E: 「肺炎球菌」 です",
        "D: 大腸菌, E: 肺炎球菌",
        "D, E",
        "DとE",
        "D and E",
        "(D) et (E)",
        "D: x\nE: y",
    ],
)
def test_several_right_options_are_compared_as_a_set(
    answer: str, make_item: Callable[..., Item]
) -> None:
    reference = "正しい答えは D: 大腸菌, E: 「肺炎球菌」 です"
    assert measure(make_item(MetricFamily.CHOICE, answer, reference)).values == {"accuracy": 100.0}


@pytest.mark.parametrize(
    ("answer", "references", "value", "read"),
    [
        ("B", ("The right answer is B: Labetalol",), 100.0, "B"),
        ("D", ("The right answer is B: Labetalol",), 0.0, "D"),
        ("The answer is B and C", ("B",), 0.0, "B, C"),
        ("C", ("B", "C"), 100.0, "C"),
        ("Labetalol", ("Labetalol",), 100.0, "B"),
        ("Yes, they do.", ("yes",), 100.0, "yes"),
        # letter and text do not agree, but neither is right
        ("A: Propranolol", ("B",), 0.0, "A"),
        ("A: Watchful waiting and rest", ("B",), 0.0, "A, D"),
        # a reference whose own text is not its option's
        ("The answer is B: the old name", ("The answer is B: the old name.",), 100.0, "B"),
        ("No.", ("yes",), 0.0, "no"),
        ("maybe", ("maybe",), 100.0, "maybe"),
    ],
)
def test_marks_right_and_wrong(
    answer: str,
    references: tuple[str, ...],
    value: float,
    read: str,
    make_item: Callable[..., Item],
) -> None:
    mark = measure(make_item(MetricFamily.CHOICE, answer, *references, source=QUESTION))
    assert (mark.values, mark.answer) == ({"accuracy": value}, read)


@pytest.mark.parametrize(
    ("answer", "reference", "reason"),
    [
        ("B", "no such thing", "the reference names no option"),
        ("Hard to say.", "yes", "gives no verdict"),
        ("A or B", "B", SEVERAL),
        ("B: Propranolol", "The right answer is B: Labetalol", ALIEN),
    ],
)
def test_leaves_unreadable_ones_unscored(
    answer: str, reference: str, reason: str, make_item: Callable[..., Item]
) -> None:
    mark = measure(make_item(MetricFamily.CHOICE, answer, reference, source=QUESTION))
    assert (dict(mark.values), mark.reason) == ({}, reason)


def test_looping_answer_is_read_in_good_time() -> None:
    # A small model that loops repeats one phrase to the end; quadratic reading took 50 s here.
    start = time.perf_counter()
    assert read_choice("答案" * 8000, OPTIONS).reason == NO_OPTION
    assert time.perf_counter() - start < 10


@pytest.mark.skipif(not MEDS_BENCH.is_dir(), reason="shared/data is not beside this checkout")
@pytest.mark.parametrize("number", [57, 58, 59, 60, 61, 122, 129])
def test_real_references_are_read_letter_by_letter(number: int) -> None:
    """Compare with a reading of its own, since identity would hide a misread on both sides."""
    (path,) = MEDS_BENCH.glob(f"task{number}_*.json")
    for item in json.loads(path.read_text(encoding="utf-8"))["Instances"]:
        gold, options = item["output"], read_options(item["input"])
        letters = frozenset(re.findall(r" ([A-J]):", gold))
        assert letters <= options.keys()
        assert read_choice(gold, options, several_asked=True).letters == letters
        assert read_choice(gold, {}, several_asked=True).letters == letters
        text = re.split(r" [A-J]:", gold, maxsplit=1)[1]
        # Japanese references can have several options; three Spanish options are a letter by
        # themselves ("D: B."), and such a text is read as that letter.
        if number not in {59, 129}:
            assert read_choice(text, options).letters == letters


def test_signature_names_the_reading() -> None:
    assert signature("accuracy", "zh") == (
        "accuracy|protocol:strict|read:choice|lang:zh|refs:any|unread:unscored|v:2|agg:mean"
    )
