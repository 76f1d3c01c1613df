"""The chat form of a model file's own Jinja template, which is a stranger's program.

It runs in the engine's child alone, in Jinja's immutable sandbox, and is shown no clinical
text: it arranges marks that stand for the contents, and what lies between the marks is kept.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Final

from medsdesk.core.generation import Role
from medsdesk.core.identity import text_sha256
from medsdesk.engine.template_sandbox import Template, UnusableTemplateError
from medsdesk.engine.templates import ChatForm, Piece, Place

# Private-use characters around the number of the message.
_MARK: Final = "\uf8f0{}\uf8f1"
_MARKS: Final = re.compile("\uf8f0([0-9]+)\uf8f1")

Render = Callable[[list[dict[str, str]]], str]


def gguf_form(template: str, special: Mapping[str, str]) -> ChatForm:
    """Return the form that a model file's template describes.

    Args:
        template: Jinja source.
        special: Texts of the tokens that templates ask for: ``bos_token``, ``eos_token``.

    Raises:
        UnusableTemplateError: It has a fault, or loses or doubles a message.
    """
    render: Render = Template(template, special).render
    pieces = functools.cache(functools.partial(_arrange, render))
    pieces(("system", "user"))  # a template that cannot do it says so now
    return ChatForm("gguf", text_sha256(template), pieces)


def _arrange(render: Render, roles: tuple[Role, ...]) -> tuple[Piece, ...]:
    try:
        return _split(render([_marked(i, role) for i, role in enumerate(roles)]), len(roles))
    except UnusableTemplateError:
        if roles[:2] != ("system", "user"):
            raise
    # Some forms know no system message: there it goes on top of the user's.
    both = f"{_content(0)}\n\n{_content(1)}"
    merged = [{"role": "user", "content": both}]
    merged += [_marked(i, role) for i, role in enumerate(roles) if i > 1]
    return _split(render(merged), len(roles))


def _marked(index: int, role: Role) -> dict[str, str]:
    return {"role": role, "content": _content(index)}


def _content(index: int) -> str:
    # The spaces show whether the template strips contents.
    return f" {_MARK.format(index)} "


def _split(text: str, messages: int) -> tuple[Piece, ...]:
    parts = _MARKS.split(text)
    if [int(number) for number in parts[1::2]] != list(range(messages)):
        raise UnusableTemplateError("it loses or doubles a message")
    pieces: list[Piece] = []
    for index, part in enumerate(parts[::2]):
        kept_before = index > 0 and part.startswith(" ")
        kept_after = index < messages and part.endswith(" ")
        if index > 0:
            pieces.append(Place(index - 1, strip=not kept_before))
        between = part[1:] if kept_before else part
        pieces.append(between[:-1] if kept_after else between)
    return tuple(piece for piece in pieces if piece != "")
