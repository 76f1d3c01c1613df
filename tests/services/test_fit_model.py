"""What is said of a model before it is loaded, and whether a load says the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import ALL_LAYERS, LoadConfig
from medsdesk.engine.client import Engine
from medsdesk.engine.demo import demo_model_path
from medsdesk.engine.devices import DeviceInfo
from medsdesk.engine.gguf import GgufHeader, read_header
from medsdesk.services.fit_model import fit_header, fit_model, model_path, try_load
from medsdesk.store.workspace import open_workspace
from tests.made_models import F16, LLAMA_8B, make_sparse, make_tiny

GIB = 1 << 30
CARD = DeviceInfo("CUDA0 (a card)", "gpu", 24 * GIB, 20 * GIB)


def _cpu(free: float) -> DeviceInfo:
    return DeviceInfo("CPU (a processor)", "cpu", 64 * GIB, round(free * GIB))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> GgufHeader:
    """Return the header of an 8B model before it is quantised."""
    path = tmp_path_factory.mktemp("8b") / "8b.gguf"
    return read_header(make_sparse(path, replace(LLAMA_8B, kind=F16)))


@pytest.mark.parametrize(
    ("devices", "verdict", "proposed", "sentence"),
    [
        ([_cpu(32)], "fits", "Q8_0", "It fits, on the processor."),
        ([_cpu(32), CARD], "fits", "Q8_0", "with all 33 layers on the graphics card"),
        ([_cpu(8)], "slow", "Q6_K", "read from the disk again"),
        ([_cpu(6)], "slow", "Q4_K_M", "read from the disk again"),
        ([_cpu(0.5)], "too_large", "", "needs 15.8 GiB in main memory, but only 0.5 GiB are free"),
    ],
)
def test_an_8b_model_on_machines_of_all_sizes(
    original: GgufHeader, devices: list[DeviceInfo], verdict: str, proposed: str, sentence: str
) -> None:
    fit = fit_header(original, LoadConfig("/models/m.gguf", context=4096), devices)
    assert (fit.verdict, fit.proposed_quantisation) == (verdict, proposed)
    assert sentence in fit.sentence
    assert bool(fit.hint) == (verdict != "fits")
    assert [q.name for q in fit.quantisations] == ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0"]
    assert (fit.longest_context == 8192) == (verdict == "fits")


def test_a_card_for_a_part(original: GgufHeader) -> None:
    card = replace(CARD, memory_free=6 * GIB)
    fit = fit_header(original, LoadConfig("/models/m.gguf"), [_cpu(32), card])
    assert 0 < fit.gpu_layers < 33
    assert f"{fit.gpu_layers} of 33 layers" in fit.sentence
    layers = [q.gpu_layers for q in fit.quantisations]
    assert layers == sorted(layers)  # the smaller the weights, the more of them fit
    assert layers[-1] == 33


def test_the_engine_says_the_same(tmp_path: Path) -> None:
    path = make_tiny(tmp_path / "tiny.gguf")
    config = LoadConfig(str(path), context=512, threads=1)
    with Engine() as engine:
        before = fit_model(engine, config)
        trial = try_load(engine, config)
        after = fit_model(engine, config)
        with pytest.raises(UserFacingError, match="engine sees none"):
            fit_model(engine, replace(config, gpu_layers=ALL_LAYERS))
        fitting = replace(config, context=1 << 30)
        refused = fit_model(engine, fitting)
        assert refused.verdict == "too_large"
        with pytest.raises(UserFacingError, match="GiB in main memory") as fault:
            engine.load(fitting)
        assert fault.value.message.split(" in main")[0] == refused.sentence.split(" in main")[0]
    assert before.verdict == after.verdict == "fits"
    assert before.notes == trial.loaded.notes
    assert (before.gpu_layers, before.total_layers) == (0, trial.loaded.total_layers)
    assert trial.tokens_per_second > 0
    assert trial.prompt_tokens_per_second > 0
    assert {use.kind for use in trial.loaded.memory} == {"mapped", "cells", "compute"}


def test_models_by_id_and_by_path(tmp_path: Path) -> None:
    path = make_tiny(tmp_path / "tiny.gguf")
    with open_workspace(tmp_path / "ws") as ws:
        assert model_path(ws, str(path)) == path
        assert model_path(ws, str(tmp_path / "none.gguf")) == tmp_path / "none.gguf"
        with pytest.raises(UserFacingError, match="no model 'none'"):
            model_path(ws, "none")
        demo = demo_model_path()
        if demo is not None:
            assert model_path(ws, None) == model_path(ws, "demo") == demo


def test_a_smaller_context_is_proposed_only_where_it_makes_the_model_fit(
    original: GgufHeader,
) -> None:
    def fit(free: int, config: LoadConfig) -> tuple[str, str, str]:
        found = fit_header(original, config, [_cpu(free)])
        return found.kv_cache, found.verdict, found.proposed_kv_cache

    config = LoadConfig("/models/m.gguf", context=131_072)
    whole = fit_header(original, config, [_cpu(100)])
    assert [c.cells for c in whole.kv_caches] == [16 << 30, 17 << 29, 9 << 29]
    assert (whole.verdict, whole.proposed_kv_cache) == ("fits", "")
    assert fit(28, config) == ("f16", "slow", "q8_0")
    assert fit(23, config) == ("f16", "slow", "q4_0")
    assert fit(8, config) == ("f16", "too_large", "")
    assert fit(28, replace(config, kv_cache="q8_0")) == ("q8_0", "fits", "")
    with pytest.raises(UserFacingError, match="without flash attention"):
        fit(28, replace(config, kv_cache="q8_0", flash_attention="off"))
    assert fit(28, replace(config, flash_attention="off"))[2] == ""
