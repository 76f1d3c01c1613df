"""Why a model was not quantised is told from the native log."""

from __future__ import annotations

import pytest

from medsdesk.engine.quantising import quantise_error


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "failed to quantize: requantizing from type q4_1 is disabled",
            "again",
        ),
        ("failed to quantize: this quantization requires an imatrix!", "importance matrix"),
        ("failed to quantize: quantized data validation failed", "no numbers"),
        ("failed to quantize: basic_ios::clear: iostream error", "disk is full"),
        ("gguf_init_from_file: invalid magic characters", "is not a GGUF model file"),
        ("something new", "could not load"),
    ],
)
def test_causes_in_words(line: str, words: str) -> None:
    error = quantise_error("small.gguf", ["earlier", line])
    assert words in error.message
    assert "small.gguf" in error.message
    assert error.hint
