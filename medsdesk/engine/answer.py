"""Gathers one answer as its tokens arrive, and times it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from medsdesk.core.generation import Choice, Completion, FinishReason
from medsdesk.engine.messages import Completed, Started, Tokens

_UPDATE_SECONDS = 0.05


Report = Callable[[str, int, float, float], None]
"""Takes the new text, the tokens and seconds so far, and the tokens per second."""


class Answer:
    """An answer so far.

    Args:
        report: Told of new text at most 20 times a second.
        choices: The answers whose likelihood was asked for.
    """

    def __init__(self, report: Report | None, choices: Sequence[str] = ()) -> None:
        self._report = report
        self._choices = tuple(choices)
        self._likelihoods: tuple[float | None, ...] = ()
        self._began = time.monotonic()
        self._first: float | None = None
        self._last = self._began
        self._reported = 0.0
        self._pieces: list[str] = []
        self._told = 0
        self._taken = False
        self._tokens = 0
        self._prompt_tokens = 0
        self._cut_tokens = 0

    @property
    def started(self) -> bool:
        """Whether the model has begun to read the prompt."""
        return self._taken

    def take(self, message: Started | Tokens | Completed) -> None:
        """Add what a message brings."""
        if isinstance(message, Completed):
            self._tokens = message.tokens
            self._prompt_tokens = message.prompt_tokens or self._prompt_tokens
            self._likelihoods = message.likelihoods
            return
        if isinstance(message, Started):
            self._taken = True
            self._began = time.monotonic()  # the wait for a free slot is not the model's
            self._prompt_tokens = message.prompt_tokens
            self._cut_tokens = message.cut_tokens
            return
        self._last = time.monotonic()
        self._first = self._first or self._last
        self._pieces.append(message.text)
        self._tokens = message.tokens

    def report(self, *, last: bool = False) -> None:
        """Tell of new text, unless the latest news is fresh; ``last`` tells it all the same."""
        now = time.monotonic()
        fresh = now - self._reported < _UPDATE_SECONDS
        if self._report is None or self._told == len(self._pieces) or (fresh and not last):
            return
        text = "".join(self._pieces[self._told :])
        self._told, self._reported = len(self._pieces), now
        self._report(text, self._tokens, now - self._began, self._speed())

    def completion(self, reason: FinishReason, error: str | None = None) -> Completion:
        """Return the answer as it stands."""
        now = time.monotonic()
        return Completion(
            text="".join(self._pieces),
            finish_reason=reason,
            prompt_tokens=self._prompt_tokens,
            tokens=self._tokens,
            seconds=now - self._began,
            prompt_seconds=(self._first or now) - self._began,
            cut_tokens=self._cut_tokens,
            error=error,
            # A backend that tells of none has been asked in vain.
            choices=tuple(map(Choice, self._choices, self._likelihoods)),
        )

    def _speed(self) -> float:
        taken = self._last - (self._first or self._last)
        return (self._tokens - 1) / taken if taken > 0 else 0.0
