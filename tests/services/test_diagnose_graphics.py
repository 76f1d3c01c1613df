"""What the doctor says of cards and builds."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from medsdesk.engine.devices import DeviceInfo, EngineInfo
from medsdesk.engine.graphics_cards import Maker
from medsdesk.services.diagnose_graphics import build_name, graphics_state, install_line

CPU = DeviceInfo("CPU (a processor)", "cpu", 8, 4)
CARD = DeviceInfo("CUDA0 (a card)", "gpu", 8, 4)
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def _info(*builds: str, card: bool = False) -> EngineInfo:
    return EngineInfo("engine 1", "1", "", (CPU, CARD) if card else (CPU,), builds)


@pytest.mark.parametrize(
    ("info", "makers", "status", "detail", "hint"),
    [
        (_info("CUDA", "CPU", card=True), ["NVIDIA"], "ok", "CUDA0 (a card) (built for", ""),
        (_info("CPU"), ["NVIDIA"], "warn", "by NVIDIA, but the engine is built for CPU alone",
         "-DGGML_CUDA=ON"),
        (_info("CPU"), ["AMD"], "warn", "by AMD", "-DGGML_VULKAN=ON"),
        (_info("CPU"), ["Intel", "NVIDIA"], "warn", "by Intel", "-DGGML_VULKAN=ON"),
        (_info("CPU"), ["Apple"], "warn", "by Apple", "-DGGML_METAL=ON"),
        (_info("CUDA", "CPU"), ["NVIDIA"], "warn", "but it sees no card", "NVIDIA's driver"),
        (_info("Vulkan", "CPU"), ["Intel", "NVIDIA"], "warn", "but it sees no card", "Intel's"),
        (_info("CPU"), [], "warn", "built for CPU, sees no graphics card", "Nothing to do"),
        (_info(), [], "warn", "built for CPU", "Nothing to do"),
    ],
)  # fmt: skip
def test_states(info: EngineInfo, makers: list[Maker], status: str, detail: str, hint: str) -> None:
    state = graphics_state(info, makers)
    assert state.status == status
    assert detail in state.detail
    assert hint in state.hint
    assert bool(state.hint) == bool(hint)


def test_names() -> None:
    assert build_name(_info("MTL", "BLAS", "CPU")) == "Metal and BLAS and CPU"


@pytest.mark.parametrize("build", ["CUDA", "Vulkan", "MTL"])
def test_the_readme_has_the_same_lines(build: str) -> None:
    line = install_line(build)
    assert line in README
    assert shlex.split(line)[1:4] == ["uv", "pip", "install"]
