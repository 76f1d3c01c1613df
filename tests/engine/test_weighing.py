"""Likelihoods of given answers, over a memory that keeps count, and in the slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.engine.backend import Attend, JobEnded
from medsdesk.engine.cells import Part, Status
from medsdesk.engine.slots import Slots
from medsdesk.engine.weighing import CHOICE_SEQUENCES, Weighing
from tests.engine.test_slots import Digits, Sequences, job, never, work


def likelihood(prompt: Sequence[int], choice: Sequence[int]) -> float:
    """Return the sum that the made-up model gives, token by token."""
    held, total = list(prompt), 0.0
    for token in choice:
        total += after(held, token)
        held.append(token)
    return total


def after(held: Sequence[int], token: int) -> float:
    return -((sum(n * t for n, t in enumerate(held, 1)) * 7 + token) % 11) / 4


@dataclass
class Weighed(Sequences):
    """Sequences that also tell how likely tokens are."""

    before: list[list[int]] = field(default_factory=list)
    largest: int = 0

    def decode(self, parts: Sequence[Part], attend: Attend) -> Status:
        status = super().decode(parts, attend)
        if status == "done":
            self.largest = max(self.largest, len(parts))
            self.before = []
            for part in parts:
                held = self.held[part.sequence]
                ends = range(part.position + 1, part.position + len(part.tokens) + 1)
                self.before += [held[:end] for end in ends]
        return status

    def log_probabilities(self, row: int, tokens: Sequence[int]) -> tuple[float, ...]:
        return tuple(after(self.before[row], token) for token in tokens)


def ended(slots: Slots, steps: int = 1000) -> JobEnded:
    for _ in range(steps):
        for event in slots.step(never):
            if isinstance(event, JobEnded):
                return event
    raise AssertionError("the slots make no progress")


_tokens = st.lists(st.integers(1, 6), min_size=1, max_size=12)
_choices = st.lists(st.lists(st.integers(1, 6), max_size=7).map(tuple), max_size=90)


@given(_tokens, _choices, st.integers(1, 3), st.booleans())
def test_every_likelihood_is_that_of_the_choice_alone(
    prompt: list[int], choices: list[tuple[int, ...]], count: int, draft: bool
) -> None:
    memory = Weighed(batch=6)
    slots = Slots(memory, Digits(), count, reuse=True, draft=draft, choices=True)
    asked = job(1, prompt, len(prompt) - 1)
    slots.start(asked, choices)
    told = ended(slots).likelihoods
    assert told == tuple(
        pytest.approx(likelihood(prompt, choice)) if choice else None for choice in choices
    )
    assert not any(memory.held[number] for number in memory.held if number > 0)


@given(_tokens, st.lists(_tokens.map(tuple), min_size=1, max_size=5))
def test_the_answer_is_that_without_choices(prompt: list[int], choices: list[Any]) -> None:
    def answer(choices: Sequence[Any]) -> str:
        memory = Weighed(batch=16)
        slots = Slots(memory, Digits(), 1, reuse=True, choices=True)
        slots.start(job(1, prompt, 0), choices)
        while not any(isinstance(event, JobEnded) for event in slots.step(never)):
            pass
        return work(slots, [job(2, [*prompt, 1], len(prompt))], 1)[2]

    assert answer(choices) == answer(())


def test_all_choices_are_read_in_one_batch() -> None:
    memory = Weighed(batch=256)
    slots = Slots(memory, Digits(), 1, reuse=True, choices=True)
    slots.start(job(1, (1, 2), 0, most=1), [(n % 6 + 1, 2, 3) for n in range(CHOICE_SEQUENCES)])
    ended(slots)
    assert memory.largest == CHOICE_SEQUENCES


def test_a_memory_that_cannot_forget_tells_none() -> None:
    slots = Slots(Weighed(), Digits(), 1, reuse=True, choices=False)
    slots.start(job(1, (1, 2), 0, most=1), [(1, 2)])
    assert ended(slots).likelihoods == ()


class Failing:
    """A memory in which batches of more than one answer fail, and one answer always."""

    def __init__(self, statuses: list[Status]) -> None:
        self.statuses = statuses
        self.parts: list[int] = []

    def decode(self, parts: Sequence[Part], _: Attend) -> Status:
        self.parts.append(len(parts))
        return self.statuses.pop(0)

    def log_probabilities(self, row: int, tokens: Sequence[int]) -> tuple[float, ...]:
        return tuple(-1.0 for _ in tokens)

    def share(self, source: int, target: int) -> None:
        pass

    def shorten(self, sequence: int, length: int) -> bool:
        return True


def test_what_fails_is_tried_alone_and_then_not_told() -> None:
    memory = Failing(["stopped", "failed", "done", "failed"])
    weighing = Weighing([(1, 2), (3, 4, 5), (6,), (), tuple(range(9))], batch=7)
    weighing.begin(lambda tokens: [-1.0] * len(tokens))
    while weighing.unfinished:
        weighing.step(memory, 1, 5, 2, never)
    assert memory.parts == [2, 2, 1, 1]
    assert weighing.likelihoods == (-2.0, None, -1.0, None, None)
