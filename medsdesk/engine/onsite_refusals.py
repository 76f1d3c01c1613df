"""Tells from a server's refusal that a prompt is too long, in the words of each kind of server."""

from __future__ import annotations

import json
import re
from typing import Any

_MARKS = ("exceed_context_size_error", "context_length_exceeded")
_WORDS = re.compile(r"maximum context length|exceeds? the (?:available )?context|context window")
_CONTEXT = re.compile(r"maximum context length is (\d{1,9})")
_PROMPT = re.compile(r"(\d{1,9}) (?:in the messages|in your prompt|input tokens)")


def too_long(data: bytes) -> tuple[int, int] | None:
    """Return the prompt's tokens and the server's context; None where the cause is another.

    A number that the server does not tell is 0. llama.cpp gives both as fields; vLLM and
    llama_cpp.server say them in a sentence, which is read for numbers and never passed on.
    """
    try:
        error: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(error, dict) and isinstance(error.get("error"), dict):
        error = error["error"]
    if not isinstance(error, dict):
        return None
    words = str(error.get("message", ""))
    marked = error.get("type") in _MARKS or error.get("code") in _MARKS
    if not marked and _WORDS.search(words) is None:
        return None
    prompt = _number(error.get("n_prompt_tokens")) or _found(_PROMPT, words)
    return prompt, _number(error.get("n_ctx")) or _found(_CONTEXT, words)


def _number(value: object) -> int:
    return value if type(value) is int and value > 0 else 0


def _found(pattern: re.Pattern[str], words: str) -> int:
    found = pattern.search(words)
    return int(found[1]) if found else 0
