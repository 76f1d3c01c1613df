"""Say which build of the engine is in use, which cards it sees, and what to install for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from medsdesk.engine.devices import EngineInfo
from medsdesk.engine.graphics_cards import Maker

# llama.cpp's names of what it was built for, by maker; the first is what we propose.
_BUILDS: Final[Mapping[Maker, tuple[str, ...]]] = {
    "NVIDIA": ("CUDA", "Vulkan"),
    "AMD": ("Vulkan", "ROCm"),
    "Intel": ("Vulkan", "SYCL"),
    "Apple": ("MTL",),
}
_FLAGS: Final = {"CUDA": "GGML_CUDA", "Vulkan": "GGML_VULKAN", "MTL": "GGML_METAL"}
_NAMES: Final = {"MTL": "Metal", "BLAS": "BLAS"}
_DRIVERS: Final[Mapping[Maker, str]] = {
    "NVIDIA": "Install or update NVIDIA's driver",
    "AMD": "Install or update AMD's driver and the Vulkan loader",
    "Intel": "Install or update Intel's driver and the Vulkan loader",
    "Apple": "Update macOS",
}


@dataclass(frozen=True, slots=True)
class GraphicsState:
    """What there is to say of graphics cards.

    Attributes:
        status: ``warn`` where a card lies idle, or none is seen.
        detail: What is seen.
        hint: What to do; empty where nothing is wanting.
    """

    status: Literal["ok", "warn"]
    detail: str
    hint: str


def build_name(info: EngineInfo) -> str:
    """Return what the engine was built for, such as ``CPU and Vulkan``."""
    names = [_NAMES.get(name, name) for name in info.builds] or ["CPU"]
    return " and ".join(names)


def install_line(build: str) -> str:
    """Return the command that builds the engine for a kind of card; the README explains it."""
    flags = f"-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF -D{_FLAGS[build]}=ON"
    return f'CMAKE_ARGS="{flags}" uv pip install --reinstall --no-cache --no-deps llama-cpp-python'


def graphics_state(info: EngineInfo, makers: Sequence[Maker]) -> GraphicsState:
    """Compare the cards that the engine sees with those that the system shows.

    Args:
        info: What the engine says of itself.
        makers: Of the cards in the machine.
    """
    seen = [device.name for device in info.devices if device.type == "gpu"]
    if seen:
        return GraphicsState("ok", f"{', '.join(seen)} (built for {build_name(info)})", "")
    for maker in makers:
        able = [build for build in _BUILDS[maker] if build in info.builds]
        if able:
            return GraphicsState(
                "warn",
                f"There is a graphics card by {maker}, and the engine is built for "
                f"{build_name(info)}, but it sees no card: models run on the processor.",
                f"{_DRIVERS[maker]}, then run the doctor again.",
            )
    if makers:
        return GraphicsState(
            "warn",
            f"There is a graphics card by {makers[0]}, but the engine is built for "
            f"{build_name(info)} alone: models run on the processor.",
            f"For the card: {install_line(_BUILDS[makers[0]][0])} (see 'Graphics cards' in the "
            "README).",
        )
    return GraphicsState(
        "warn",
        f"The engine, built for {build_name(info)}, sees no graphics card, and the system shows "
        "none; models run on the processor.",
        "Nothing to do, unless there is a card: see 'Graphics cards' in the README.",
    )
