"""Finding the answer inside what a model wrote, before any task's own reading begins."""

from __future__ import annotations

import re

from medsdesk.metrics.words import compatible

# A reasoning model thinks aloud before it answers; only what follows is its answer.
_THOUGHT = re.compile(r"^.*</think>|<think>.*$", re.DOTALL)
# A model that runs on writes the next case of the few-shot prompt, whose frame is this line;
# other programs leave the signs in the text that end a turn.
_NEXT_CASE = re.compile(
    r"^[ \t]*Input:[ \t]*$|<\|(?:eot_id|end_of_text|endoftext|im_end|end)\|>|</s>", re.MULTILINE
)
_FRAME = re.compile(r"\A\s*(?:assistant\s*\n\s*)?(?:Output:\s*)?")
_MARKDOWN = re.compile(
    r"\*+|`+(?:json\n)?|\$(?=\s*[A-J]\b)|(?<=[A-J])\$|^#+\s*|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)",
    re.MULTILINE,
)
_BOXED = re.compile(r"\\(?:boxed|text|textbf|mathrm|mathbf)\{([^{}]*)\}")
_MATHS = re.compile(r"\\[()\[\]]")
_TAGS = re.compile(r"<(/?)(?:answer|final_answer)>", re.IGNORECASE)

_BASIS = r"(?:based on|according to)\s+(?:the|this|your)\s+[^,.:;\n]{1,60}[,:]\s*"
_SUBJECT = r"(?:the\s+|my\s+)?(?:(?:most\s+)?(?:likely|probable)\s+|final\s+|correct\s+|right\s+)*"
_NOUN = (
    r"(?:answer|output|verdict|label|class|category|classification|relation(?:ship)?(?:\s+type)?|"
    r"diagnosis(?:\s+result)?|treatment(?:\s+plan(?:ning)?)?|participants?|interventions?|"
    r"outcomes?|dos(?:e|age)|(?:names?\s+of\s+(?:the\s+)?)?(?:chemicals?|diseases?|organisms?|"
    r"species|entit(?:y|ies)|genes?|drugs?|cells?)(?:\s+names?)?(?:\s+(?:mentioned|found))?)"
    r"(?:\s+in\s+(?:the|this)\s+\w+)?"
)
_STATED = re.compile(
    rf"\A\s*(?:{_BASIS})?{_SUBJECT}{_NOUN}(?:\s*:|\s+(?:is|are)\b\s*:?)\s*", re.IGNORECASE
)
_CUT_SHORT = re.compile(rf"\A\s*(?:{_BASIS})?the\s+{_NOUN}\s*\Z", re.IGNORECASE)
_BASED = re.compile(rf"\A\s*{_BASIS}", re.IGNORECASE)


def without_thought(output: str) -> str:
    """Return the output without a reasoning model's thinking between ``<think>`` tags."""
    return _THOUGHT.sub("", output).strip()


def answer_part(output: str) -> str:
    """Return the part of an output that answers the case asked.

    Thinking is left out; the text ends where the model starts a new case of the few-shot
    prompt by itself (a line ``Input:``); a leading ``Output:`` is the prompt's frame, not the
    answer's, and so is the name of the turn that some programs leave before it.
    """
    text = _FRAME.sub("", without_thought(output))
    return _NEXT_CASE.split(text, maxsplit=1)[0].strip()


def without_markup(text: str) -> str:
    """Return NFKC text without Markdown emphasis, headings, LaTeX boxes and answer tags."""
    unboxed = _BOXED.sub(r"\1", _BOXED.sub(r"\1", _MATHS.sub("", compatible(text))))
    untagged = _TAGS.sub(lambda tag: "\n" if tag[1] else "Answer: ", unboxed)
    return _MARKDOWN.sub("", untagged)


def without_lead_in(text: str) -> str:
    """Drop the words that only announce an answer, such as ``The diagnosis result is``.

    Two kinds are known: a basis (``Based on the text,``) and a statement (``The diagnosis is``,
    ``Dose:``). What remains is never guessed at: unknown announcements stay in the answer. An
    announcement cut short (``The diagnosis result``) leaves nothing.
    """
    if _CUT_SHORT.match(text):
        return ""
    stated = _STATED.sub("", text, count=1)
    return (stated if stated != text else _BASED.sub("", text, count=1)).strip()
