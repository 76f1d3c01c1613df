"""BLEU-1 by hand and against nltk."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from medsdesk.metrics.unigrams import bleu1

TOKENS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "."]), max_size=12)


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("a b c", "a b c", 100.0),
        ("a b c", "x y z", 0.0),
        ("", "a", 0.0),
        ("a a a a", "a b", 25.0),  # one of four, clipped; longer, so no penalty
        ("a", "a b c", 100 * math.exp(1 - 3)),  # all right, but a third of the length
        ("a x", "a b", 50.0),
    ],
)
def test_by_hand(answer: str, reference: str, expected: float) -> None:
    assert bleu1(answer.split(), reference.split()) == pytest.approx(expected)


@given(TOKENS, TOKENS.filter(bool))
def test_equals_nltk(answer: list[str], reference: list[str]) -> None:
    smoothing: Callable[[], Any] = SmoothingFunction
    bleu: Callable[..., float] = sentence_bleu
    theirs = bleu(
        [reference],
        answer,
        weights=(1, 0, 0, 0),
        smoothing_function=smoothing().method1,
    )
    assert bleu1(answer, reference) == pytest.approx(100 * theirs, abs=1e-9)
