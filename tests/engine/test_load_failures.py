"""The native log's lines in plain words."""

from __future__ import annotations

import pytest

from medsdesk.engine.load_failures import context_error, load_error, memory_error


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("gguf_init_from_file_impl: invalid magic characters: 'This'", "is not a GGUF model file"),
        ("gguf: failed to read magic", "is not a GGUF model file"),
        ("tensor 'x' data is not within the file bounds, model is corrupted", "is cut short"),
        ("gguf_init: failed to read key-value pairs", "is cut short"),
        ("error loading model: unknown model architecture: 'warp'", "does not know (warp)"),
        ("gguf: unsupported version 9", "made for a newer engine"),
        ("error: unknown pre-tokenizer type: 'new'", "made for a newer engine"),
        ("alloc: failed to allocate CPU buffer of size 99", "more memory than there is"),
        ("ggml_vulkan: Device memory allocation failed: ErrorOutOfDeviceMemory", "more memory"),
        ("check_tensor_dims: tensor 'blk.7.attn_q.weight' not found", "damaged or incomplete"),
        ("something never seen", "could not load"),
    ],
)
def test_cause(line: str, words: str) -> None:
    error = load_error("m.gguf", ["before", line, "failed to load model"])
    assert words in error.message
    assert "m.gguf" in error.message
    assert error.hint


def test_figures() -> None:
    error = memory_error(2_000_000_000, 3 << 40, 5 << 30)
    assert "2,000,000,000 tokens needs 3,072.0 GiB" in error.message
    assert "only 5.0 GiB" in error.message
    several = memory_error(4096, 3 << 30, 2 << 30, slots=8)
    assert several.message.startswith("8 slots with a context of 4,096 tokens each need 3.0 GiB")
    assert "fewer slots" in several.hint
    assert "4,096 tokens" in context_error(4096).message
