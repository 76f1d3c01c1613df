"""What is kept of the native log."""

from __future__ import annotations

import pytest

from medsdesk.engine.native_log import NativeLog


def test_lines_devices_and_layers() -> None:
    log = NativeLog()
    for level, data in (
        (1, b"load_tensors: layer   0 assigned to device CPU, is_swa = 0\n"),
        (1, b"load_tensors: layer   1 assigned to device Vulkan0, is_swa = 0\n"),
        (1, b"load_tensors: layer   2 assigned to device Vulkan0, is_swa = 0\n"),
        (2, b"load_tensors: offloaded 2/3 layers to GPU\n"),
        (4, b"first half,"),
        (5, b" second half \xff\n"),
        (3, b"\n"),
        (2, None),
    ):
        log.add(level, data)
    assert log.devices == ("CPU", "Vulkan0")
    assert log.layers == (2, 3)
    assert log.lines == (
        "load_tensors: offloaded 2/3 layers to GPU",
        "first half, second half \ufffd",
    )


def test_cleared_before_a_load() -> None:
    log = NativeLog()
    log.add(1, b"layer 0 assigned to device CPU\n")
    log.add(2, b"offloaded 2/3 layers to GPU\n")
    log.clear()
    assert (log.lines, log.devices, log.layers) == ((), (), (0, 0))


@pytest.mark.parametrize(
    ("lines", "used"),
    [
        (("llama_context: flash_attn            = enabled",), True),
        (("llama_context: flash_attn            = disabled",), False),
        (
            (
                "llama_context: flash_attn            = auto",
                "resolve_fused_ops: Flash Attention enabled",
            ),
            True,
        ),
        (("resolve_fused_ops: Flash Attention not supported, set to disabled",), False),
        (("nothing of it",), None),
    ],
)
def test_whether_flash_attention_is_used(lines: tuple[str, ...], used: bool | None) -> None:
    log = NativeLog()
    for line in lines:
        log.add(2, line.encode())
    assert log.flash_attention is used


def test_only_the_last_lines_are_kept() -> None:
    log = NativeLog()
    for index in range(1000):
        log.add(4, f"line {index}".encode())
    assert len(log.lines) == 200
    assert log.lines[-1] == "line 999"


def test_memory_of_each_device() -> None:
    log = NativeLog()
    for line in (
        b"load_tensors:   CPU_Mapped model buffer size =   200.00 MiB",
        b"load_tensors:   CPU_REPACK model buffer size =    10.50 MiB",
        b"load_tensors:        CUDA0 model buffer size =  1000.00 MiB",
        b"llama_kv_cache:      CUDA0 KV buffer size =    64.00 MiB",
        b"sched_reserve:      CUDA0 compute buffer size =   133.25 MiB",
        b"sched_reserve:  CUDA_Host compute buffer size =     8.00 MiB",
    ):
        log.add(2, line)
    found = {(use.device, use.kind): use.size / (1 << 20) for use in log.memory}
    assert found == {
        ("CPU", "mapped"): 200.0,
        ("CPU", "weights"): 10.5,
        ("CUDA0", "weights"): 1000.0,
        ("CUDA0", "cells"): 64.0,
        ("CUDA0", "compute"): 133.25,
        ("CPU", "compute"): 8.0,
    }
    log.clear()
    assert log.memory == ()
