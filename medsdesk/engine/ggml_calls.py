"""Calls into ggml that the Python bindings do not offer: its devices, and a multiplication.

Nothing is imported from the bindings here: ``engine.llama`` hands over the opened libraries.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Final

from medsdesk.engine.devices import DeviceInfo
from medsdesk.engine.machine import memory_bytes

OpenLibrary = Callable[[str], ctypes.CDLL]

_DEDICATED: Final = 1  # a card with memory of its own
_INTEGRATED: Final = 2
_GPU_TYPES: Final = frozenset((_DEDICATED, _INTEGRATED))
_ACCELERATOR: Final = 3
_APPLE: Final = ("Metal", "MTL")  # says it has memory of its own, and shares all of it
# F32, F16, Q4_0, Q8_0, Q4_K, Q6_K: the kernels that models of the usual kinds need
_TESTED_TYPES: Final = (0, 1, 2, 8, 12, 14)
_WIDTH: Final = 256
_ROWS: Final = 64
_COLUMNS: Final = 32
_ARENA_BYTES: Final = 16 << 20
_F32: Final = 0


class _InitParams(ctypes.Structure):
    _fields_ = (
        ("mem_size", ctypes.c_size_t),
        ("mem_buffer", ctypes.c_void_p),
        ("no_alloc", ctypes.c_bool),
    )


def devices(open_library: OpenLibrary) -> tuple[DeviceInfo, ...]:
    """Return the devices that models are put on, the processor first.

    As llama.cpp has it: a card that is part of the processor is passed over beside a card with
    memory of its own.
    """
    found = sorted(_devices(open_library), key=lambda device: device[1].type != "cpu")
    dedicated = any(kind == _DEDICATED for kind, _ in found)
    return tuple(device for kind, device in found if not (dedicated and kind == _INTEGRATED))


def _devices(open_library: OpenLibrary) -> Iterator[tuple[int, DeviceInfo]]:
    """Yield what ggml knows, each with ggml's number of its kind."""
    registry, base = open_library("ggml"), open_library("ggml-base")
    get = _function(registry.ggml_backend_dev_get, ctypes.c_void_p, ctypes.c_size_t)
    count = _function(registry.ggml_backend_dev_count, ctypes.c_size_t)
    name = _function(base.ggml_backend_dev_name, ctypes.c_char_p, ctypes.c_void_p)
    about = _function(base.ggml_backend_dev_description, ctypes.c_char_p, ctypes.c_void_p)
    kind_of = _function(base.ggml_backend_dev_type, ctypes.c_int, ctypes.c_void_p)
    ask_memory = base.ggml_backend_dev_memory
    ask_memory.restype, ask_memory.argtypes = None, (ctypes.c_void_p,) * 3
    for index in range(count()):
        device = get(index)
        kind = kind_of(device)
        if kind >= _ACCELERATOR:
            continue  # helpers of the processor, without memory of their own
        label = f"{_text(name(device))} ({_text(about(device))})"
        if kind not in _GPU_TYPES:
            yield kind, DeviceInfo(label, "cpu", *memory_bytes())
            continue
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        ask_memory(device, ctypes.byref(free), ctypes.byref(total))
        shares = kind == _INTEGRATED or label.startswith(_APPLE)
        yield kind, DeviceInfo(label, "gpu", total.value, free.value, shares)


def builds(open_library: OpenLibrary) -> tuple[str, ...]:
    """Return what the library was built to compute with, such as ``CPU`` and ``CUDA``."""
    registry, base = open_library("ggml"), open_library("ggml-base")
    count = _function(registry.ggml_backend_reg_count, ctypes.c_size_t)
    get = _function(registry.ggml_backend_reg_get, ctypes.c_void_p, ctypes.c_size_t)
    name = _function(base.ggml_backend_reg_name, ctypes.c_char_p, ctypes.c_void_p)
    return tuple(_text(name(get(index))) for index in range(count()))


def multiply(open_library: OpenLibrary, threads: int) -> None:
    """Multiply small matrices of every usual weight type on the processor.

    A library that was built for other processors dies here of an illegal instruction,
    instead of later with an answer in its hands.
    """
    base, cpu = open_library("ggml-base"), open_library("ggml-cpu")
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    matrix = _function(base.ggml_new_tensor_2d, pointer, pointer, ctypes.c_int, number, number)
    product = _function(base.ggml_mul_mat, pointer, pointer, pointer, pointer)
    clear = _function(base.ggml_set_zero, pointer, pointer)
    expand = _function(base.ggml_build_forward_expand, None, pointer, pointer)
    graph_of = _function(base.ggml_new_graph, pointer, pointer)
    compute = _function(
        cpu.ggml_graph_compute_with_ctx, ctypes.c_int, pointer, pointer, ctypes.c_int
    )
    arena = _function(base.ggml_init, pointer, _InitParams)(_InitParams(_ARENA_BYTES))
    try:
        graph = graph_of(arena)
        for kind in _TESTED_TYPES:
            weights = clear(matrix(arena, kind, _WIDTH, _ROWS))
            values = clear(matrix(arena, _F32, _WIDTH, _COLUMNS))
            expand(graph, product(arena, weights, values))
        compute(arena, graph, threads)
    finally:
        _function(base.ggml_free, None, pointer)(arena)


def _function(
    function: ctypes._NamedFuncPointer, result: type | None, *arguments: type
) -> ctypes._NamedFuncPointer:
    function.restype, function.argtypes = result, arguments
    return function


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")
