"""What a model takes: by arithmetic, and as llama.cpp itself logs it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import FlashAttention, KvCache, LoadConfig, LoadedModel
from medsdesk.engine.client import Engine
from medsdesk.engine.devices import DeviceInfo
from medsdesk.engine.footprint import (
    best_layers,
    fitting_slots,
    footprint,
    longest_context,
)
from medsdesk.engine.gguf import GgufHeader, read_header
from tests.made_models import F16, LLAMA_8B, Q4_0, Q8_0, Shape, make_sparse, make_tiny

MIB, GIB = 1 << 20, 1 << 30
CPU = DeviceInfo("CPU (a processor)", "cpu", 16 * GIB, 12 * GIB)
ASKED = LoadConfig("m.gguf", context=4096)


def card(free: int, number: int = 0) -> DeviceInfo:
    return DeviceInfo(f"CUDA{number} (a card)", "gpu", 24 * GIB, free)


@pytest.fixture(scope="module")
def eight_b(tmp_path_factory: pytest.TempPathFactory) -> GgufHeader:
    """Return the header of a model of the shape of Llama 3 8B in Q4_0."""
    return read_header(make_sparse(tmp_path_factory.mktemp("8b") / "8b.gguf"))


def test_an_8b_model_in_figures(eight_b: GgufHeader) -> None:
    made = footprint(eight_b, ASKED, [CPU], 0)
    [cpu] = made.devices
    assert eight_b.parameters == 8_030_261_248  # as published
    assert cpu.weights == sum(tensor.size for tensor in eight_b.tensors)
    assert cpu.cells == 32 * 4096 * 2048 * 2  # layers, tokens, keys and values, bytes
    assert cpu.compute == pytest.approx(133.25 * MIB, rel=1e-3)  # dry load of llama.cpp
    assert (made.gpu_layers, made.total_layers, made.verdict) == (0, 33, "fits")


def test_layers_move_with_their_weights_and_cells(eight_b: GgufHeader) -> None:
    alone = footprint(eight_b, ASKED, [CPU], 0).devices[0]
    before, cpu = 0, alone
    for layers in range(1, 34):
        cpu, gpu = footprint(eight_b, ASKED, [CPU, card(24 * GIB)], layers).devices
        assert cpu.weights + gpu.weights == alone.weights
        assert cpu.cells + gpu.cells == alone.cells
        assert gpu.cells == alone.cells * (layers - 1) // 32  # the head has none
        assert gpu.weights > before
        before = gpu.weights
    assert cpu.compute == 0
    assert cpu.weights == 4096 * 128_256 * 18 // 32  # the embedding stays


def test_cards_share_by_what_is_free(eight_b: GgufHeader) -> None:
    cards = [CPU, card(12 * GIB), card(4 * GIB, 1)]
    _, large, small = footprint(eight_b, ASKED, cards, 33).devices
    assert large.cells + small.cells == 32 * 4096 * 2048 * 2
    assert large.cells == pytest.approx(3 * small.cells, rel=0.2)
    assert small.weights > 4096 * 128_256 * 18 // 32  # the head is the last


@pytest.mark.parametrize(
    ("free", "least", "most"), [(24 * GIB, 33, 33), (3 * GIB, 10, 25), (GIB // 4, 0, 0)]
)
def test_as_many_layers_as_fit(eight_b: GgufHeader, free: int, least: int, most: int) -> None:
    layers = best_layers(eight_b, ASKED, [CPU, card(free)])
    assert least <= layers <= most
    more = footprint(eight_b, ASKED, [CPU, card(free)], layers + 1)
    assert layers == 33 or more.devices[1].verdict == "too_large"
    assert best_layers(eight_b, ASKED, [CPU]) == 0


def test_memory_that_a_card_takes_from_the_processor(eight_b: GgufHeader) -> None:
    shared = replace(card(10 * GIB), shares_memory=True)
    processor = replace(CPU, memory_free=4 * GIB)
    assert footprint(eight_b, ASKED, [processor, card(10 * GIB)], 33).verdict == "fits"
    assert footprint(eight_b, ASKED, [processor, shared], 33).verdict == "too_large"


def test_the_longest_context(eight_b: GgufHeader) -> None:
    assert longest_context(eight_b, ASKED, [CPU], 0) == 8192  # of the training
    little = [replace(CPU, memory_free=5 * GIB)]
    longest = longest_context(eight_b, ASKED, little, 0)
    assert 256 <= longest < 8192
    fits = replace(ASKED, context=longest)
    assert footprint(eight_b, fits, little, 0).verdict == "fits"
    longer = replace(ASKED, context=longest + 256)
    assert footprint(eight_b, longer, little, 0).verdict == "too_large"
    assert longest_context(eight_b, ASKED, [replace(CPU, memory_free=GIB)], 0) == 0


def test_as_many_slots_as_fit(eight_b: GgufHeader) -> None:
    assert fitting_slots(eight_b, ASKED, [CPU], 0) == 8
    for free, slots in ((6.4, 2), (5.2, 1), (1, 1)):
        little = [replace(CPU, memory_free=round(free * GIB))]
        assert fitting_slots(eight_b, ASKED, little, 0) == slots


def test_weights_that_can_be_read_again_are_slow_and_no_refusal(tmp_path: Path) -> None:
    shape = replace(LLAMA_8B, kind=F16)
    header = read_header(make_sparse(tmp_path / "f16.gguf", shape))
    assert footprint(header, ASKED, [CPU], 0).verdict == "slow"
    assert footprint(header, ASKED, [replace(CPU, memory_free=GIB // 2)], 0).verdict == "too_large"


def test_an_answer_about_an_8b_model_is_quick(tmp_path: Path) -> None:
    path = make_sparse(tmp_path / "8b.gguf")
    best = min(_seconds(path) for _ in range(5))
    assert best < 0.2


def _seconds(path: Path) -> float:
    began = time.process_time()
    header, devices = read_header(path), [CPU, card(4 * GIB)]
    longest_context(header, ASKED, devices, best_layers(header, ASKED, devices))
    return time.process_time() - began


def _logged(loaded: LoadedModel, *kinds: str) -> int:
    return sum(use.size for use in loaded.memory if use.kind in kinds)


@pytest.mark.gguf
@pytest.mark.parametrize(
    ("context", "slots", "batch"), [(512, 1, 256), (8192, 1, 256), (2000, 8, 64), (300, 4, 512)]
)
def test_the_demonstration_model_as_it_is_logged(
    demo_model: Path, context: int, slots: int, batch: int
) -> None:
    config = LoadConfig(
        str(demo_model), context=context, gpu_layers=0, threads=1, batch=batch, slots=slots
    )
    with Engine() as engine:
        loaded = engine.load(config)
    [cpu] = footprint(read_header(demo_model), config, [CPU], 0).devices
    assert _logged(loaded, "mapped", "weights") == pytest.approx(cpu.weights, rel=0.001)
    assert _logged(loaded, "cells") == pytest.approx(cpu.cells, rel=0.001)
    assert _logged(loaded, "compute") == pytest.approx(cpu.compute, rel=0.03)


@pytest.mark.gguf
@pytest.mark.parametrize(
    ("kind", "flash", "context", "slots"),
    [
        ("q8_0", "auto", 512, 1),
        ("q4_0", "auto", 2000, 8),
        ("q4_0", "on", 4096, 1),
        ("f16", "off", 512, 1),
        ("f16", "off", 8192, 1),
        ("f16", "off", 2048, 8),
    ],
)
def test_other_ways_to_keep_a_context_as_they_are_logged(
    demo_model: Path, kind: KvCache, flash: FlashAttention, context: int, slots: int
) -> None:
    config = LoadConfig(
        str(demo_model),
        context=context,
        gpu_layers=0,
        threads=1,
        slots=slots,
        kv_cache=kind,
        flash_attention=flash,
    )
    with Engine() as engine:
        loaded = engine.load(config)
    assert loaded.flash_attention is (flash != "off")
    [cpu] = footprint(read_header(demo_model), config, [CPU], 0).devices
    # To the byte; the log gives two places of a MiB.
    assert _logged(loaded, "cells") == pytest.approx(cpu.cells, abs=MIB / 100)
    assert _logged(loaded, "compute") == pytest.approx(cpu.compute, rel=0.05)


@pytest.mark.gguf
def test_a_context_that_cannot_be_kept_so_is_refused_in_words(
    demo_model: Path, tmp_path: Path
) -> None:
    narrow = make_tiny(tmp_path / "narrow.gguf")  # heads of 16
    with Engine() as engine:
        with pytest.raises(UserFacingError, match="16 wide"):
            engine.load(LoadConfig(str(narrow), context=256, threads=1, kv_cache="q8_0"))
        with pytest.raises(UserFacingError, match="without flash attention"):
            engine.load(LoadConfig(str(demo_model), kv_cache="q4_0", flash_attention="off"))


@pytest.mark.gguf
@pytest.mark.parametrize(
    ("make", "shape"),
    [
        pytest.param(make_tiny, Shape(), id="tiny"),
        pytest.param(make_sparse, Shape(4, 512, 8, 2, 1024, 4000, 2048, Q4_0), id="repacked"),
        pytest.param(
            make_sparse, Shape(3, 512, 8, 8, 1376, 4000, 2048, Q8_0, tied=True), id="tied"
        ),
        pytest.param(make_sparse, Shape(2, 1024, 16, 4, 4096, 2000, 2048, F16), id="wide-inside"),
    ],
)
def test_made_models_as_they_are_logged(
    tmp_path: Path, make: Callable[[Path, Shape], Path], shape: Shape
) -> None:
    path = make(tmp_path / "m.gguf", shape)
    config = LoadConfig(str(path), context=1024, gpu_layers=0, threads=1)
    with Engine() as engine:
        loaded = engine.load(config)
    made = footprint(read_header(path), config, [CPU], 0)
    [cpu] = made.devices
    assert loaded.total_layers == made.total_layers
    # What is copied into another order is not dropped; the file is mapped whole beside it.
    assert _logged(loaded, "weights") <= cpu.weights - cpu.droppable + MIB / 50
    assert _logged(loaded, "mapped", "weights") >= cpu.weights - MIB / 50
    assert _logged(loaded, "cells") == pytest.approx(cpu.cells, abs=MIB / 50)
    logged = _logged(loaded, "compute")
    assert cpu.compute / 1.2 - MIB / 2 <= logged <= cpu.compute + cpu.reserve
