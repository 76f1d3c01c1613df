"""What stays in the context changes no number: logits are compared to the last bit."""

from __future__ import annotations

import importlib
import random
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.backend import Attend, Job, JobEnded, JobFailed, NewToken
from medsdesk.engine.cells import Cells, Part, Status

pytestmark = pytest.mark.gguf

BATCH = 16
NO_PROMPT = Prompt((Message("user", ""),), "test", 1, 0)

Asked = tuple[tuple[int, ...], int, int]  # tokens, how many are shared, tokens of the answer


def never() -> bool:
    return False


class Bench:
    """A backend in this process, and the logits behind every token it draws."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch, **load: Any) -> None:
        self.seen: list[bytes] = []
        self.patch = monkeypatch
        self.backend = importlib.import_module("medsdesk.engine.llama").create()
        config = LoadConfig(str(path), context=512, threads=1, batch=BATCH)
        self.backend.load(replace(config, **load), never)
        self.cells: Cells = self.backend._cells
        draw = self.cells.next_token

        def watched(sampler: Any, row: int) -> int:
            self.seen.append(self.cells.logits(row).tobytes())
            token: int = draw(sampler, row)
            return token

        monkeypatch.setattr(self.cells, "next_token", watched)

    def ask(self, asked: Asked, choices: tuple[str, ...] = ()) -> list[bytes]:
        """Return the logits and the bytes of an answer, one after the other."""
        tokens, shared, most = asked
        self.seen.clear()
        told = []
        job = Job(1, NO_PROMPT, tokens, GenerateConfig(max_new_tokens=most), shared, choices)
        self.backend.start(job)
        while self.active:
            for event in self.backend.step(never):
                assert not isinstance(event, JobFailed)
                told += [event.data] if isinstance(event, NewToken) else []
        return self.seen + told

    @property
    def active(self) -> bool:
        return bool(self.backend._running._active)

    def leave(self, asked: Asked, steps: int) -> None:
        """Begin an answer, have its next batch stopped, and drop it."""
        tokens, shared, most = asked
        config = GenerateConfig(max_new_tokens=most)
        self.backend.start(Job(2, NO_PROMPT, tokens, config, shared))
        for _ in range(steps):
            self.backend.step(never)
        decode = self.cells.decode

        def stopped(parts: Sequence[Part], attend: Attend) -> Status:
            return decode(parts, lambda: True)

        with self.patch.context() as patch:
            patch.setattr(self.cells, "decode", stopped)
            self.backend.step(never)
        self.backend.drop(2)

    def fail(self, asked: Asked, steps: int) -> None:
        """Begin an answer, and have llama.cpp refuse one of its batches."""
        tokens, shared, most = asked
        self.backend.start(Job(3, NO_PROMPT, tokens, GenerateConfig(max_new_tokens=most), shared))
        decode, count = self.cells.decode, 0

        def broken(parts: Sequence[Part], attend: Attend) -> Status:
            nonlocal count
            count += 1
            if count > steps:
                parts = [replace(part, tokens=[1 << 30] * len(part.tokens)) for part in parts]
            return decode(parts, attend)

        events: list[object] = []
        with self.patch.context() as patch:
            patch.setattr(self.cells, "decode", broken)
            while self.active:
                events += self.backend.step(never)
        assert isinstance(events[-1], JobFailed)


def prompts(seed: int) -> Iterator[Asked]:
    """Yield prompts that begin alike for lengths around multiples of the batch."""
    draw = random.Random(seed)

    def words(count: int) -> tuple[int, ...]:
        return tuple(draw.randrange(100, 40_000) for _ in range(count))

    trunk = words(3 * BATCH)
    for common in (0, 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH, 3 * BATCH - 5, 3 * BATCH):
        for shared in (0, common):
            rest = draw.choice((1, BATCH - common % BATCH, BATCH, BATCH + 3))
            yield (*trunk[:common], *words(rest)), shared, draw.choice((1, 2, 5))


@pytest.fixture
def kept(demo_model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    bench = Bench(demo_model, monkeypatch)
    yield bench
    bench.backend.close()


@pytest.fixture
def fresh(demo_model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    bench = Bench(demo_model, monkeypatch, reuse=False)
    yield bench
    bench.backend.close()


def test_an_emptied_context_is_as_a_new_one(
    demo_model: Path, fresh: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked in random.Random(2).sample(list(prompts(1)), 4):
        new = Bench(demo_model, monkeypatch)
        assert new.ask(asked) == fresh.ask(asked)
        new.backend.close()


def test_answers_do_not_depend_on_what_was_asked_before(kept: Bench, fresh: Bench) -> None:
    asked = list(prompts(1))
    wanted = {one: fresh.ask(one) for one in asked}
    for one in random.Random(3).sample(asked, len(asked)):
        assert kept.ask(one) == wanted[one]


@pytest.mark.parametrize("steps", [0, 1, 3, 5])
def test_nor_on_what_was_stopped_or_failed(kept: Bench, fresh: Bench, steps: int) -> None:
    draw = random.Random(steps)
    asked = list(prompts(5))
    longest = max(asked, key=lambda one: len(one[0]))
    for spoil in (kept.leave, kept.fail):
        for one in draw.sample(asked, 2):
            spoil((longest[0], longest[1], 9), steps)
            assert kept.ask(one) == fresh.ask(one)


def test_slots_keep_their_prompts_apart(
    fresh: Bench, demo_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside others only rounding differs: logits are near those of the same prompt alone."""
    asked = [(tokens, shared, 1) for tokens, shared, _ in prompts(6)][::3]
    alone = [_values(fresh.ask(one)[0]) for one in asked]
    many = Bench(demo_model, monkeypatch, slots=len(asked), batch=64)
    for number, (tokens, shared, most) in enumerate(asked):
        config = GenerateConfig(max_new_tokens=most)
        many.backend.start(Job(number, NO_PROMPT, tokens, config, shared))
    order: list[int] = []
    while many.active:
        events = many.backend.step(never)
        order += [event.request for event in events if isinstance(event, NewToken)]
    assert sorted(order) == list(range(len(asked)))
    for number, raw in zip(order, many.seen, strict=True):
        apart = [_distance(_values(raw), other) for other in alone]
        assert apart.pop(number) < min(apart) / 2
    many.backend.close()


