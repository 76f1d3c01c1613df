"""What the engine's child process says of its build and of the machine's devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DeviceType = Literal["cpu", "gpu"]


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """One device that can compute.

    Attributes:
        name: As the engine calls it, with its maker's description.
        type: Processor or graphics card.
        memory_total: Bytes.
        memory_free: Bytes available now.
        shares_memory: Whether it is a card that takes its memory from the processor's.
    """

    name: str
    type: DeviceType
    memory_total: int
    memory_free: int
    shares_memory: bool = False


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """A backend's build and its devices.

    Attributes:
        engine: Backend name and version.
        llama_version: Version of the native library; empty where there is none.
        cpu_features: The instruction sets the library uses, as it prints them.
        devices: Processor first.
        builds: What it was built to compute with, such as ``CPU`` and ``CUDA``.
    """

    engine: str
    llama_version: str
    cpu_features: str
    devices: tuple[DeviceInfo, ...]
    builds: tuple[str, ...] = ()
