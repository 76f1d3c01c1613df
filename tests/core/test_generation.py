"""Which answers are whole, and the standard way of asking."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from medsdesk.core.generation import Completion, FinishReason, GenerateConfig


@pytest.mark.parametrize(
    ("reason", "complete"),
    [("stop", True), ("length", True), ("cancelled", False), ("died", False)],
)
def test_an_answer_is_whole_unless_something_ended_it(reason: FinishReason, complete: bool) -> None:
    answer = Completion("Pneumonia.", reason, 10, 2, 0.5, 0.1)
    assert answer.complete is complete
    assert answer.cut_tokens == 0
    assert answer.error is None


def test_the_standard_is_the_benchmarks_greedy_200_tokens() -> None:
    config = GenerateConfig()
    assert (config.temperature, config.max_new_tokens, config.overflow) == (0.0, 200, "refuse")


def test_nouns_cannot_be_changed() -> None:
    config: Any = GenerateConfig()
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.seed = 1
