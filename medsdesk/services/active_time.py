"""The time a person really spends on something: pauses and absence are left out."""

from __future__ import annotations

from collections.abc import Callable

IDLE_SECONDS = 60.0
"""So long after the last sign of life the person is taken to be away."""


class ActiveTime:
    """A clock that a person's absence stops.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._spent = 0.0
        self._since: float | None = clock()

    @property
    def seconds(self) -> float:
        """Active time so far, in seconds."""
        if self._since is None:
            return self._spent
        return self._spent + min(max(self._clock() - self._since, 0.0), IDLE_SECONDS)

    def begin(self, spent: float) -> None:
        """Turn to something on which so many seconds were spent before."""
        self._spent = spent
        if self._since is not None:
            self._since = self._clock()

    def touch(self) -> None:
        """Take note that the person is there; during a pause it means nothing."""
        if self._since is not None:
            self._spent, self._since = self.seconds, self._clock()

    def pause(self) -> None:
        """Stop the clock, as when the window loses focus."""
        self._spent, self._since = self.seconds, None

    def resume(self) -> None:
        """Let the clock go on."""
        if self._since is None:
            self._since = self._clock()
