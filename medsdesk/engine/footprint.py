"""How much memory a model takes on which device, from its file's header alone.

Weights and the cells of the context follow llama.cpp to the byte. Its buffers for computing are
estimated: of 396 dry loads of 78 shapes, 307 came within half a per cent, and those with more
than a tenth too little had shapes that no model known to us has; at most a quarter was missing.
So a quarter is kept free on top. What was computed is held against llama.cpp's own log by tests.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final, Literal

from medsdesk.core.model import LoadConfig
from medsdesk.engine.devices import DeviceInfo, DeviceType
from medsdesk.engine.gguf import GgufHeader
from medsdesk.engine.gguf_tensors import Tensor
from medsdesk.engine.kv_cache import cell_bytes
from medsdesk.engine.weighing import CHOICE_SEQUENCES

Verdict = Literal["fits", "slow", "too_large"]
"""``slow``: what is missing are weights that stay in the file and are read again and again."""

_F16: Final = 2
_F32: Final = 4
_CELLS_ROUNDED_TO: Final = 256
_COMPUTE_ERROR: Final = 0.26
# Measured on a processor: 8 answers at a time are as fast as 16 or faster, and take less.
_SLOTS: Final = (8, 4, 2)
# The child with its libraries, and for each word of the vocabulary what llama.cpp and the child
# remember of it; a card's driver takes memory of its own.
_PROCESS_BYTES: Final = 100 << 20
_WORD_BYTES: Final = 400
_DRIVER_BYTES: Final = 400 << 20
# Types that llama.cpp copies into another order where that is faster on the processor; the copy
# cannot be dropped and read again: Q4_0, Q8_0, Q2_K, Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4, Q1_0.
_REPACKED: Final = frozenset((2, 8, 10, 12, 13, 14, 20, 39, 40))


@dataclass(frozen=True, slots=True)
class DeviceNeed:
    """What a model takes on one device, in bytes.

    Attributes:
        name: Of the device.
        type: Processor or graphics card.
        weights: Of the layers on it.
        cells: Keys and values of the whole context.
        compute: Buffers for computing a batch.
        overhead: Of the engine's process, its vocabulary and the driver.
        reserve: Kept free, for what the estimate may lack.
        droppable: The part of the weights that can be dropped and read again.
        free: What is free on the device.
    """

    name: str
    type: DeviceType
    weights: int
    cells: int
    compute: int
    overhead: int
    reserve: int
    droppable: int
    free: int

    @property
    def needed(self) -> int:
        """Everything together."""
        return self.weights + self.cells + self.compute + self.overhead + self.reserve

    @property
    def verdict(self) -> Verdict:
        """Whether it fits."""
        if self.needed <= self.free:
            return "fits"
        return "slow" if self.needed - self.droppable <= self.free else "too_large"


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a model takes, loaded in one way.

    Attributes:
        gpu_layers: Layers on graphics cards, the head counted as one.
        total_layers: All of them.
        devices: The processor first.
    """

    gpu_layers: int
    total_layers: int
    devices: tuple[DeviceNeed, ...]

    @property
    def tightest(self) -> DeviceNeed:
        """The device on which the most is missing, or the least is left."""
        return min(self.devices, key=lambda device: device.free - device.needed)

    @property
    def verdict(self) -> Verdict:
        """Whether it fits on all of them."""
        order: tuple[Verdict, ...] = ("fits", "slow", "too_large")
        return max((device.verdict for device in self.devices), key=order.index)


def batch_of(config: LoadConfig) -> int:
    """Return the most tokens that are computed at a time."""
    return max(1, config.slots, min(config.batch, config.context))


def sequences_of(config: LoadConfig) -> int:
    """Return how many sequences the context holds: the slots', what they share, and choices."""
    return config.slots + 1 + (CHOICE_SEQUENCES if config.choices else 0)


def footprint(
    header: GgufHeader, config: LoadConfig, devices: Sequence[DeviceInfo], gpu_layers: int
) -> Footprint:
    """Return what a model takes with so many layers on the graphics cards.

    Args:
        header: Of its file.
        config: How it is to be loaded; its own ``gpu_layers`` are not looked at.
        devices: The processor first; memory that is free on each.
        gpu_layers: From 0 to ``total_layers``; more count as all.
    """
    total = header.shape.layers + 1
    cards = [device for device in devices if device.type == "gpu"]
    gpu_layers = min(gpu_layers, total) if cards else 0
    homes = _homes(total, gpu_layers, cards)
    parts = _Parts(header, config)
    needs = [
        _with_compute(parts, parts.on(number, device, homes), holds=number in homes)
        for number, device in enumerate((devices[0], *cards))
    ]
    return Footprint(gpu_layers, total, tuple(_sharing(needs, (devices[0], *cards))))


def best_layers(header: GgufHeader, config: LoadConfig, devices: Sequence[DeviceInfo]) -> int:
    """Return the most layers that fit on the graphics cards; 0 where none do."""
    if all(device.type != "gpu" for device in devices):
        return 0
    for layers in range(header.shape.layers + 1, 0, -1):
        made = footprint(header, config, devices, layers)
        if all(need.verdict == "fits" for need in made.devices if need.type == "gpu"):
            return layers
    return 0


