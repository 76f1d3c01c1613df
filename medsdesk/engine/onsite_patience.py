"""How long a server is waited for, and how often it is asked again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from medsdesk.engine.onsite_faults import ServerError

T = TypeVar("T")
_SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class ServerPatience:
    """Times in seconds.

    Attributes:
        connect: To make a connection.
        first: To the first token; a server that is busy lets a request wait so long.
        between: From one token to the next.
        question: For a short answer, such as the list of models.
        count: For the count of a prompt's tokens, while other answers are being read.
        end: For the counts that follow an answer.
        tries: Before it is given up.
        first_wait: Before the second try; it doubles with each.
        longest_wait: That a server may ask for.
    """

    connect: float = 10
    first: float = 600
    between: float = 120
    question: float = 20
    count: float = 5
    end: float = 5
    tries: int = 4
    first_wait: float = 1
    longest_wait: float = 60

    async def until_it_works(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Return what a question brings, asked again after each passing fault.

        Raises:
            ServerError: It was given up.
        """
        failed = 0
        while True:
            try:
                return await ask()
            except ServerError as fault:
                failed += 1
                wait = self._wait(fault, failed)
            await asyncio.sleep(wait)

    def _wait(self, fault: ServerError, failed: int) -> float:
        """Return how long to wait after a fault.

        Raises:
            ServerError: The same, where no other try is worth it.
        """
        asked = fault.wait or 0.0
        if not fault.passing or failed >= self.tries or asked > self.longest_wait:
            raise fault
        own: float = self.first_wait * 2 ** (failed - 1)
        # Requests that were turned away together do not come back together.
        return max(asked, own) * (1 + _SPREAD * random.random())  # noqa: S311 - no secret
