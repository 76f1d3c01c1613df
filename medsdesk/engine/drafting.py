"""Guesses of how an answer goes on, looked up in its prompt and in what it has said already.

An answer that copies from its prompt, as extraction does, repeats the tokens that followed the
same words there. Several guessed tokens are decoded at once and each is kept only where the
model would have said it, so guesses change how fast an answer comes, not what it says (but for
rounding, which depends on how many tokens are decoded together).

Source: prompt lookup decoding, A. Saxena 2023; a case of speculative decoding, Leviathan et al.,
"Fast Inference from Transformers via Speculative Decoding", arXiv 2211.17192.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LONGEST: Final = 16
"""Most tokens guessed at a time."""

_FIRST: Final = 4
_ALIKE: Final = 3  # tokens in a row that must be the same before a guess is made
_REST: Final = 8  # tokens without a guess after one of which nothing was right


class Draft:
    """The guesses for one answer.

    How many tokens are guessed follows from how many were right: twice as many after a guess
    that was right as a whole, half as many after one that was not. After a guess that was wrong
    from its first token, none is made for a while.

    Args:
        tokens: Of the prompt.
        most: Most tokens guessed at a time; none are where it is below 1.
    """

    def __init__(self, tokens: Sequence[int], most: int) -> None:
        self._most = min(most, LONGEST)
        self._length = min(_FIRST, self._most)
        self._rest = 0
        self._tokens: list[int] = []
        # What the latest three tokens were followed by when they stood there last.
        self._places: dict[tuple[int, ...], int] = {}
        if self._most > 0:
            for token in tokens:
                self._append(token)

    def add(self, token: int) -> None:
        """Take in a token of the answer."""
        if self._most > 0:
            self._append(token)
            self._rest -= 1

    def guess(self, most: int) -> tuple[int, ...]:
        """Return what may follow, at most so many tokens; nothing where nothing is alike."""
        length = min(self._length, most)
        place = self._places.get(tuple(self._tokens[-_ALIKE:]))
        if place is None or length < 1 or self._rest > 0:
            return ()
        period = len(self._tokens) - place  # an answer that goes in circles repeats it
        return tuple(self._tokens[place + step % period] for step in range(length))

    def judge(self, guessed: int, right: int) -> None:
        """Learn from how many of the guessed tokens were right."""
        if right == guessed:
            self._length = min(2 * self._length, self._most)
        else:
            self._length = max(1, self._length // 2)
        if right == 0:
            self._rest = _REST

    def _append(self, token: int) -> None:
        if len(self._tokens) >= _ALIKE:
            self._places[tuple(self._tokens[-_ALIKE:])] = len(self._tokens)
        self._tokens.append(token)
