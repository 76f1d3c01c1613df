"""Tries are counted, waits are bounded and can be ended."""

from __future__ import annotations

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.hub.faults import HubError
from medsdesk.hub.patience import Patience, Tries

QUICK = Patience(tries=4, first_wait=0.001, longest_wait=5)


def _error(*, passing: bool = True, wait: float | None = None) -> HubError:
    return HubError("It is broken.", "Mend it", "or not", passing=passing, wait=wait)


def test_waits_double_until_it_is_given_up() -> None:
    waits: list[float] = []
    tries = Tries(QUICK, CancelToken(), lambda seconds, _: waits.append(seconds))
    for _ in range(3):
        tries.failed(_error())
    with pytest.raises(HubError) as caught:
        tries.failed(_error())
    assert waits == [0.001, 0.002, 0.004]
    assert caught.value.hint == "Mend it, or not."


def test_progress_begins_the_count_anew() -> None:
    tries = Tries(QUICK, CancelToken(), lambda *_: None)
    for _ in range(20):
        tries.failed(_error())
        tries.progressed()


@pytest.mark.parametrize("error", [_error(passing=False), _error(wait=3600)])
def test_some_failures_are_not_worth_another_try(error: HubError) -> None:
    with pytest.raises(HubError):
        Tries(QUICK, CancelToken(), lambda *_: pytest.fail("it waits")).failed(error)


def test_the_hubs_own_wait_is_kept() -> None:
    waits: list[float] = []
    Tries(QUICK, CancelToken(), lambda s, _: waits.append(s)).failed(_error(wait=0.02))
    assert waits == [0.02]


def test_a_question_is_asked_until_it_works() -> None:
    answers = iter([_error(), _error(), None])

    def ask() -> str:
        if (error := next(answers)) is not None:
            raise error
        return "done"

    assert Tries(QUICK, CancelToken(), lambda *_: None).until_it_works(ask) == "done"


def test_a_wait_can_be_ended() -> None:
    cancel = CancelToken()
    tries = Tries(QUICK, cancel, lambda *_: cancel.cancel())
    with pytest.raises(CancelledError):
        tries.failed(_error(wait=4.9))
    with pytest.raises(CancelledError):
        tries.until_it_works(lambda: pytest.fail("it asks"))
