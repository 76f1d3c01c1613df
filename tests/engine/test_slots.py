"""Which tokens are decoded when, over a memory that checks what llama.cpp would check."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.engine.backend import Attend, Event, Job, JobEnded, NewToken
from medsdesk.engine.cells import Part, Status
from medsdesk.engine.slots import Slots

NO_PROMPT = Prompt((Message("user", ""),), "test", 1, 0)
END = 0
POISON = 99


@dataclass
class Sequences:
    """Holds each sequence's tokens; the next token is a sum over all before it."""

    batch: int = 4
    room: int = 10_000
    forgets_tails: bool = True
    held: dict[int, list[int]] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    read: list[tuple[int, ...]] = field(default_factory=list)
    status: Callable[[], Status] = lambda: "done"

    def decode(self, parts: Sequence[Part], _: Attend) -> Status:
        tokens = [token for part in parts for token in part.tokens]
        assert 1 <= len(tokens) <= self.batch
        assert len({part.sequence for part in parts}) == len(parts)
        status = "failed" if POISON in tokens else self.status()
        if status != "done":
            return status
        self.read.append(tuple(tokens))
        self.rows = []
        for part in parts:
            held = self.held.setdefault(part.sequence, [])
            assert part.position == len(held), "llama.cpp wants positions without a gap"
            for token in part.tokens:
                held.append(token)
                self.rows.append(sum(n * t for n, t in enumerate(held, 1)) % 7)
        return "done"

    def sampler(self, _: GenerateConfig) -> None:
        return None

    def free_sampler(self, _: None) -> None:
        return None

    def next_token(self, _: None, row: int) -> int:
        return self.rows[row]

    def log_probabilities(self, row: int, tokens: Sequence[int]) -> tuple[float, ...]:
        raise AssertionError("nobody asked")

    def share(self, source: int, target: int) -> None:
        assert not self.held.get(target)
        self.held[target] = list(self.held.get(source, []))

    def shorten(self, sequence: int, length: int) -> bool:
        if length and not self.forgets_tails:
            return False
        self.held[sequence] = self.held.get(sequence, [])[:length]
        return True

    def clear(self) -> None:
        self.held.clear()


class Digits:
    """A vocabulary of numbers, the first of which ends an answer."""

    def ends(self, token: int) -> bool:
        return token == END

    def bytes_of(self, token: int) -> bytes:
        return str(token).encode()


def job(request: int, tokens: Sequence[int], shared: int = 0, most: int = 6) -> Job:
    config = GenerateConfig(max_new_tokens=most)
    return Job(request, NO_PROMPT, tuple(tokens), config, shared)


def never() -> bool:
    return False


def alone(asked: Job) -> str:
    """Return the answer of the sum, without any slots."""
    held, told = list(asked.tokens), ""
    while len(told) < asked.config.max_new_tokens:
        token = sum(n * t for n, t in enumerate(held, 1)) % 7
        if token == END:
            return told + "."
        held.append(token)
        told += str(token)
    return told + "!"


def work(slots: Slots, jobs: Sequence[Job], count: int, steps: int = 10_000) -> dict[int, str]:
    """Answer jobs in their order, as many at a time as there are slots."""
    waiting, told, active = list(jobs), dict[int, str](), set[int]()
    for _ in range(steps):
        while waiting and len(active) < count:
            active.add(waiting[0].request)
            slots.start(waiting.pop(0))
        if not active:
            return told
        for event in slots.step(never):
            told[event.request] = told.get(event.request, "") + _words(event)
            if not isinstance(event, NewToken):
                active.remove(event.request)
    raise AssertionError("the slots make no progress")


def _words(event: Event) -> str:
    if isinstance(event, NewToken):
        return event.data.decode()
    if not isinstance(event, JobEnded):
        return "?"
    return {"stop": ".", "length": "!"}[event.reason]


