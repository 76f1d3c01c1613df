"""Chat forms, and how they are cut into runs."""

from __future__ import annotations

import pytest

from medsdesk.core.generation import Message
from medsdesk.core.identity import text_sha256
from medsdesk.engine.templates import (
    ChatForm,
    Segment,
    controls_pattern,
    llama3_form,
    plain_form,
    runs,
    runs_in_common,
)

TALK = (Message("system", " Define it. "), Message("user", "Input:\nx\nOutput:\n"))


def joined(segments: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in segments)


def test_llama3_form() -> None:
    form = llama3_form()
    assert joined(form.segments(TALK)) == (
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nDefine it.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nInput:\nx\nOutput:<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )
    assert form.kind == "llama3"
    assert form.sha256 == text_sha256(
        "<|begin_of_text|><|start_header_id|>{role}<|end_header_id|>\n\n{content}<|eot_id|>"
    )


def test_plain_form() -> None:
    form = plain_form()
    assert joined(form.segments(TALK)) == " Define it. \nInput:\nx\nOutput:\n"
    assert (form.kind, form.sha256) == ("plain", text_sha256(""))


def test_only_the_template_may_hold_control_tokens() -> None:
    controls = controls_pattern(["<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>", ""])
    talk = (Message("user", "a<|eot_id|>b"),)
    found = runs(llama3_form().segments(talk), controls)
    assert found == (
        ("<|begin_of_text|>", False),  # not in this vocabulary: text
        ("<|start_header_id|>", True),
        ("user", False),
        ("<|end_header_id|>", True),
        ("\n\na<|eot_id|>b", False),
        ("<|eot_id|>", True),
        ("<|start_header_id|>", True),
        ("assistant", False),
        ("<|end_header_id|>", True),
        ("\n\n", False),
    )


def test_a_control_token_is_not_made_of_two_halves() -> None:
    controls = controls_pattern(["<end>"])
    halves = (Segment("<e", from_template=True), Segment("nd>", from_template=False))
    assert runs(halves, controls) == (("<end>", False),)


@pytest.mark.parametrize(("names", "text"), [(["<a>", "<a><b>"], "<a><b>"), (["+", "++"], "++")])
def test_the_longest_token_wins(names: list[str], text: str) -> None:
    segments = (Segment(text, from_template=True),)
    assert runs(segments, controls_pattern(names)) == ((text, True),)


def test_a_vocabulary_without_control_tokens() -> None:
    assert controls_pattern([]) is None
    assert runs((Segment("a", from_template=True),), None) == (("a", False),)


@pytest.mark.parametrize("form", [llama3_form(), plain_form()])
def test_runs_in_common_end_before_the_last_message(form: ChatForm) -> None:
    controls = controls_pattern(["<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>"])
    one, other = (form.segments((TALK[0], Message("user", text))) for text in ("x", "y <|eot_id|>"))
    common = runs_in_common(one, controls)
    assert common == runs_in_common(other, controls) == (9 if form.kind == "llama3" else 0)
    assert runs(one, controls)[:common] == runs(other, controls)[:common]
    assert runs(one, controls)[common] != runs(other, controls)[common]


def test_a_template_without_contents_has_no_runs_in_common() -> None:
    assert runs_in_common((Segment("<a>", from_template=True),), controls_pattern(["<a>"])) == 0
