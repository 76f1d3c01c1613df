"""How likely given answers are, beside the one that a model gave.

The likelihood of an answer c of tokens c_1 ... c_m after a prompt p is the probability that the
model's own answer begins with it: ln P(c | p) = sum over i of ln P(c_i | p, c_1 ... c_(i-1)). The
prompt has been read for the model's answer already; all given answers are then read in one
batch, each in a sequence of its own that begins with the prompt's cells.

Source: the log-likelihoods by which closed sets are scored since T. Brown et al., "Language
Models are Few-Shot Learners", arXiv 2005.14165, 2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from medsdesk.engine.backend import Attend
from medsdesk.engine.cells import Part, Status

CHOICE_SEQUENCES: Final = 64
"""Most given answers that are read at a time."""

Tokens = tuple[int, ...]


class Memory(Protocol):
    """What ``engine.cells`` offers."""

    def decode(self, parts: Sequence[Part], attend: Attend) -> Status:
        """Read tokens."""
        ...

    def log_probabilities(self, row: int, tokens: Sequence[int]) -> tuple[float, ...]:
        """Tell how likely tokens follow after a row."""
        ...

    def share(self, source: int, target: int) -> None:
        """Begin a sequence with another."""
        ...

    def shorten(self, sequence: int, length: int) -> bool:
        """Forget the rest of a sequence."""
        ...


class Weighing:
    """The given answers of one prompt, until the likelihood of each is known.

    Args:
        choices: The tokens of each.
        batch: Most tokens that are decoded at a time; an answer with more cannot be told.
    """

    def __init__(self, choices: Sequence[Tokens], batch: int) -> None:
        self._choices = choices
        self._batch = batch
        self._most = CHOICE_SEQUENCES
        self._sums: list[float | None] = [None] * len(choices)
        self._left: list[int] = []

    @property
    def likelihoods(self) -> tuple[float | None, ...]:
        """Natural logarithms, in the order of the choices; None for what cannot be told."""
        return tuple(self._sums)

    @property
    def unfinished(self) -> bool:
        """Whether more has to be read."""
        return bool(self._left)

    def begin(self, follow: Callable[[Sequence[int]], Sequence[float]]) -> None:
        """Take in how likely the first token of each is, right behind the prompt."""
        known = [n for n, tokens in enumerate(self._choices) if 0 < len(tokens) <= self._batch + 1]
        for number, first in zip(known, follow([self._choices[n][0] for n in known]), strict=True):
            self._sums[number] = first
        self._left = [number for number in known if len(self._choices[number]) > 1]

    def step(
        self, memory: Memory, source: int, position: int, spare: int, attend: Attend
    ) -> Status:
        """Read the next answers; nothing of them stays in the memory.

        Args:
            memory: Where they are decoded.
            source: The sequence that holds the prompt.
            position: Tokens of the prompt.
            spare: The first of ``CHOICE_SEQUENCES`` sequences that are empty.
            attend: Serves the pipe; where it says to stop, the same answers are read again.
        """
        group = self._group()
        parts = []
        for sequence, number in enumerate(group, spare):
            memory.share(source, sequence)
            tokens = self._choices[number]
            parts.append(Part(sequence, position, tokens[:-1], asked=len(tokens) - 1))
        status = memory.decode(parts, attend)
        if status == "done":
            self._add(memory, group)
        for part in parts:
            memory.shorten(part.sequence, 0)
        self._settle(group, status)
        return status

    def _group(self) -> list[int]:
        """Return the next answers that fit into one batch."""
        group: list[int] = []
        room = self._batch
        for number in self._left[: self._most]:
            room -= len(self._choices[number]) - 1
            if room < 0:
                break
            group.append(number)
        return group

    def _add(self, memory: Memory, group: Sequence[int]) -> None:
        row = 0
        for number in group:
            total = self._sums[number] or 0.0
            for following in self._choices[number][1:]:
                total += memory.log_probabilities(row, (following,))[0]
                row += 1
            self._sums[number] = total

    def _settle(self, group: Sequence[int], status: Status) -> None:
        if status == "stopped":
            return
        if status == "failed":
            if len(group) > 1:  # perhaps for want of room: one at a time takes less
                self._most = 1
                return
            self._sums[group[0]] = None
        self._left = self._left[len(group) :]
