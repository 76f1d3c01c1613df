"""Prompts that fit, and those that do not."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import PromptTooLongError
from medsdesk.core.generation import GenerateConfig
from medsdesk.engine.backend import Tokenised
from medsdesk.engine.fitting import fit

TEN = tuple(range(10))
CUT = GenerateConfig(max_new_tokens=4, overflow="cut_left")


@pytest.mark.parametrize(
    ("keep", "context", "tokens", "cut"),
    [
        (1, 14, TEN, 0),
        (1, 13, (0, 2, 3, 4, 5, 6, 7, 8, 9), 1),
        (0, 13, (1, 2, 3, 4, 5, 6, 7, 8, 9), 1),
        (1, 6, (0, 9), 8),
    ],
)
def test_cut_from_the_left(keep: int, context: int, tokens: tuple[int, ...], cut: int) -> None:
    fitting = Tokenised(tokens, keep, max(0, 6 - cut))
    assert fit(Tokenised(TEN, keep, 6), context, CUT) == (fitting, cut)


@pytest.mark.parametrize(
    ("config", "context", "room"),
    [
        (GenerateConfig(max_new_tokens=4), 13, 9),
        (GenerateConfig(max_new_tokens=40), 13, 0),
        (CUT, 5, 1),  # only BOS would be left
        (CUT, 2, 0),
    ],
)
def test_refused(config: GenerateConfig, context: int, room: int) -> None:
    with pytest.raises(PromptTooLongError) as caught:
        fit(Tokenised(TEN, 1), context, config)
    assert (caught.value.prompt_tokens, caught.value.room) == (10, room)
    assert "context" in caught.value.hint