@st.composite
def _jobs(draw: st.DrawFn) -> list[Job]:
    fronts = draw(st.lists(st.lists(st.integers(1, 6), max_size=11), min_size=1, max_size=3))
    made = []
    for request in range(draw(st.integers(1, 12))):
        front = draw(st.sampled_from(fronts))
        rest = draw(st.lists(st.integers(1, 6), min_size=1, max_size=9))
        made.append(job(request, front + rest, len(front), draw(st.integers(1, 6))))
    return made


@given(
    _jobs(), st.integers(1, 4), st.booleans(), st.booleans(), st.booleans(), st.sampled_from((4, 9))
)
def test_every_answer_is_that_of_its_prompt(
    jobs: list[Job], count: int, forgets_tails: bool, reuse: bool, draft: bool, batch: int
) -> None:
    memory = Sequences(batch, forgets_tails=forgets_tails)
    draft = draft and forgets_tails
    slots = Slots(memory, Digits(), count, reuse=reuse and count == 1, draft=draft)
    assert work(slots, jobs, count) == {one.request: alone(one) for one in jobs}
    assert not any(memory.held[number] for number in memory.held if number > 0)


@given(_jobs(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_stops_and_failures_touch_no_other_answer(
    jobs: list[Job], count: int, draw: random.Random
) -> None:
    """Batches are stopped and fail at random; who is dropped is dropped, the rest is right."""
    memory = Sequences(status=lambda: draw.choice(("done", "done", "stopped")))
    slots = Slots(memory, Digits(), count, reuse=True)
    poisoned = {one.request for one in jobs if draw.random() < 0.2}
    asked = [
        job(one.request, (*one.tokens[:-1], POISON), one.shared) if one.request in poisoned else one
        for one in jobs
    ]
    told = work(slots, asked, count)
    assert told == {one.request: "?" if one.request in poisoned else alone(one) for one in jobs}


def test_what_prompts_have_in_common_is_read_once() -> None:
    memory = Sequences(batch=8)
    slots = Slots(memory, Digits(), 3, reuse=True)
    front = (1, 2, 3, 4, 5)
    work(slots, [job(n, (*front, n + 1), 5, most=1) for n in range(3)], 3)
    assert memory.read == [front, (1, 2, 3)]


def test_with_one_slot_the_batches_are_those_of_a_new_context() -> None:
    prompts = [job(n, (1, 2, 3, 4, 5, 6, n), shared, 1) for n in (1, 2) for shared in (0, 3, 6)]
    kept = Slots(Sequences(), Digits(), 1, reuse=True)
    for one in prompts:
        new = Sequences()
        work(Slots(new, Digits(), 1, reuse=True), [one], 1)
        memory = kept._memory
        assert isinstance(memory, Sequences)
        memory.read.clear()
        work(kept, [one], 1)
        read = memory.read
        assert read == new.read[len(new.read) - len(read) :]


def test_a_dropped_job_frees_its_slot_at_any_time() -> None:
    for steps in range(5):
        memory = Sequences()
        slots = Slots(memory, Digits(), 1, reuse=True)
        slots.start(job(1, range(1, 10), 5, most=50))
        for _ in range(steps):
            slots.step(never)
        slots.drop(1)
        slots.drop(1)
        wanted = job(2, range(1, 9), 5)
        assert work(slots, [wanted], 1) == {2: alone(wanted)}


def test_an_empty_prompt_is_refused_and_takes_no_slot() -> None:
    slots = Slots(Sequences(), Digits(), 1, reuse=True)
    with pytest.raises(UserFacingError, match="empty"):
        slots.start(job(1, ()))
    wanted = job(2, (1, 2))
    assert work(slots, [wanted], 1)[2] == alone(wanted)


def test_the_events_of_one_answer() -> None:
    slots = Slots(Sequences(), Digits(), 1, reuse=True)
    slots.start(job(7, (1,), most=1))
    assert list(slots.step(never)) == [NewToken(7, b"1"), JobEnded(7, "length")]
    assert list(slots.step(never)) == []