def longest_context(
    header: GgufHeader, config: LoadConfig, devices: Sequence[DeviceInfo], gpu_layers: int
) -> int:
    """Return the longest context that fits, up to that of the training; 0 where none does."""
    low, high = 0, max(header.context_train, 0) // _CELLS_ROUNDED_TO
    while low < high:
        middle = (low + high + 1) // 2
        asked = replace(config, context=middle * _CELLS_ROUNDED_TO)
        if footprint(header, asked, devices, gpu_layers).verdict == "fits":
            low = middle
        else:
            high = middle - 1
    return low * _CELLS_ROUNDED_TO


def fitting_slots(
    header: GgufHeader, config: LoadConfig, devices: Sequence[DeviceInfo], gpu_layers: int
) -> int:
    """Return how many prompts are best answered at the same time: up to 8, as many as fit."""
    for slots in _SLOTS:
        made = footprint(header, replace(config, slots=slots), devices, gpu_layers)
        if made.verdict == "fits":
            return slots
    return 1


def _homes(total: int, gpu_layers: int, cards: Sequence[DeviceInfo]) -> list[int]:
    """Return for each layer the number of its device, 0 for the processor; as llama.cpp does."""
    first = total - gpu_layers
    shares = list(accumulate(card.memory_free for card in cards))
    homes = [0] * first
    for layer in range(gpu_layers):
        part = layer / gpu_layers * (shares[-1] or 1)
        homes.append(1 + min(bisect_right(shares, part), len(cards) - 1))
    return homes


class _Parts:
    """The parts of a model that lie on devices.

    Args:
        header: Of its file.
        config: How it is to be loaded.
    """

    def __init__(self, header: GgufHeader, config: LoadConfig) -> None:
        self.shape = header.shape
        self._input: list[Tensor] = []
        self._layers: list[list[Tensor]] = [[] for _ in range(self.shape.layers + 1)]
        for tensor in header.tensors:
            self._list_of(tensor.name).append(tensor)
        embedding = next((t for t in self._input if t.name == "token_embd.weight"), None)
        self.words = embedding.dimensions[-1] if embedding else 0
        tied = not any(t.name == "output.weight" for t in self._layers[-1])
        self._tied = embedding.size if embedding and tied else 0
        cells = config.context * config.slots
        self._cells = -(-cells // _CELLS_ROUNDED_TO) * _CELLS_ROUNDED_TO
        self._kv_cache, self._flash = config.kv_cache, config.flash_attention != "off"
        self._sequences = sequences_of(config)
        self._batch = max(batch_of(config), self._sequences)
        self._choices = config.choices

    def on(self, number: int, device: DeviceInfo, homes: Sequence[int]) -> DeviceNeed:
        """Return the need on a device, without compute buffers."""
        mine = [layer for layer, home in enumerate(homes) if home == number]
        tensors = [tensor for layer in mine for tensor in self._layers[layer]]
        here = list(tensors) if number else [*self._input, *tensors]
        weights = sum(tensor.size for tensor in here)
        if number and homes[-1] == number:
            weights += self._tied
        widths = self.shape.kv_widths
        kept = [widths[layer] for layer in mine if layer < len(widths)]
        cells = sum(cell_bytes(width, self._kv_cache) for width in kept)
        stays = [t for t in here if t.kind not in _REPACKED] if number == 0 else []
        return DeviceNeed(
            name=device.name,
            type=device.type,
            weights=weights,
            cells=cells * self._cells,
            compute=0,
            overhead=self._overhead(number),
            reserve=0,
            droppable=sum(tensor.size for tensor in stays),
            free=device.memory_free,
        )

    def compute(self) -> int:
        """Return the estimate of a device's buffers: the head's need, or a block's.

        Without flash attention every head has its table of the whole context; a quantised type
        is turned before it is kept, which takes a row more.
        """
        width, inner = self.shape.width, self.shape.inner
        head = self.words + 2 * width + width * (self._kv_cache != "f16")
        block = 3 * inner + 4 * width + self._cells * _F16 // _F32
        if not self._flash:
            table = (self.shape.heads + 1) * self._cells
            block = max(block, table + 5 * width + max(self.shape.kv_widths, default=0))
        return self._batch * _F32 * max(head, block)

    def _overhead(self, number: int) -> int:
        if number:
            return _DRIVER_BYTES
        # Every word of a choice is asked for; beside them, the last of each sequence.
        rows = max(self._sequences, self._batch * self._choices)
        outputs = rows * self.words * _F32
        return _PROCESS_BYTES + self.words * _WORD_BYTES + outputs

    def _list_of(self, name: str) -> list[Tensor]:
        if name.startswith("blk."):
            number = name[4:].split(".", 1)[0]
            if number.isdecimal() and len(number) < 6 and int(number) < self.shape.layers:
                return self._layers[int(number)]
        return self._layers[-1] if name.startswith("output") else self._input


def _with_compute(parts: _Parts, need: DeviceNeed, *, holds: bool) -> DeviceNeed:
    if not holds:
        unused = need.type == "gpu"
        return replace(need, overhead=0) if unused else need
    compute = parts.compute()
    return replace(need, compute=compute, reserve=round(compute * _COMPUTE_ERROR))


def _sharing(needs: Sequence[DeviceNeed], devices: Sequence[DeviceInfo]) -> Iterator[DeviceNeed]:
    """Yield the needs; a card without memory of its own leaves the processor less."""
    taken = sum(n.needed for n, d in zip(needs, devices, strict=True) if d.shares_memory)
    processor, *cards = needs
    yield replace(processor, free=max(0, processor.free - taken))
    yield from cards
