"""A model file, how to load it, and what a loaded one says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from medsdesk.core.server import ServerAddress, is_address, read_address

MOST_SLOTS = 64
"""Prompts that can be answered at the same time."""
AUTO_SLOTS = 0
"""As many of them as suit the machine."""

Keeping = Literal["referenced", "copied", "downloaded"]
KvCache = Literal["f16", "q8_0", "q4_0"]
"""How keys and values of the context are kept, by llama.cpp's names for its types."""
KV_CACHES: tuple[KvCache, ...] = ("f16", "q8_0", "q4_0")
"""The most faithful first."""
FlashAttention = Literal["auto", "on", "off"]
"""Attention without its whole table in memory; ``auto``: where llama.cpp finds it supported."""
FLASH_ATTENTIONS: tuple[FlashAttention, ...] = ("auto", "on", "off")
AUTO_LAYERS = -1
"""As many layers on the graphics card as fit there; all on the processor where there is none."""
ALL_LAYERS = 10_000
"""All layers on the graphics card, or the load is refused; more than any model has."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file known to the workspace, or a model that a server on the site's network holds.

    Of a server's model there is no file: fingerprint and architecture are empty, size and
    parameters 0, the quantisation ``unknown``, and the context is the server's, 0 where it does
    not tell.

    Attributes:
        id: Short name, unique in the workspace, such as ``mmeds-llama-3-8b-q4-k-m``.
        name: Name for people, from the file's own header where it has one.
        path: Absolute path; of a server's model its address and, behind ``#``, its id there.
        sha256: Of the whole file.
        size_bytes: Of the file.
        architecture: ``general.architecture`` of the header, such as ``llama``.
        quantisation: File type in words, such as ``Q4_K_M``.
        parameters: Weights counted from the tensor shapes.
        context_train: Longest context the model was trained on, in tokens.
        is_demo: Whether it is the demonstration model, which is no medical model.
        added_at: UTC time.
        modified_ns: When the file was last written to, as seen when its content was last found to
            be right; 0 where that was not noted.
        inode: The file's number in its file system, likewise; empty where not noted.
        keeping: Whether it lies where the user put it, or MedsDesk copied or downloaded it.
        origin: Where it came from, as ``repository@commit:path``; empty where nobody knows.
    """

    id: str
    name: str
    path: str
    sha256: str
    size_bytes: int
    architecture: str
    quantisation: str
    parameters: int
    context_train: int
    is_demo: bool
    added_at: str
    modified_ns: int = 0
    inode: str = ""
    keeping: Keeping = "referenced"
    origin: str = ""

    @property
    def title(self) -> str:
        """Name for people, with how it is quantised where that is known."""
        return self.name if self.server is not None else f"{self.name} {self.quantisation}"

    @property
    def server(self) -> ServerAddress | None:
        """The server that holds it; None for a file."""
        return read_address(self.path) if is_address(self.path) else None


@dataclass(frozen=True, slots=True)
class LoadConfig:
    """How to load a model.

    Attributes:
        path: The GGUF file, or a server's address with the id of its model behind ``#``.
        context: Context size in tokens, prompt and answer together; a server has its own.
        gpu_layers: Layers to put on a graphics card, ``AUTO_LAYERS`` for as many as fit. A load
            that asks for some, or ``ALL_LAYERS``, is refused where there is no card.
        threads: Threads to compute with; 0 for as many as there are physical cores.
        batch: Most tokens evaluated at a time.
        slots: Prompts answered at the same time, each with a context of this size. With one,
            an answer depends on nothing but its prompt; with more, rounding depends on what
            is computed together, and answers may come out in other words.
        reuse: Whether the beginning that a prompt has in common with the one before is kept;
            it saves time and changes no answer.
        draft: Whether the next words of an answer are guessed from its prompt and checked
            several at a time; it saves time where answers copy from the text. Rounding then
            depends on how many were guessed, and an answer may come out in other words.
        build: Name of the engine's build that is to compute, ``installed`` for the one that comes
            along; empty for the one that the settings choose.
        kv_cache: How keys and values of the context are kept. Less than ``f16`` takes less
            memory, can change answers, and needs flash attention. A server has its own.
        flash_attention: Whether attention is computed so; a server decides for itself.
        choices: Whether the likelihood of given answers can be asked for beside an answer. It is
            computed when the answer has ended and changes nothing in it. A server cannot.
    """

    path: str
    context: int = 4096
    gpu_layers: int = AUTO_LAYERS
    threads: int = 0
    batch: int = 256
    slots: int = 1
    reuse: bool = True
    draft: bool = False
    build: str = ""
    kv_cache: KvCache = "f16"
    flash_attention: FlashAttention = "auto"
    choices: bool = False


MemoryKind = Literal["mapped", "weights", "cells", "compute"]


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Memory that the native library said it took.

    Attributes:
        device: Its name for the device, such as ``CPU`` or ``CUDA0``.
        kind: ``mapped`` are weights that stay in the file, ``weights`` those that were copied;
            ``cells`` of the context, or ``compute``.
        size: Bytes.
    """

    device: str
    kind: MemoryKind
    size: int


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """What a loaded model reports.

    Attributes:
        context: Context size in use, in tokens; 0 where a server does not tell it.
        chat_template: ``llama3`` (our own), ``gguf`` (the file's own), ``plain`` (none) or
            ``server`` (the server's own).
        chat_template_sha256: Of the template's text.
        devices: Names of the devices that hold layers.
        offloaded_layers: Layers on a GPU.
        total_layers: Layers of the model.
        engine: Backend name and version.
        seconds: Load time.
        notes: What was decided at the load, and why, a sentence each.
        memory: What the native library took of each device.
        served: The id by which a server knows it; empty for a file.
        build: Name of the engine's build that computes; empty for the one installed.
        flash_attention: Whether attention is computed so; None where the engine does not tell.
    """

    context: int
    chat_template: str
    chat_template_sha256: str
    devices: tuple[str, ...]
    offloaded_layers: int
    total_layers: int
    engine: str
    seconds: float
    notes: tuple[str, ...] = ()
    memory: tuple[MemoryUse, ...] = ()
    served: str = ""
    build: str = ""
    flash_attention: bool | None = None
