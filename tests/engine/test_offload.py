"""Layers on a graphics card, by the real llama.cpp: what packaging/vulkan_lane.sh runs.

Mesa's software driver counts as a card. It reads five tokens a second: prompts and answers are
short, and few of an answer's tokens are compared, since rounding differs from a processor's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.generation import GenerateConfig, Prompt
from medsdesk.core.model import ALL_LAYERS, AUTO_LAYERS, LoadConfig, LoadedModel
from medsdesk.engine.client import Engine
from medsdesk.engine.devices import EngineInfo
from medsdesk.engine.footprint import footprint
from medsdesk.engine.gguf import read_header

MakePrompt = Callable[..., Prompt]

pytestmark = [pytest.mark.gguf, pytest.mark.vulkan, pytest.mark.timeout(900)]

MIB = 1 << 20
TOTAL = 31  # layers of the demonstration model, the head counted as one
FEW = GenerateConfig(max_new_tokens=6)
# The small model is sure of these; where it is not, rounding already turns the text.
QUESTIONS = ("Count from one to ten.", "What is asthma?")
SOFTWARE = "llvmpipe"
TWICE = "GGML_VK_VISIBLE_DEVICES"


def _described() -> EngineInfo:
    with Engine() as engine:
        return engine.describe()


@pytest.fixture(scope="module")
def info() -> EngineInfo:
    """Return what the build says of itself; skip where there is no card and none was promised."""
    if not os.environ.get("LLAMA_CPP_LIB_PATH"):
        pytest.skip("LLAMA_CPP_LIB_PATH names no build for graphics cards")
    found = _described()
    if all(device.type != "gpu" for device in found.devices):
        if "MEDSDESK_VULKAN_LANE" in os.environ:
            pytest.fail(f"the build for {', '.join(found.builds)} sees no card")
        pytest.skip("the build that LLAMA_CPP_LIB_PATH names sees no graphics card")
    return found


@pytest.fixture(scope="module")
def engine(info: EngineInfo) -> Iterator[Engine]:
    with Engine() as made:
        yield made


@pytest.fixture
def two_cards(info: EngineInfo, monkeypatch: pytest.MonkeyPatch) -> EngineInfo:
    """Name the software driver twice, for engines that are started from now on."""
    if not any(SOFTWARE in device.name for device in info.devices):
        pytest.skip("a real card counts once, however often it is named")
    monkeypatch.setenv(TWICE, "0,0")
    return _described()


def _config(path: Path, gpu_layers: int) -> LoadConfig:
    return LoadConfig(str(path), context=256, gpu_layers=gpu_layers, threads=1, batch=64)


def _taken(loaded: LoadedModel, device: str) -> dict[str, int]:
    """Return bytes by kind that the native log names for a device."""
    return {use.kind: use.size for use in loaded.memory if use.device == device}


def _cards(loaded: LoadedModel) -> list[str]:
    return sorted({use.device for use in loaded.memory if use.device != "CPU" and use.size})


@pytest.mark.parametrize(
    ("asked", "layers"), [(ALL_LAYERS, TOTAL), (10, 10), (1, 1), (AUTO_LAYERS, TOTAL)]
)
def test_layers_lie_where_they_were_asked_for(
    engine: Engine, demo_model: Path, asked: int, layers: int
) -> None:
    loaded = engine.load(_config(demo_model, asked))
    assert (loaded.offloaded_layers, loaded.total_layers) == (layers, TOTAL)
    assert loaded.notes == ()
    assert ("CPU" in loaded.devices) == (layers < TOTAL)
    [card] = _cards(loaded)
    assert card in loaded.devices
    taken = _taken(loaded, card)
    assert taken["weights"] > 0
    assert (taken.get("cells", 0) > 0) == (layers > 1)  # the head keeps no cells


def test_no_layers_leave_the_card_alone(engine: Engine, demo_model: Path) -> None:
    loaded = engine.load(_config(demo_model, 0))
    assert (loaded.offloaded_layers, loaded.devices) == (0, ("CPU",))
    assert {use.device for use in loaded.memory} == {"CPU"}


def test_the_card_writes_what_the_processor_writes(
    engine: Engine, demo_model: Path, prompt: MakePrompt
) -> None:
    answers = []
    for layers in (0, 10, ALL_LAYERS):
        engine.load(_config(demo_model, layers))
        answers.append([engine.generate(prompt(words), FEW).text for words in QUESTIONS])
    assert answers[0] == answers[1] == answers[2]
    assert all(answers[0])


def test_two_slots_on_the_card(engine: Engine, demo_model: Path, prompt: MakePrompt) -> None:
    loaded = engine.load(replace(_config(demo_model, ALL_LAYERS), slots=2))
    assert loaded.offloaded_layers == TOTAL
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda words: engine.generate(prompt(words), FEW), QUESTIONS))
    assert all(one.complete and one.tokens for one in found)


@pytest.mark.parametrize("layers", [1, 10, TOTAL])
def test_the_footprint_is_what_the_log_says(
    info: EngineInfo, engine: Engine, demo_model: Path, layers: int
) -> None:
    config = _config(demo_model, layers)
    loaded = engine.load(config)
    _agree(info, config, loaded)


def test_two_cards_share_the_layers(
    two_cards: EngineInfo, demo_model: Path, prompt: MakePrompt
) -> None:
    config = _config(demo_model, TOTAL)
    with Engine() as engine:
        loaded = engine.load(config)
        assert engine.generate(prompt(QUESTIONS[0]), FEW).tokens
    assert loaded.offloaded_layers == TOTAL
    assert _cards(loaded) == ["Vulkan0", "Vulkan1"] == sorted(loaded.devices)
    _agree(two_cards, config, loaded)


def _agree(info: EngineInfo, config: LoadConfig, loaded: LoadedModel) -> None:
    made = footprint(read_header(Path(config.path)), config, info.devices, config.gpu_layers)
    assert made.gpu_layers == loaded.offloaded_layers
    for need in made.devices[1:]:
        taken = _taken(loaded, need.name.split(" (", 1)[0])
        # The log gives two decimals of a MiB.
        assert taken["weights"] == pytest.approx(need.weights, rel=0.001, abs=0.006 * MIB)
        assert taken.get("cells", 0) == pytest.approx(need.cells, rel=0.001, abs=0.006 * MIB)
        assert taken["compute"] <= need.compute + need.reserve


def test_the_doctor_names_the_card_and_the_build(info: EngineInfo, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "medsdesk", "--workspace", str(tmp_path), "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=300)
    told = json.loads(done.stdout)
    checks = {check["name"]: check for check in told["checks"]}
    names = [device.name for device in info.devices if device.type == "gpu"]
    assert [device["name"] for device in told["devices"] if device["type"] == "gpu"] == names
    assert checks["graphics"]["status"] == "ok"
    assert all(name in checks["graphics"]["detail"] for name in names)
    assert all(build in checks["engine"]["detail"] for build in info.builds if build != "MTL")
