"""Decides where a model's layers go before it is loaded: on cards, or on the processor, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import AUTO_LAYERS, LoadConfig
from medsdesk.engine.devices import DeviceInfo
from medsdesk.engine.footprint import DeviceNeed, Footprint, best_layers, footprint
from medsdesk.engine.gguf import GgufHeader
from medsdesk.engine.graphics_cards import makers
from medsdesk.engine.load_failures import memory_error

_T = TypeVar("_T")

NO_CARD: Final = (
    "The engine sees no graphics card, though this computer has one: the model runs on the "
    "processor."
)
_FULL_CARD: Final = (
    "Nothing of the model fits on the graphics card beside what is there already: it runs on the "
    "processor."
)
SLOW_NOTE: Final = (
    "There is less memory free than the model has weights: they are read from the disk again and "
    "again, which is slow."
)
_PROCESSOR: Final = "To run on the processor, which is slower, give --gpu-layers 0"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where layers go.

    Attributes:
        gpu_layers: Layers on graphics cards.
        footprint: What that takes.
        notes: What was decided, and why, a sentence each.
    """

    gpu_layers: int
    footprint: Footprint
    notes: tuple[str, ...] = ()


def place(header: GgufHeader, config: LoadConfig, devices: Sequence[DeviceInfo]) -> Placement:
    """Return where the layers of a model go; it need not fit.

    Raises:
        UserFacingError: A graphics card was asked for, and the engine sees none.
    """
    cards = any(device.type == "gpu" for device in devices)
    if config.gpu_layers == AUTO_LAYERS:
        layers = best_layers(header, config, devices)
        made = footprint(header, config, devices, layers)
        return Placement(layers, made, _auto_notes(made, cards=cards))
    if config.gpu_layers > 0 and not cards:
        raise UserFacingError(
            "Layers were asked for on a graphics card, but the engine sees none.",
            f"{_PROCESSOR}; 'medsdesk doctor' says what to install for a card.",
        )
    made = footprint(header, config, devices, config.gpu_layers)
    return Placement(made.gpu_layers, made)


def load_placed(
    header: GgufHeader,
    config: LoadConfig,
    devices: Sequence[DeviceInfo],
    load: Callable[[int], _T],
) -> tuple[_T, tuple[str, ...]]:
    """Load a model where it belongs; return what ``load`` returned, and what there is to say.

    Where the place was left to us and the card fails, the processor takes the model, and a
    sentence says so. Where a card was asked for, nothing else is tried.

    Args:
        header: Of the model's file.
        config: How to load it.
        devices: The processor first.
        load: Loads with so many layers on the graphics cards.

    Raises:
        UserFacingError: There is not the memory or no card, or ``load`` failed.
    """
    where = place(header, config, devices)
    _refuse_too_large(where.footprint, config)
    notes = (*where.notes, *_slow_notes(where.footprint))
    try:
        return load(where.gpu_layers), notes
    except UserFacingError as fault:
        if not where.gpu_layers:
            raise
        if config.gpu_layers != AUTO_LAYERS:
            raise UserFacingError(fault.message, f"{fault.hint} {_PROCESSOR}.") from fault
        why = f"The graphics card could not take the model ({fault.message.rstrip('.')})"
    alone = footprint(header, config, devices, 0)
    _refuse_too_large(alone, config)
    note = f"{why}: it runs on the processor."
    return load(0), (note, *_slow_notes(alone))


def _auto_notes(made: Footprint, *, cards: bool) -> tuple[str, ...]:
    if not cards:  # where the system shows none either, there is nothing to say
        return (NO_CARD,) if makers() else ()
    if not made.gpu_layers:
        return (_FULL_CARD,)
    if made.gpu_layers < made.total_layers:
        fit = f"{made.gpu_layers} of {made.total_layers} layers fit on the graphics card"
        return (f"{fit}; the processor computes the others.",)
    return ()


def _slow_notes(made: Footprint) -> tuple[str, ...]:
    if made.verdict != "slow":
        return ()
    return (SLOW_NOTE,)


def _refuse_too_large(made: Footprint, config: LoadConfig) -> None:
    lacking = [need for need in made.devices if need.verdict == "too_large"]
    if lacking:
        worst: DeviceNeed = min(lacking, key=lambda need: need.free - need.needed)
        raise memory_error(worst, config)
