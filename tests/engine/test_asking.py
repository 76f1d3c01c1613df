"""Questions that get the wrong answer, none, or too late."""

from __future__ import annotations

import time

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, EngineDiedError
from medsdesk.core.model import LoadConfig
from medsdesk.engine.asking import Stop, ask, check, expect
from medsdesk.engine.child import Child
from medsdesk.engine.messages import Counted, Describe, Described, Failed, Load


def test_expect() -> None:
    assert expect(Counted(1, 5), Counted).tokens == 5
    with pytest.raises(RuntimeError, match="answered with Counted"):
        expect(Counted(1, 5), Described)
    with pytest.raises(CancelledError):
        expect(Failed(1, "cancelled", ""), Counted)


def test_check() -> None:
    token = CancelToken()
    check(None)
    check(token)
    token.cancel()
    with pytest.raises(CancelledError):
        check(token)


def test_patience_begins_with_the_wish() -> None:
    child = Child("medsdesk.engine.fake")
    token = CancelToken()
    stop = Stop(child, token, grace_seconds=0.1)
    assert not stop.overdue(1)
    time.sleep(0.15)
    token.cancel()
    assert not stop.overdue(1)
    time.sleep(0.15)
    assert stop.overdue(1)
    child.kill("cancelled")


@pytest.mark.parametrize(
    ("reason", "error"), [("closed", CancelledError), ("cancelled", EngineDiedError)]
)
def test_a_process_ended_on_purpose(reason: str, error: type[Exception]) -> None:
    child = Child("medsdesk.engine.fake")
    child.kill("closed" if reason == "closed" else "cancelled")
    with pytest.raises(error):
        ask(child, Describe(1, self_test=False), Stop(child, None, 1))


def test_a_load_that_does_not_stop_is_killed() -> None:
    child = Child("medsdesk.engine.fake")
    token = CancelToken()
    token.cancel()
    config = LoadConfig('fake:{"load_seconds": 60, "load_ignores_cancel": true}')
    with pytest.raises(CancelledError):
        ask(child, Load(1, config), Stop(child, token, 0.1))
    assert not child.alive
