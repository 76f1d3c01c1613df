"""A question is asked again after what passes, and given up in time."""

from __future__ import annotations

import asyncio

import pytest

from medsdesk.engine.onsite_faults import ServerError
from medsdesk.engine.onsite_patience import ServerPatience


def _ask(patience: ServerPatience, *faults: ServerError) -> tuple[str, int]:
    left, asked = list(faults), 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        if left:
            raise left.pop(0)
        return "answer"

    return asyncio.run(patience.until_it_works(ask)), asked


def _fault(*, passing: bool = True, wait: float | None = None) -> ServerError:
    return ServerError("It failed.", "Try again.", passing=passing, wait=wait)


QUICK = ServerPatience(tries=3, first_wait=0.01, longest_wait=1)


def test_what_passes_is_asked_again() -> None:
    assert _ask(QUICK) == ("answer", 1)
    assert _ask(QUICK, _fault(), _fault(wait=0)) == ("answer", 3)


@pytest.mark.parametrize(
    "faults",
    [
        (_fault(passing=False),),
        (_fault(), _fault(passing=False)),
        (_fault(), _fault(), _fault()),
        (_fault(wait=2),),
    ],
)
def test_it_is_given_up(faults: tuple[ServerError, ...]) -> None:
    with pytest.raises(ServerError) as caught:
        _ask(QUICK, *faults)
    assert caught.value is faults[-1]
