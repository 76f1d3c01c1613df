"""A task in its process is done, refused, stopped, or dies, and each is told in words."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, EngineDiedError, UserFacingError
from medsdesk.engine.file_tasks import QuantisedFile, TokenisedTexts, TokeniseTexts
from medsdesk.engine.file_work import do

BACKEND = "tests.engine.scripted_files"


def _task(path: str, *plain: str) -> TokeniseTexts:
    return TokeniseTexts(path, plain, ())


def test_done_with_progress() -> None:
    told: list[tuple[int, int]] = []
    found = do(
        _task("x", "abc", "é"), TokenisedTexts, lambda *news: told.append(news), backend=BACKEND
    )
    assert found.plain == ((3,), (1,))
    assert told == [(1, 2), (2, 2)]


def test_a_refusal_comes_in_its_own_words() -> None:
    with pytest.raises(UserFacingError) as caught:
        do(_task("refuse"), TokenisedTexts, backend=BACKEND)
    assert (caught.value.message, caught.value.hint) == ("It is wrong.", "Mend it.")


def test_a_bug_is_told_without_its_text() -> None:
    with pytest.raises(RuntimeError, match="ValueError in tokenise") as caught:
        do(_task("bug"), TokenisedTexts, backend=BACKEND)
    assert "secret" not in str(caught.value)


def test_a_death_is_told() -> None:
    with pytest.raises(EngineDiedError):
        do(_task("die"), TokenisedTexts, backend=BACKEND)


def test_another_answer_than_expected_is_a_bug() -> None:
    with pytest.raises(RuntimeError, match="TokenisedTexts"):
        do(_task("x"), QuantisedFile, backend=BACKEND)


def test_a_stop_kills_at_once(tmp_path: Path) -> None:
    marker, cancel = tmp_path / "hangs", CancelToken()

    def stop() -> None:
        while not marker.exists():
            time.sleep(0.02)
        cancel.cancel()

    threading.Thread(target=stop, daemon=True).start()
    with pytest.raises(CancelledError):
        do(_task("hang", str(marker)), TokenisedTexts, cancel=cancel, backend=BACKEND)
