"""Chat forms: how messages become one text with control tokens around them.

A form never sees the words of a message. It yields pieces: text of the template itself,
which may hold control tokens, and places for contents, which may not: a clinical text that
happens to spell a control token stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from medsdesk.core.generation import Message, Role
from medsdesk.core.identity import text_sha256

FormKind = Literal["llama3", "gguf", "plain"]

LLAMA3_MARK: Final = "<|start_header_id|>"
"""A vocabulary that holds this token belongs to a Llama 3 model."""

# The form of Llama 3's own documentation, for one message; contents are stripped.
_LLAMA3_BEGIN: Final = "<|begin_of_text|>"
_LLAMA3_HEAD: Final = "<|start_header_id|>{role}<|end_header_id|>\n\n"
_LLAMA3_TAIL: Final = "<|eot_id|>"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the content of a message goes.

    Attributes:
        message: Its index.
        strip: Whether white space around it is taken off.
    """

    message: int
    strip: bool


Piece = str | Place


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the finished prompt; only template text may hold control tokens."""

    text: str
    from_template: bool


@dataclass(frozen=True, slots=True)
class ChatForm:
    """A chat form.

    Attributes:
        kind: ``llama3`` (ours), ``gguf`` (the model file's own) or ``plain`` (none).
        sha256: Of the template's text.
        pieces: Gives the pieces for a conversation with these roles.
    """

    kind: FormKind
    sha256: str
    pieces: Callable[[tuple[Role, ...]], tuple[Piece, ...]]

    def segments(self, messages: Sequence[Message]) -> tuple[Segment, ...]:
        """Return the parts of the prompt, the model's turn opened at the end."""
        parts = []
        for piece in self.pieces(tuple(message.role for message in messages)):
            if isinstance(piece, str):
                parts.append(Segment(piece, from_template=True))
                continue
            content = messages[piece.message].content
            text = content.strip() if piece.strip else content
            parts.append(Segment(text, from_template=False))
        return tuple(parts)


def runs(
    segments: Sequence[Segment], controls: re.Pattern[str] | None
) -> tuple[tuple[str, bool], ...]:
    """Return the prompt as control tokens (True) and the runs of text between them (False).

    Text of the template and of contents that meet form one run, so that they are tokenised
    as one, as they are where a model is trained.

    Args:
        segments: The prompt.
        controls: Matches the control tokens of the vocabulary, in a group of its own; None
            where it has none.
    """
    found: list[tuple[str, bool]] = []
    text = ""
    for segment in segments:
        parts = [segment.text]
        if controls is not None and segment.from_template:
            parts = controls.split(segment.text)
        for index, part in enumerate(parts):
            if index % 2 == 0:
                text += part
                continue
            found += [(text, False), (part, True)]
            text = ""
    found.append((text, False))
    return tuple(run for run in found if run[0])


def runs_in_common(segments: Sequence[Segment], controls: re.Pattern[str] | None) -> int:
    """Return how many runs end before that in which the last content begins.

    They are the same for every prompt that differs in its last message alone.
    """
    contents = (number for number, part in enumerate(segments) if not part.from_template)
    before = runs(segments[: max(contents, default=0)], controls)
    text_goes_on = bool(before) and not before[-1][1]
    return len(before) - text_goes_on


def controls_pattern(tokens: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern for ``runs`` that finds the longest control token at each place."""
    texts = sorted((token for token in tokens if token), key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, texts))})") if texts else None


def llama3_form() -> ChatForm:
    """Return the fixed form for Llama 3 models, whatever template their file carries."""
    text = _LLAMA3_BEGIN + _LLAMA3_HEAD + "{content}" + _LLAMA3_TAIL
    return ChatForm("llama3", text_sha256(text), _llama3_pieces)


def plain_form() -> ChatForm:
    """Return the form for models without a template: the contents, one below the other."""
    return ChatForm("plain", text_sha256(""), _plain_pieces)


def _llama3_pieces(roles: tuple[Role, ...]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    before = _LLAMA3_BEGIN
    for index, role in enumerate(roles):
        pieces += [before + _LLAMA3_HEAD.format(role=role), Place(index, strip=True)]
        before = _LLAMA3_TAIL
    return (*pieces, before + _LLAMA3_HEAD.format(role="assistant"))


def _plain_pieces(roles: tuple[Role, ...]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for index in range(len(roles)):
        pieces += ["\n"] * (index > 0) + [Place(index, strip=False)]
    return tuple(pieces)
