"""The prompt is the benchmark's own, byte for byte, and never holds its own answer."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import Message
from medsdesk.core.task import Case, TaskContent
from medsdesk.tasks.prompts import TEMPLATE_NAMES, TEMPLATES, render

DEFINITION = "Name the organ."
CASES = (
    Case("Synthetic: clear lungs.", "lungs"),
    Case("Synthetic:\nsmall spleen ", "spleen"),
    Case("合成：心影不大。", "心脏"),
)
CONTENT = TaskContent("task1", "en", DEFINITION, CASES, ())

THREE_SHOTS = (
    "Input:\n"
    "Synthetic: clear lungs.\n"
    "\n"
    "Output:\n"
    "lungs\n"
    "\n"
    "\n"
    "Input:\n"
    "Synthetic:\n"
    "small spleen \n"
    "\n"
    "Output:\n"
    "spleen\n"
    "\n"
    "\n"
    "Input:\n"
    "合成：心影不大。\n"
    "\n"
    "Output:\n"
    "心脏\n"
    "\n"
    "\n"
    "Name the organ.Please learn from the few-shot cases to see what content you have to output."
)


def test_three_shots() -> None:
    prompt = render("Liver ok. ", CONTENT, DEFINITION, 3)
    assert prompt.messages == (
        Message("system", THREE_SHOTS),
        Message("user", "Input:\nLiver ok. \nOutput:\n"),
    )
    assert (prompt.template_id, prompt.template_version, prompt.shots) == ("meds_bench", 1, 3)


def test_the_text_itself_is_shown_as_a_case_only_where_that_is_asked_for() -> None:
    text = CASES[1].input
    shown = [render(text, CONTENT, DEFINITION, 3, keep_own=keep) for keep in (False, True)]
    assert [prompt.shots for prompt in shown] == [2, 3]
    assert shown[1].messages[0].content == THREE_SHOTS


def test_no_shots() -> None:
    prompt = render("Liver ok. ", CONTENT, DEFINITION, 0)
    assert prompt.messages == (Message("system", "Name the organ."), Message("user", "Liver ok. "))
    assert (prompt.template_id, prompt.template_version, prompt.shots) == ("meds_bench", 1, 0)


def test_one_shot_takes_the_first_case() -> None:
    assert render("x", CONTENT, DEFINITION, 1).messages[0].content == (
        "Input:\nSynthetic: clear lungs.\n\nOutput:\nlungs\n\n\n"
        "Name the organ."
        "Please learn from the few-shot cases to see what content you have to output."
    )


@pytest.mark.parametrize(
    "text", ["Synthetic:\nsmall spleen ", "Synthetic: small spleen", "\nSynthetic:\tsmall  spleen"]
)
def test_a_case_that_is_the_text_itself_is_left_out(text: str) -> None:
    prompt = render(text, CONTENT, DEFINITION, 3)
    assert prompt.shots == 2
    assert "spleen" not in prompt.messages[0].content
    assert prompt.messages[0].content.count("Output:") == 2


def test_another_case_takes_the_place_of_the_one_left_out() -> None:
    prompt = render(CASES[0].input, CONTENT, DEFINITION, 2)
    assert prompt.shots == 2
    assert "lungs" not in prompt.messages[0].content


def test_no_case_left_is_no_shot() -> None:
    only = TaskContent("task1", "en", DEFINITION, CASES[:1], ())
    prompt = render(CASES[0].input, only, DEFINITION, 1)
    assert prompt == render(CASES[0].input, only, DEFINITION, 0)


def test_what_looks_like_a_place_holder_is_only_text() -> None:
    odd = TaskContent("task1", "en", "{definition} %s", (Case("{input}", "{0}"),), ())
    prompt = render("{output} {{}}", odd, "{definition} %s", 1)
    assert prompt.messages[0].content.startswith(
        "Input:\n{input}\n\nOutput:\n{0}\n\n\n{definition} %s"
    )
    assert prompt.messages[1].content == "Input:\n{output} {{}}\nOutput:\n"


def test_the_contents_own_definition_serves_where_none_is_given() -> None:
    assert render("x", CONTENT, "", 0).messages[0].content == DEFINITION
    assert render("x", CONTENT, "Mine.", 0).messages[0].content == "Mine."


def test_a_task_without_content_can_be_asked_without_cases() -> None:
    assert render("x", None, "Mine.", 0).messages == (
        Message("system", "Mine."),
        Message("user", "x"),
    )


@pytest.mark.parametrize(
    ("content", "shots", "message", "hint"),
    [
        (CONTENT, 4, "4 worked cases were asked for, but this task has 3.", "from 0 to 3"),
        (CONTENT, -1, "-1 worked cases were asked for, but this task has 3.", "from 0 to 3"),
        (None, 1, "1 worked cases were asked for, but this task has 0.", "Ask for 0"),
    ],
)
def test_more_shots_than_cases_are_refused(
    content: TaskContent | None, shots: int, message: str, hint: str
) -> None:
    with pytest.raises(UserFacingError) as caught:
        render("x", content, DEFINITION, shots)
    assert caught.value.message == message
    assert hint in caught.value.hint


@pytest.mark.parametrize("definition", ["", " \n"])
def test_no_definition_is_refused(definition: str) -> None:
    with pytest.raises(UserFacingError, match="no instruction"):
        render("x", None, definition, 0)


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(UserFacingError, match="no prompt template 'mine'") as caught:
        render("x", CONTENT, DEFINITION, 0, "mine")
    assert "meds_bench" in caught.value.hint


def test_every_template_has_a_version() -> None:
    assert dict(TEMPLATES) == {"meds_bench": 1, "medsdesk": 1}
    assert set(TEMPLATE_NAMES.values()) == set(TEMPLATES)


def test_our_own_template_keeps_the_parts_apart() -> None:
    prompt = render("Liver ok. ", CONTENT, DEFINITION, 2, "medsdesk")
    assert prompt.messages == (
        Message(
            "system",
            "Example 1\n\nText:\nSynthetic: clear lungs.\n\nAnswer:\nlungs\n\n"
            "Example 2\n\nText:\nSynthetic:\nsmall spleen \n\nAnswer:\nspleen\n\n"
            "Task\n\nName the organ.\n\n"
            "Answer in the form of the examples, with nothing before or after.",
        ),
        Message("user", "Text:\nLiver ok. \n\nAnswer:"),
    )
    assert (prompt.template_id, prompt.template_version, prompt.shots) == ("medsdesk", 1, 2)
    alone, asked = render("x", None, DEFINITION, 0, "medsdesk").messages
    assert alone.content.startswith("Task\n\nName the organ.\n\nGive the answer alone")
    assert asked.content == "Text:\nx\n\nAnswer:"


def test_the_authors_own_prompts_have_this_form(shared: Path) -> None:
    """The prompts in the authors' result file are ours but for a slip in their last sentence.

    Their chat format strips each message, and the sentence in that older file has a typing
    error that the published code has not.
    """
    file = shared / "data" / "authors_results_rationale_zh_en_ru.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        prompts = [row["input"] for row in csv.DictReader(lines)]
    assert len(prompts) == 150
    compared = 0
    for theirs in prompts:
        system, user = _messages(theirs)
        definition = "Given a question and its answer, generate an explanation statement."
        cases, end = _cases(system)
        ours = render(
            user.removeprefix("Input:\n").removesuffix("\nOutput:"),
            TaskContent("task51", "zh", definition, cases, ()),
            definition,
            len(cases),
        )
        # Their cases are drawn from the evaluated items; where one is the item, we have fewer.
        if ours.shots == len(cases) == 3:
            shown, asked = ours.messages
            assert shown.content.removesuffix("output.") == system.removesuffix("ouput.")
            assert asked.content.strip() == user
            compared += 1
        assert end.startswith(definition)
    assert compared > 100


def _messages(prompt: str) -> tuple[str, str]:
    head = "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
    middle = "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
    tail = "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    system, user = prompt.removeprefix(head).removesuffix(tail).split(middle)
    return system, user


def _cases(system: str) -> tuple[tuple[Case, ...], str]:
    *blocks, end = system.split("\n\n\n")
    pairs = (block.removeprefix("Input:\n").split("\n\nOutput:\n") for block in blocks)
    return tuple(Case(text, answer) for text, answer in pairs), end
