"""Runs a stranger's Jinja template so that it can do nothing, and not for long.

Jinja's immutable sandbox keeps it from attributes and code; here are bounds of its time and of
the sizes it makes. What still grows past them, step by small step, meets the limit of the memory
of a load: this runs in the engine's child, inside a load and its bounds.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST: Final = 1 << 20
"""Characters of a template, of what it makes, and of every text on the way."""
SECONDS: Final = 3.0

_MOST_BITS: Final = 4096
_WIDE: Final = re.compile(r"\d{5,}|%[^a-zA-Z]*\*")
_NOT_ALLOWED: Final = "it asks for what a template may not do"
_TOO_LARGE: Final = "it makes texts without end"


class UnusableTemplateError(Exception):
    """The template cannot be used; the text says why, and goes into a sentence."""


class Template:
    """A compiled template.

    Args:
        source: Jinja source.
        special: Texts of the tokens that templates ask for: ``bos_token``, ``eos_token``.

    Raises:
        UnusableTemplateError: It has a fault.
    """

    def __init__(self, source: str, special: Mapping[str, str]) -> None:
        if len(source) > LONGEST:
            raise UnusableTemplateError("it is too long")
        with _bounded("it has a fault in its syntax"):
            self._compiled = _sandbox().from_string(source, globals=dict(special))

    def render(self, messages: list[dict[str, str]]) -> str:
        """Return what the template makes of messages.

        Raises:
            UnusableTemplateError: It fails, refuses, takes too long or makes too much.
        """
        with _bounded("it fails"):
            return self._compiled.render(messages=messages, add_generation_prompt=True)


@contextlib.contextmanager
def _bounded(otherwise: str) -> Iterator[None]:
    """Stop Python code that runs too long, and turn whatever fails into words."""
    from jinja2.exceptions import SecurityError

    until, before = time.monotonic() + SECONDS, sys.gettrace()

    def trace(_frame: FrameType, _event: str, _argument: object) -> Any:  # noqa: ANN401 - itself
        if time.monotonic() > until:
            raise UnusableTemplateError("it takes too long")
        return trace

    sys.settrace(trace)
    try:
        yield
    except UnusableTemplateError:
        raise
    except SecurityError as fault:
        raise UnusableTemplateError(_NOT_ALLOWED) from fault
    except MemoryError as fault:
        raise UnusableTemplateError(_TOO_LARGE) from fault
    except Exception as fault:
        # A stranger's program may fail in any way.
        raise UnusableTemplateError(otherwise) from fault
    finally:
        sys.settrace(before)


def _sandbox() -> ImmutableSandboxedEnvironment:
    from jinja2.compiler import CodeGenerator
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Joining(CodeGenerator):
        def visit_Concat(self, node: Any, frame: Any) -> None:  # noqa: ANN401, N802 - Jinja's
            self.write("concat((")
            for part in node.nodes:
                self.visit(part, frame)
                self.write(", ")
            self.write("))")

    class Sandbox(ImmutableSandboxedEnvironment):
        code_generator_class = Joining
        concat = staticmethod(_joined)
        intercepted_binops = frozenset(("*", "**", "%", "+"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - Jinja's
            _check_operation(operator, left, right)
            return super().call_binop(context, operator, left, right)

        def call(self, context: Any, function: Any, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - Jinja's
            _check_call(function, (*args, *named.values()))
            return _of_size(super().call(context, function, *args, **named))

    made = Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    made.filters["tojson"] = _to_json
    made.filters = {name: _checked(filter_) for name, filter_ in made.filters.items()}
    made.globals["raise_exception"] = _refuse
    made.globals.pop("lipsum", None)
    return made


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def checked(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - Jinja's
        _check_call(function, (*args, *named.values()))
        return _of_size(function(*args, **named))

    return checked


def _check_operation(operator: str, left: Any, right: Any) -> None:  # noqa: ANN401 - the template's
    if isinstance(left, int) and isinstance(right, int):
        times = abs(right) if operator == "**" else 1
        bits = left.bit_length() * max(1, times) + (operator == "*") * right.bit_length()
        if bits > _MOST_BITS:
            raise UnusableTemplateError(_TOO_LARGE)
    elif operator == "%" and isinstance(left, str):
        _check_call(left.format, (right,))
    elif operator in ("*", "+"):
        made = _size(left) * _size(right) if operator == "*" else _size(left) + _size(right)
        if made > LONGEST:
            raise UnusableTemplateError(_TOO_LARGE)


def _check_call(function: Any, values: tuple[Any, ...]) -> None:  # noqa: ANN401 - the template's
    """Refuse calls with widths and counts that no chat form needs, and formats with such."""
    # The sandbox hands out methods that format in a wrapper of its own.
    owner = getattr(getattr(function, "__wrapped__", function), "__self__", None)
    if any(_size(value) > LONGEST for value in (owner, *values)):
        raise UnusableTemplateError(_TOO_LARGE)
    name = getattr(function, "__name__", "")
    form = owner if isinstance(owner, str) else values[0] if values else None
    if "format" in name and isinstance(form, str) and _WIDE.search(form):
        raise UnusableTemplateError(_TOO_LARGE)
    texts = [value for value in (owner, *values) if isinstance(value, str)]
    if "replace" in name and len(texts) > 1:
        places = texts[0].count(texts[1]) + 1
        if places * max(map(len, texts[1:])) > LONGEST:
            raise UnusableTemplateError(_TOO_LARGE)


def _joined(parts: Iterable[object]) -> str:
    pieces, length = [], 0
    for part in parts:
        piece = str(part)
        length += len(piece)
        if length > LONGEST:
            raise UnusableTemplateError(_TOO_LARGE)
        pieces.append(piece)
    return "".join(pieces)


def _of_size(made: Any) -> Any:  # noqa: ANN401 - the template's
    if isinstance(made, str | list | tuple) and len(made) > LONGEST:
        raise UnusableTemplateError(_TOO_LARGE)
    return made


def _size(value: Any) -> int:  # noqa: ANN401 - the template's
    if isinstance(value, str | list | tuple):
        return len(value)
    return abs(value) if isinstance(value, int) else 1


def _to_json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(_: object = None) -> NoReturn:
    raise UnusableTemplateError("it refuses such messages")
