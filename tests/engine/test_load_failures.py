"""The native log's lines in plain words."""

from __future__ import annotations

import pytest

from medsdesk.core.model import LoadConfig
from medsdesk.engine.devices import DeviceType
from medsdesk.engine.footprint import DeviceNeed
from medsdesk.engine.load_failures import context_error, library_error, load_error, memory_error


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


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (["ggml_aligned_malloc: insufficient memory (attempted to allocate 9.00 MB)"], "(CPU)"),
        (["alloc_tensor_range: failed to allocate CPU_REPACK buffer of size 99"], "(CPU)"),
        (["x: failed to allocate CUDA1 buffer of size 99", "failed to load model"], "on CUDA1."),
        (
            ["alloc_buffer: allocating 9.00 MiB on device 0: cudaMalloc failed: out of memory"],
            "on CUDA0.",
        ),
        (["alloc_tensor_range: failed to allocate Vulkan0 buffer of size 99"], "on Vulkan0."),
        (["ggml_vulkan: Device memory allocation of size 99 failed."], "on Vulkan."),
        (["alloc_buffer: failed to allocate Metal buffer of 9 bytes (out of memory)"], "on Metal."),
        (["alloc: out of memory"], "there is."),
    ],
)
def test_which_memory_is_wanting(lines: list[str], place: str) -> None:
    error = load_error("m.gguf", lines)
    assert error.message.startswith("The model file m.gguf needs more memory than there is")
    assert place in error.message
    assert place.rstrip(".") in context_error(4096, lines).message or place == "there is."


def _need(kind: DeviceType, cells: int, free: int) -> DeviceNeed:
    return DeviceNeed("CUDA0 (a card)", kind, 0, cells, 0, 0, 0, 0, free)


def test_figures() -> None:
    error = memory_error(
        _need("cpu", 3 << 40, 5 << 30), LoadConfig("m.gguf", context=2_000_000_000)
    )
    assert "2,000,000,000 tokens needs 3,072.0 GiB in main memory" in error.message
    assert "only 5.0 GiB" in error.message
    slots = LoadConfig("m.gguf", context=4096, slots=8)
    several = memory_error(_need("gpu", 3 << 30, 2 << 30), slots)
    assert "8 slots with a context of 4,096 tokens each needs 3.0 GiB on CUDA0" in several.message
    assert "fewer slots" in several.hint
    assert "fewer layers" in several.hint
    assert "4,096 tokens" in context_error(4096).message


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("libvulkan.so.1: cannot open shared object file: No such file", "built for Vulkan"),
        ("Could not find module 'vulkan-1.dll' (or one of its dependencies)", "built for Vulkan"),
        ("libcuda.so.1: cannot open shared object file", "built for CUDA"),
        ("libcudart.so.12: cannot open shared object file", "built for CUDA"),
        ("libamdhip64.so.6: cannot open shared object file", "built for ROCm"),
        ("libgomp.so.1: cannot open shared object file", "cannot be opened (libgomp.so.1)"),
        ("something else", "cannot be opened."),
    ],
)
def test_libraries_that_are_missing(words: str, told: str) -> None:
    error = library_error(RuntimeError(f"Failed to load shared library 'x': {words}"))
    assert told in error.message
    assert error.hint.endswith((".", "it."))
