"""A stop asked for in one thread is seen in another, and stays."""

from __future__ import annotations

import threading

from medsdesk.core.cancel import CancelToken


def test_a_token_is_not_cancelled_until_it_is() -> None:
    token = CancelToken()
    assert token.cancelled is False
    token.cancel()
    token.cancel()
    assert token.cancelled is True


def test_another_thread_sees_it() -> None:
    token = CancelToken()
    stop = threading.Thread(target=token.cancel)
    stop.start()
    stop.join()
    assert token.cancelled


def test_two_tokens_are_two() -> None:
    first, second = CancelToken(), CancelToken()
    first.cancel()
    assert not second.cancelled


def test_whoever_waits_is_woken_once_and_not_after_the_wait() -> None:
    token, calls = CancelToken(), list[str]()
    with token.waking(lambda: calls.append("over")):
        pass
    with token.waking(lambda: calls.append("waiting")):
        token.cancel()
    assert calls == ["waiting"]


def test_who_begins_to_wait_after_the_stop_is_woken_at_once() -> None:
    token, calls = CancelToken(), list[str]()
    token.cancel()
    with token.waking(lambda: calls.append("late")):
        assert calls == ["late"]
