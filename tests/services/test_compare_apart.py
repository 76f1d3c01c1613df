"""A comparison in processes of its own: the same rows, a stop that works, a death that is told."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import psutil
import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.services.compare_apart import compared_parts
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.rated_answers import Question, questions
from medsdesk.services.rating_rows import rating_rows
from medsdesk.store.workspace import Workspace
from tests.compared_ratings import import_planted

QUICK = CompareOptions(resamples=100)
LONG = CompareOptions(resamples=400_000)


@pytest.fixture
def asked(ws: Workspace, tmp_path: Path) -> tuple[Question, ...]:
    import_planted(ws, tmp_path, items=12)
    return questions(rating_rows(ws)[0])


@pytest.fixture(autouse=True)
def _several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def _computing() -> set[int]:
    """Return the ids of the processes below this one, but for Python's own that counts."""
    system: Any = psutil  # it has no types
    below = system.Process().children(recursive=True)
    return {child.pid for child in below if "resource_tracker" not in " ".join(child.cmdline())}


def test_the_rows_are_those_of_one_process(asked: tuple[Question, ...]) -> None:
    told: list[tuple[int, int]] = []
    here = list(compared_parts(asked, QUICK))
    apart = list(compared_parts(asked, QUICK, tell=lambda *at: told.append(at), large=0))
    assert apart == here
    assert told[0] == (0, 2)
    assert told[-1] == (1, 2)
    assert told == sorted(told)


def test_a_stop_is_obeyed_soon_and_leaves_nothing_running(asked: tuple[Question, ...]) -> None:
    token, before = CancelToken(), _computing()
    rows = compared_parts(asked, LONG, token, large=0)
    token.cancel()
    with pytest.raises(CancelledError):
        list(rows)
    limit = time.monotonic() + 30
    while _computing() - before and time.monotonic() < limit:
        time.sleep(0.1)
    assert not _computing() - before


def test_a_process_that_the_system_ends_is_told(
    asked: tuple[Question, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _computing()

    def kill(*given: Any) -> Any:
        for pid in _computing() - before:
            os.kill(pid, signal.SIGTERM)
        return wait(*given)

    monkeypatch.setattr("medsdesk.services.compare_apart.wait", kill)
    with pytest.raises(UserFacingError, match="was ended by the system") as error:
        list(compared_parts(asked, LONG, large=0))
    assert error.value.hint.startswith("Close other programs")