CHOICES = ("B", "Made-up fever", "Made-up fever of birds", "", "a word")


@pytest.mark.parametrize("slots", [1, 3])
def test_likelihoods_are_those_of_each_answer_read_alone(
    slots: int, fresh: Bench, demo_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The prompt is not read again, and the model's own answer stays the same to the last bit."""
    config, choosing = GenerateConfig(max_new_tokens=4), {"batch": 64, "choices": True}
    many = Bench(demo_model, monkeypatch, slots=slots, **choosing)
    asked = list(prompts(7))[:3]
    wanted = [_alone(fresh, tokens, choice) for tokens, _, _ in asked for choice in CHOICES]
    told: list[float | None] = []
    for number, (tokens, shared, _) in enumerate(asked):
        job = Job(number, NO_PROMPT, tokens, config, shared, CHOICES)
        many.backend.start(job)
        while many.active:
            for event in many.backend.step(never):
                told += event.likelihoods if isinstance(event, JobEnded) else ()
    for likelihood, other in zip(told, wanted, strict=True):
        assert likelihood == (None if other is None else pytest.approx(other, abs=0.02))
    many.backend.close()


def test_answers_are_the_same_with_and_without_choices(
    fresh: Bench, demo_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighed = Bench(demo_model, monkeypatch, choices=True)
    for tokens, shared, most in random.Random(8).sample(list(prompts(8)), 6):
        wanted = fresh.ask((tokens, shared, most))
        assert weighed.ask((tokens, shared, most), CHOICES) == wanted
    weighed.backend.close()


def _alone(bench: Bench, tokens: tuple[int, ...], choice: str) -> float | None:
    """Return the likelihood of an answer from one sequence, token by token."""
    backend, total = bench.backend, 0.0
    said = backend._words.answer(choice)
    held = list(tokens)
    for token in said:
        bench.cells.clear()
        for start in range(0, len(held), BATCH):
            bench.cells.decode([Part(1, start, held[start : start + BATCH], asked=1)], never)
        row = (len(held) - 1) % BATCH
        total += bench.cells.log_probabilities(row, (token,))[0]
        held.append(token)
    bench.cells.clear()
    return total if said else None


def _values(raw: bytes) -> array[float]:
    return array("f", raw)


def _distance(one: array[float], other: array[float]) -> float:
    pairs = zip(one[::50], other[::50], strict=True)
    return sum(abs(first - second) for first, second in pairs)


def test_what_is_in_common_is_not_decoded_again(
    kept: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    decode = kept.cells.decode

    def counted(parts: Sequence[Part], attend: Attend) -> Status:
        read.append(sum(len(part.tokens) for part in parts))
        return decode(parts, attend)

    monkeypatch.setattr(kept.cells, "decode", counted)
    front = tuple(range(100, 138))
    kept.ask(((*front, 1, 2, 3), 38, 1))
    assert read == [16, 16, 6, 3]
    read.clear()
    kept.ask(((*front, 4, 5), 38, 1))
    assert read == [2]
    read.clear()
    kept.ask(((*front[:20], 6), 20, 1))
    assert read == [4, 1]
