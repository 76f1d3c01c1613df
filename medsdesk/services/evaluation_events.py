"""What an evaluation tells while it goes, and how fast it goes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from medsdesk.core.score import Score
from medsdesk.services.verify_models import Checking

WINDOW = 50
EVENT_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Loading:
    """The model is being loaded."""

    model_name: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The manifest and the queue are stored; from here on the run can be resumed.

    Attributes:
        run_id: The run.
        files: Task files in it.
        items: Items in its queue.
        waiting: Those still to be answered.
        notes: What to know of the files and the draw, a sentence each.
    """

    run_id: str
    files: int
    items: int
    waiting: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemDone:
    """An item was answered and stored.

    Attributes:
        position: Its place in the run, from 0.
        of: Items in the queue.
        task_id: Its task.
        seconds: From the request to the end of the answer.
        tokens: Tokens generated.
    """

    position: int
    of: int
    task_id: str
    seconds: float
    tokens: int


@dataclass(frozen=True, slots=True)
class ItemFailed:
    """An item has no answer.

    Attributes:
        position: Its place in the run, from 0.
        of: Items in the queue.
        task_id: Its task.
        error: Why, in words that quote no text.
    """

    position: int
    of: int
    task_id: str
    error: str


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What came of one task.

    Attributes:
        task_id: The task.
        n: Items with an answer.
        scores: One figure per metric over these items.
        intervals: The 95 % interval of each figure by its name, in percent; None where it has none.
        reasons: By name of the figure: why items are unscored, or what was counted in their
            place, with how many.
    """

    task_id: str
    n: int
    scores: tuple[Score, ...]
    intervals: Mapping[str, tuple[float, float] | None] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A file of a task has no waiting item left."""

    task_id: str
    summary: TaskResult


@dataclass(frozen=True, slots=True)
class Progress:
    """How far and how fast; the speeds are those of the last items.

    Attributes:
        done: Items answered or failed.
        of: Items in the queue.
        items_per_second: 0 until it is known.
        tokens_per_second: Generated tokens, reading of prompts included in the time.
        eta_seconds: Time to the end; None until it is known.
    """

    done: int
    of: int
    items_per_second: float
    tokens_per_second: float
    eta_seconds: float | None


@dataclass(frozen=True, slots=True)
class Paused:
    """The evaluation rests."""


@dataclass(frozen=True, slots=True)
class Continued:
    """The evaluation goes on."""


EvaluationEvent = (
    Loading | Checking | Planned | ItemDone | ItemFailed | TaskDone | Progress | Paused | Continued
)
OnEvent = Callable[[EvaluationEvent], None]


class Meter:
    """Measures speed over the last items, and says when it is time to tell of it.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told = float("-inf")
        self._ends: deque[tuple[float, int]] = deque(maxlen=WINDOW + 1)
        self.start()

    def start(self) -> None:
        """Begin anew, as after a rest."""
        self._ends.clear()
        self._ends.append((self._clock(), 0))

    def add(self, tokens: int) -> None:
        """Note that an item has ended, with the tokens generated for it."""
        self._ends.append((self._clock(), tokens))

    def due(self) -> bool:
        """Return whether the last news is old enough for new ones, and take it as told."""
        now = self._clock()
        if now - self._told < EVENT_SECONDS:
            return False
        self._told = now
        return True

    def progress(self, done: int, of: int) -> Progress:
        """Return how far and how fast it goes."""
        (first, _), (last, _) = self._ends[0], self._ends[-1]
        taken, items = last - first, len(self._ends) - 1
        if taken <= 0:
            return Progress(done, of, 0.0, 0.0, None)
        # The first entry is where the window begins: its item was answered before.
        tokens = sum(count for _, count in list(self._ends)[1:])
        return Progress(done, of, items / taken, tokens / taken, (of - done) * taken / items)
