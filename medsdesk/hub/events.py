"""What a download tells while it goes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

EVENT_SECONDS = 0.2
_WINDOW_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Asking:
    """The hub is asked what it has.

    Attributes:
        repository: Id of the repository.
        server: The host that stands for the hub.
    """

    repository: str
    server: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What will be fetched.

    Attributes:
        commit: The revision.
        files: Files asked for.
        size: Their bytes.
        there: Files that are there already.
        kept: Bytes of the others that are there already.
    """

    commit: str
    files: int
    size: int
    there: int
    kept: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far and how fast.

    Attributes:
        path: The file in hand.
        done: Bytes that are there, of all files asked for.
        of: Bytes in all.
        bytes_per_second: Of the last seconds; 0 until it is known.
        eta_seconds: Time to the end; None until it is known.
    """

    path: str
    done: int
    of: int
    bytes_per_second: float
    eta_seconds: float | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The hub is left alone for a while before another try.

    Attributes:
        seconds: How long.
        reason: Why, in a sentence.
    """

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class FileDone:
    """A file is there, whole and checked.

    Attributes:
        path: In the repository.
        number: Its place among those asked for, from 1.
        of: How many these are.
    """

    path: str
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class FileFailed:
    """A file cannot be had.

    Attributes:
        path: In the repository.
        error: Why, in a sentence.
    """

    path: str
    error: str


DownloadEvent = Asking | Chosen | Progress | Waiting | FileDone | FileFailed
OnEvent = Callable[[DownloadEvent], None]


class Pace:
    """Measures speed over the last seconds, and says when it is time to tell of it.

    Args:
        of: Bytes in all.
        clock: Seconds that only go forward.
    """

    def __init__(self, of: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._of = of
        self._clock = clock
        self._came = 0
        self._told = float("-inf")
        self._marks: deque[tuple[float, int]] = deque([(clock(), 0)])

    def add(self, came: int) -> None:
        """Note that so many bytes have come."""
        self._came += came

    def due(self) -> bool:
        """Return whether the last news is old enough for new ones, and take it as told."""
        now = self._clock()
        if now - self._told < EVENT_SECONDS:
            return False
        self._told = now
        return True

    def progress(self, path: str, done: int) -> Progress:
        """Return how far and how fast it goes."""
        now = self._clock()
        self._marks.append((now, self._came))
        while len(self._marks) > 2 and now - self._marks[1][0] > _WINDOW_SECONDS:
            self._marks.popleft()
        first, before = self._marks[0]
        came, taken = self._came - before, now - first
        if came <= 0 or taken <= 0:
            return Progress(path, done, self._of, 0.0, None)
        return Progress(path, done, self._of, came / taken, (self._of - done) * taken / came)
