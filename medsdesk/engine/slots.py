"""The answers in progress: what is decoded next for each, and what prompts have in common.

The beginning of the latest prompt stays in the context, in a sequence of its own (the trunk).
A prompt that begins with the same batches goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal, Protocol

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.backend import Attend, Event, Job, JobEnded, JobFailed, NewToken
from medsdesk.engine.cells import Part, Status
from medsdesk.engine.drafting import Draft
from medsdesk.engine.prompt_batches import Batch, cut, in_common, within
from medsdesk.engine.weighing import Weighing

_Reason = Literal["stop", "length"]

_TRUNK: Final = 0
_FAILED: Final = "The engine could not compute this answer."
_FAILED_HINT: Final = "Try again with a shorter text, or load the model with another context."


class Memory(Protocol):
    """What ``engine.cells`` offers."""

    batch: int

    def decode(self, parts: Sequence[Part], attend: Attend) -> Status:
        """Read tokens."""
        ...

    def sampler(self, config: GenerateConfig) -> Any:  # noqa: ANN401 - a native pointer
        """Return what draws tokens."""
        ...

    def free_sampler(self, sampler: Any) -> None:  # noqa: ANN401 - a native pointer
        """Free it."""
        ...

    def next_token(self, sampler: Any, row: int) -> int:  # noqa: ANN401 - a native pointer
        """Draw a token."""
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

    def clear(self) -> None:
        """Forget everything."""
        ...


class Words(Protocol):
    """What ``engine.vocabulary`` says of a token."""

    def ends(self, token: int) -> bool:
        """Return whether it ends the answer."""
        ...

    def bytes_of(self, token: int) -> bytes:
        """Return its bytes."""
        ...


@dataclass(slots=True)
class _Slot:
    """One answer in progress.

    Attributes:
        job: What is answered.
        sequence: Where its tokens are.
        sampler: Draws its tokens.
        front: The batches at the front of its prompt that belong to the trunk.
        draft: Guesses how its answer goes on.
        pending: Tokens to be decoded after them.
        guessed: How many of these, at their end, are guesses.
        joined: Whether its sequence begins with the trunk by now.
        position: Tokens decoded.
        given: Tokens generated.
        weighing: The answers whose likelihood is wanted; None where there are none.
        ended: What ended its answer, while these are still read.
    """

    job: Job
    sequence: int
    sampler: Any
    front: tuple[Batch, ...]
    draft: Draft
    pending: tuple[int, ...]
    guessed: int = 0
    joined: bool = False
    position: int = 0
    given: int = 0
    weighing: Weighing | None = None
    ended: _Reason | None = None


class Slots:
    """Answers some prompts at the same time.

    With one slot, the batches are those that a new context would be given, and so are the
    numbers in it: an answer does not depend on what was asked before. With more, the tokens
    of all slots go into one batch.

    Args:
        memory: Where tokens are decoded; empty.
        words: The vocabulary.
        count: How many prompts are answered at the same time.
        reuse: Whether the beginning of the latest prompt is kept for the next.
        draft: Whether tokens are guessed from the prompt; not for a memory that cannot
            forget the end of a sequence.
        choices: Whether the likelihood of given answers can be told; likewise, and the memory
            must have ``CHOICE_SEQUENCES`` beside the slots' own and the trunk's.
    """

    def __init__(
        self,
        memory: Memory,
        words: Words,
        count: int,
        *,
        reuse: bool,
        draft: bool = False,
        choices: bool = False,
    ) -> None:
        self._memory = memory
        self._words = words
        self._count = count
        self._reuse = reuse
        self._weighs = choices
        # Answers with their guesses must fit into one batch.
        self._guesses = memory.batch // count - 1 if draft else 0
        self._trunk: list[Batch] = []
        self._free = list(range(1, count + 1))
        self._active: dict[int, _Slot] = {}
        self._suspects: list[int] = []

    def start(self, job: Job, choices: Sequence[tuple[int, ...]] = ()) -> None:
        """Take a job into a free slot.

        Args:
            job: The job.
            choices: The tokens of the answers whose likelihood is wanted.

        Raises:
            UserFacingError: Its prompt is empty.
        """
        if not job.tokens:
            raise UserFacingError("The prompt is empty.", "Give a text to work on.")
        batches = cut(job.tokens, job.shared, self._memory.batch)
        # The last batch gives the first token of the answer, so it is always decoded. Beside
        # others, only what is meant to be shared is worth a sequence of its own.
        count = len(batches) - 1
        if self._count > 1:
            count = min(count, within(batches, job.shared))
        front = batches[:count]
        pending = job.tokens[sum(map(len, front)) :]
        draft = Draft(job.tokens, self._guesses)
        sampler = self._memory.sampler(job.config)
        slot = _Slot(job, self._free.pop(0), sampler, front, draft, pending)
        if choices and self._weighs:
            slot.weighing = Weighing(choices, self._memory.batch)
        self._active[job.request] = slot
        if not self._reuse and len(self._active) == 1:
            self._memory.clear()
            self._trunk.clear()

    def step(self, attend: Attend) -> Sequence[Event]:
        """Decode one batch, and draw a token for each answer whose turn it is."""
        for slot in tuple(self._active.values()):
            if slot.ended is not None:
                return self._weigh(slot, slot.ended, attend)
            if not slot.joined and not self._join(slot, attend):
                return () if slot.job.request in self._active else (_failure(slot),)
        return self._decode(self._chosen(), attend)

    def drop(self, request: int) -> None:
        """Free the slot of a job."""
        slot = self._active.pop(request, None)
        if slot is not None:
            self._memory.free_sampler(slot.sampler)
            self._memory.shorten(slot.sequence, 0)
            self._free.append(slot.sequence)
            self._free.sort()

    def _join(self, slot: _Slot, attend: Attend) -> bool:
        """Read the next batch of the trunk, or let the slot go on from it; return whether so."""
        self._shorten_trunk(in_common(self._trunk, slot.front))
        length = sum(map(len, self._trunk))
        if len(self._trunk) < len(slot.front):
            batch = slot.front[len(self._trunk)]
            status = self._memory.decode([Part(_TRUNK, length, batch, asked=0)], attend)
            if status == "done":
                self._trunk.append(batch)
            elif status == "failed":
                self.drop(slot.job.request)
            return False
        self._memory.share(_TRUNK, slot.sequence)
        slot.position, slot.joined = length, True
        return True

    def _shorten_trunk(self, batches: int) -> None:
        if batches == len(self._trunk):
            return
        del self._trunk[batches:]
        if not self._memory.shorten(_TRUNK, sum(map(len, self._trunk))):
            self._memory.shorten(_TRUNK, 0)
            self._trunk.clear()

    def _chosen(self) -> Sequence[_Slot]:
        """Return whose tokens go into the next batch."""
        while self._suspects:
            slot = self._active.get(self._suspects.pop(0))
            if slot is not None:
                return (slot,)
        # Answers come before prompts, which take what room is left.
        return sorted(self._active.values(), key=lambda slot: len(slot.pending) > slot.guessed + 1)

    def _decode(self, slots: Sequence[_Slot], attend: Attend) -> Sequence[Event]:
        taken, room = [], self._memory.batch
        for slot in slots:
            tokens = slot.pending[:room]
            if tokens:
                taken.append((slot, tokens))
                room -= len(tokens)
        parts = [
            Part(slot.sequence, slot.position, tokens, asked=_asked(slot, len(tokens)))
            for slot, tokens in taken
        ]
        if not parts:
            return ()
        status = self._memory.decode(parts, attend)
        if status == "done":
            return tuple(self._advance(taken))
        if status == "failed":
            return self._doubt([slot for slot, _ in taken])
        return ()

    def _doubt(self, slots: Sequence[_Slot]) -> Sequence[Event]:
        """Fail the only slot of a batch that failed; of more, try each on its own."""
        if len(slots) > 1:
            self._suspects = [slot.job.request for slot in slots]
            return ()
        self.drop(slots[0].job.request)
        return (_failure(slots[0]),)

    def _advance(self, taken: Sequence[tuple[_Slot, tuple[int, ...]]]) -> Iterator[Event]:
        end = 0
        for slot, tokens in taken:
            end += len(tokens)
            slot.position += len(tokens)
            if asked := _asked(slot, len(tokens)):
                yield from self._draw(slot, range(end - asked, end))
            else:
                slot.pending = slot.pending[len(tokens) :]

    def _draw(self, slot: _Slot, rows: range) -> Iterator[Event]:
        """Draw the token of the first row, and of each further one whose guess was right."""
        if slot.weighing is not None and not slot.given:
            slot.weighing.begin(partial(self._memory.log_probabilities, rows[-1]))
        guesses = slot.pending[len(slot.pending) - slot.guessed :]
        right, token = 0, -1
        for right, row in enumerate(rows):
            token = self._memory.next_token(slot.sampler, row)
            event, ended = self._say(slot, token)
            yield from event
            if ended:
                return
            if right < len(guesses) and token != guesses[right]:
                break
        if guesses:
            slot.draft.judge(len(guesses), right)
            slot.position -= len(guesses) - right
            self._memory.shorten(slot.sequence, slot.position)
        left = slot.job.config.max_new_tokens - slot.given - 1
        further = slot.draft.guess(min(left, self._guesses))
        slot.pending, slot.guessed = (token, *further), len(further)

    def _say(self, slot: _Slot, token: int) -> tuple[Sequence[Event], bool]:
        """Return what there is to tell of a token, and whether the answer has ended."""
        request = slot.job.request
        if self._words.ends(token):
            return self._end(slot, "stop"), True
        slot.given += 1
        slot.draft.add(token)
        told = NewToken(request, self._words.bytes_of(token))
        if slot.given < slot.job.config.max_new_tokens:
            return (told,), False
        return (told, *self._end(slot, "length")), True

    def _end(self, slot: _Slot, reason: _Reason) -> Sequence[Event]:
        """Free the slot and tell that its answer has ended, unless answers are to be weighed."""
        weighing = slot.weighing
        if weighing is None or not weighing.unfinished:
            self.drop(slot.job.request)
            likelihoods = weighing.likelihoods if weighing else ()
            return (JobEnded(slot.job.request, reason, likelihoods=likelihoods),)
        slot.ended, slot.pending, slot.guessed = reason, (), 0
        slot.position = len(slot.job.tokens)
        self._memory.shorten(slot.sequence, slot.position)
        return ()

    def _weigh(self, slot: _Slot, reason: _Reason, attend: Attend) -> Sequence[Event]:
        """Read the next given answers."""
        if slot.weighing is not None:
            spare = self._count + 1
            slot.weighing.step(self._memory, slot.sequence, slot.position, spare, attend)
        return self._end(slot, reason)


def _asked(slot: _Slot, taken: int) -> int:
    """Return after how many of the tokens taken the next one is asked for."""
    return slot.guessed + 1 if taken == len(slot.pending) else 0


def _failure(slot: _Slot) -> JobFailed:
    return JobFailed(slot.job.request, _FAILED, _FAILED_HINT)
