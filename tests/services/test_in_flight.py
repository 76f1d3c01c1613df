"""Questions in flight: each ticket comes back once, a stop reaches all, a fault is no secret."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import PromptTooLongError, UserFacingError
from medsdesk.core.generation import Completion
from medsdesk.core.run import Output
from medsdesk.engine.asking import Turn
from medsdesk.services.in_flight import Ask, InFlight


def _output(text: str, reason: str = "stop") -> Output:
    completion = Completion(text, "stop" if reason == "stop" else "cancelled", 1, 1, 0.1, 0.1)
    return Output(text, "run", "sample", "sha", completion, "now")


def _after(event: threading.Event, text: str) -> Ask:
    """Return a question that is answered when told so, or cancelled."""

    def ask(cancel: CancelToken, turn: Turn) -> Output:
        turn.sent.set()
        while not event.wait(0.01):
            if cancel.cancelled:
                return _output(text, "cancelled")
        return _output(text)

    return ask


def _failing(error: Exception) -> Ask:
    def ask(_: CancelToken, __: Turn) -> Output:
        raise error

    return ask


def test_answers_come_with_their_tickets_as_they_end() -> None:
    events = [threading.Event() for _ in range(3)]
    with InFlight[int](3, CancelToken()) as asked:
        for number, event in enumerate(events):
            asked.put(number, _after(event, f"answer {number}"))
        assert len(asked) == 3
        for number in (1, 0, 2):
            events[number].set()
            ticket, answer = asked.take()
            assert isinstance(answer, Output)
            assert (ticket, answer.id) == (number, f"answer {number}")
        assert len(asked) == 0


@pytest.mark.parametrize("error", [UserFacingError("No.", "Do."), PromptTooLongError(9, 5, "Cut.")])
def test_a_reason_is_an_answer(error: UserFacingError) -> None:
    with InFlight[str](1, CancelToken()) as asked:
        asked.put("a", _failing(error))
        assert asked.take() == ("a", error)


def test_a_fault_of_the_program_is_raised() -> None:
    with InFlight[str](1, CancelToken()) as asked:
        asked.put("a", _failing(RuntimeError("a bug")))
        with pytest.raises(RuntimeError, match="a bug"):
            asked.take()


def test_questions_are_on_their_way_in_their_order() -> None:
    sent: list[tuple[int, bool]] = []

    def ask(number: int, cancel: CancelToken, turn: Turn) -> Output:
        time.sleep(0.002 * (9 - number))  # the first would be the last
        sent.append((number, turn.more))
        turn.sent.set()
        return _output(str(number))

    with InFlight[int](10, CancelToken()) as asked:
        for number in range(10):
            asked.put(number, partial(ask, number), more=number < 9)
    assert sent == [(number, number < 9) for number in range(10)]


def test_a_stop_reaches_a_question_that_is_not_on_its_way_yet() -> None:
    cancel = CancelToken()

    def ask(stop: CancelToken, _: Turn) -> Output:
        while not stop.cancelled:
            time.sleep(0.01)
        return _output("", "cancelled")

    with InFlight[int](2, cancel) as asked:
        threading.Timer(0.1, cancel.cancel).start()
        asked.put(0, ask)
        assert asked.take()[0] == 0


def test_a_stop_reaches_all_that_are_in_flight() -> None:
    cancel, never = CancelToken(), threading.Event()
    with InFlight[int](4, cancel) as asked:
        for number in range(4):
            asked.put(number, _after(never, "slow"))
        threading.Timer(0.1, cancel.cancel).start()
        ended = [asked.take()[1] for _ in range(4)]
    assert all(isinstance(a, Output) and not a.completion.complete for a in ended)


def _interrupted(slow: Ask) -> None:
    with InFlight[int](2, CancelToken()) as asked:
        asked.put(1, slow)
        raise OSError("disk")


def test_leaving_by_an_exception_stops_what_is_in_flight() -> None:
    began = time.monotonic()
    with pytest.raises(OSError, match="disk"):
        _interrupted(_after(threading.Event(), "slow"))
    assert time.monotonic() - began < 5
