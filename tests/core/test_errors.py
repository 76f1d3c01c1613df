"""What a person is told: what is wrong, and what to do."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import (
    CancelledError,
    EngineDiedError,
    MedsDeskError,
    PromptTooLongError,
    UserFacingError,
)


def test_both_sentences_are_kept_and_shown() -> None:
    error = UserFacingError("The disk is full.", "Free some space.")
    assert error.message == "The disk is full."
    assert error.hint == "Free some space."
    assert str(error) == "The disk is full. Free some space."


def test_a_long_prompt_says_both_numbers() -> None:
    error = PromptTooLongError(5000, 3896, "Use fewer cases.")
    assert (error.prompt_tokens, error.room) == (5000, 3896)
    assert str(error) == (
        "The prompt has 5000 tokens, but only 3896 fit into the context. Use fewer cases."
    )


@pytest.mark.parametrize("code", [-9, 3, None])
def test_a_dead_engine_says_how_it_ended(code: int | None) -> None:
    error = EngineDiedError(code, "The engine ran out of memory.", "Use a smaller model.")
    assert error.exit_code == code
    assert error.message == "The engine ran out of memory."
    assert error.hint == "Use a smaller model."


def test_what_people_cause_is_told_apart_from_a_stop() -> None:
    assert issubclass(PromptTooLongError, UserFacingError)
    assert issubclass(EngineDiedError, UserFacingError)
    assert issubclass(UserFacingError, MedsDeskError)
    assert issubclass(CancelledError, MedsDeskError)
    assert not issubclass(CancelledError, UserFacingError)
