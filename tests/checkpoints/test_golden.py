"""The small checkpoints give the logits that transformers gave, by two more ways."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from tests.checkpoints import golden, numpy_llama


@pytest.mark.parametrize("case", golden.CASES)
def test_the_kept_logits_are_those_of_the_papers_formulas(case: str) -> None:
    small = golden.CASES[case]
    found = numpy_llama.logits(small, small.weights(), golden.TOKENS)[list(golden.POSITIONS)]
    kept = np.array(golden.kept_logits(case))
    assert kept.std() > 1  # a difference of 1e-3 is small against them
    assert np.abs(found - kept).max() < 1e-3


@pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="PyTorch is not installed",
)
@pytest.mark.parametrize("case", golden.CASES)
def test_the_kept_logits_are_those_of_transformers(case: str) -> None:
    found = np.array(golden.transformers_logits(case))
    assert np.abs(found - np.array(golden.kept_logits(case))).max() < 1e-4
