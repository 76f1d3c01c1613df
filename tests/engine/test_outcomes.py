"""Exit codes in plain words."""

from __future__ import annotations

import pytest

from medsdesk.engine.outcomes import died_error, explain


@pytest.mark.parametrize(
    ("exit_code", "words"),
    [
        (-4, "instructions this processor does not have"),
        (-6, "gave up on a fault"),
        (-7, "memory it does not own"),
        (-9, "killed by the system, often for lack of memory"),
        (-11, "memory it does not own"),
        (-15, "another program ended it"),
        (-40, "signal 40"),
        (0xC000001D, "instructions this processor does not have"),
        (0xC000001D - (1 << 32), "instructions this processor does not have"),
        (0xC0000005, "memory it does not own"),
        (0xC0000017, "memory was not enough"),
        (0xC0000135, "library it needs is missing"),
        (0xC0000409, "gave up on a fault"),
        (0, "although its work was not done"),
        (3, "exit code 3"),
        (None, "not known"),
    ],
)
def test_words(exit_code: int | None, words: str) -> None:
    outcome = explain(exit_code)
    assert words in outcome.message
    assert outcome.hint.endswith(".")


def test_error_carries_code_and_words() -> None:
    error = died_error(-4)
    assert error.exit_code == -4
    assert "GGML_NATIVE=OFF" in error.hint
