"""Renders a text and a task's words to the chat messages a model is asked with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import Message, Prompt
from medsdesk.core.task import Case, TaskContent

# Raised with every change of a template's output, because the version is stored with each run.
TEMPLATES: Mapping[str, int] = MappingProxyType({"meds_bench": 1, "medsdesk": 1})
"""Versions by template: the benchmark's own words, and ours."""

TEMPLATE_NAMES: Mapping[str, str] = MappingProxyType({"medsbench": "meds_bench", "own": "medsdesk"})
"""What people call them."""

# The benchmark's own words: the models were trained on exactly these.
_FEW_SHOT = "Please learn from the few-shot cases to see what content you have to output."

_AS_SHOWN = "Answer in the form of the examples, with nothing before or after."
_ALONE = "Give the answer alone, with nothing before or after."


def render(
    sample_input: str,
    content: TaskContent | None,
    definition: str,
    shots: int,
    template: str = "meds_bench",
    *,
    keep_own: bool = False,
) -> Prompt:
    """Return the messages for one text.

    A worked case that is the text itself is left out: the model would be shown the answer.
    ``Prompt.shots`` says how many cases are really in it.

    Args:
        sample_input: The text.
        content: Where the worked cases come from; None where the task has none.
        definition: What the model is asked to do; the content's own where empty.
        shots: Worked cases wanted.
        template: A key of ``TEMPLATES``.
        keep_own: Show such a case all the same, as the authors' scripts do.

    Raises:
        UserFacingError: No such template, no definition, or fewer cases than wanted.
    """
    if template not in TEMPLATES:
        raise UserFacingError(
            f"There is no prompt template '{template}'.", f"Choose one of: {', '.join(TEMPLATES)}."
        )
    definition = definition or (content.definition if content else "")
    if not definition.strip():
        raise UserFacingError(
            "There is no instruction for the model.", "Write what the model is asked to do."
        )
    cases = _choose(content.cases if content else (), shots, None if keep_own else sample_input)
    messages = _BUILDERS[template](sample_input, cases, definition)
    return Prompt(messages, template, TEMPLATES[template], len(cases))


def _choose(cases: Sequence[Case], shots: int, left_out: str | None) -> tuple[Case, ...]:
    if not 0 <= shots <= len(cases):
        raise UserFacingError(
            f"{shots} worked cases were asked for, but this task has {len(cases)}.",
            f"Ask for a number from 0 to {len(cases)}." if cases else "Ask for 0 worked cases.",
        )
    own = None if left_out is None else left_out.split()
    return tuple(case for case in cases if case.input.split() != own)[:shots]


def _meds_bench(text: str, cases: Sequence[Case], definition: str) -> tuple[Message, ...]:
    if not cases:
        return (Message("system", definition), Message("user", text))
    shown = "".join(f"Input:\n{case.input}\n\nOutput:\n{case.output}\n\n\n" for case in cases)
    return (
        Message("system", f"{shown}{definition}{_FEW_SHOT}"),
        Message("user", f"Input:\n{text}\nOutput:\n"),
    )


def _medsdesk(text: str, cases: Sequence[Case], definition: str) -> tuple[Message, ...]:
    """Keep cases, instruction and text apart; a prompt cut from the left keeps the instruction."""
    shown = "".join(
        f"Example {number}\n\nText:\n{case.input}\n\nAnswer:\n{case.output}\n\n"
        for number, case in enumerate(cases, 1)
    )
    form = _AS_SHOWN if cases else _ALONE
    return (
        Message("system", f"{shown}Task\n\n{definition}\n\n{form}"),
        Message("user", f"Text:\n{text}\n\nAnswer:"),
    )


_BUILDERS: Mapping[str, Callable[[str, Sequence[Case], str], tuple[Message, ...]]] = {
    "meds_bench": _meds_bench,
    "medsdesk": _medsdesk,
}
