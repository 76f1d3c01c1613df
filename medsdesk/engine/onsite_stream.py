"""Reads an answer that a server streams: events in lines, each a piece of JSON."""

from __future__ import annotations

import json
from typing import Any, Literal

from medsdesk.engine.onsite_faults import ServerFaults

_DATA = b"data:"
_DONE = b"[DONE]"
_REASONS: dict[str, Literal["stop", "length"]] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "length": "length",
}


class AnswerStream:
    """One answer, line by line.

    Args:
        faults: Makes the faults of the server.
    """

    def __init__(self, faults: ServerFaults) -> None:
        self._faults = faults
        self.reason: Literal["stop", "length"] | None = None
        self.prompt_tokens = 0
        self.tokens = 0

    def take(self, line: bytes) -> str | None:
        """Return the text that a line brings, empty for thoughts; None where it brings nothing.

        Raises:
            ServerError: The line is none of such a stream, or says that something failed.
        """
        if line.startswith(b"error:"):
            raise self._faults.broken_off()
        data = line.removeprefix(_DATA).strip()
        if not line.startswith(_DATA) or data in (b"", _DONE):
            return None  # a comment that keeps the connection alive, a name, an end
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            raise self._faults.unreadable() from None
        if not isinstance(event, dict):
            raise self._faults.unreadable()
        if event.get("error") is not None:
            raise self._faults.broken_off()
        self._count(event.get("usage"))
        choices = event.get("choices")
        if not choices:
            return None
        if not isinstance(choices, list) or not isinstance(choices[0], dict):
            raise self._faults.unreadable()
        return self._choice(choices[0])

    def _choice(self, choice: dict[str, Any]) -> str | None:
        delta = choice.get("delta") or {}
        if not isinstance(delta, dict):
            raise self._faults.unreadable()
        reason = choice.get("finish_reason")
        if reason is not None:
            if not isinstance(reason, str) or reason not in _REASONS:
                raise self._faults.ended_for()
            self.reason = _REASONS[reason]
        text = delta.get("content")
        if text is None:
            thought = delta.get("reasoning_content") or delta.get("reasoning")
            return "" if thought else None
        if not isinstance(text, str):
            raise self._faults.unreadable()
        # Some begin with an empty piece that names the role, before the prompt is read.
        return text or None

    def _count(self, usage: object) -> None:
        if isinstance(usage, dict):
            self.prompt_tokens = _number(usage.get("prompt_tokens")) or self.prompt_tokens
            self.tokens = _number(usage.get("completion_tokens")) or self.tokens


def _number(value: object) -> int:
    return value if type(value) is int and 0 < value < 1 << 31 else 0
