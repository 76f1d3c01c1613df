"""Work rests while it is told to, and no longer."""

from __future__ import annotations

import threading
import time

from medsdesk.core.cancel import CancelToken
from medsdesk.services.pause import PauseToken


def test_work_goes_on_at_once_unless_it_is_told_to_rest() -> None:
    token = PauseToken()
    began = time.monotonic()
    token.wait(CancelToken())
    assert time.monotonic() - began < 0.1
    assert not token.paused


def test_work_rests_until_it_may_go_on() -> None:
    token, rested = PauseToken(), threading.Event()
    token.pause()
    assert token.paused

    def work() -> None:
        token.wait(CancelToken())
        rested.set()

    worker = threading.Thread(target=work)
    worker.start()
    assert not rested.wait(0.25)
    token.go_on()
    assert rested.wait(5)
    worker.join()
    assert not token.paused


def test_a_stop_ends_the_rest() -> None:
    token, cancel = PauseToken(), CancelToken()
    token.pause()
    cancel.cancel()
    token.wait(cancel)
    assert token.paused
