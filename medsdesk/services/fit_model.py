"""Say before a model is loaded what it takes, where, and what would suit this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import AUTO_SLOTS, KV_CACHES, KvCache, LoadConfig, LoadedModel
from medsdesk.core.server import is_address
from medsdesk.engine.devices import DeviceInfo
from medsdesk.engine.footprint import (
    DeviceNeed,
    Footprint,
    Verdict,
    best_layers,
    fitting_slots,
    footprint,
    longest_context,
)
from medsdesk.engine.gguf import GgufHeader, read_header
from medsdesk.engine.kv_cache import can_be_kept, check_kv_cache
from medsdesk.engine.load_failures import memory_error
from medsdesk.engine.placement import SLOW_NOTE, place
from medsdesk.engine.quantised_sizes import FORMS, QUANTISATIONS, requantised
from medsdesk.services.model_files import choose_model, list_models
from medsdesk.services.onsite_models import check_has_file

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.engine.client import Engine
    from medsdesk.services.evaluation_plan import EvaluationPlan
    from medsdesk.store.workspace import Workspace

SERVER_SLOTS = 8
_TRIAL_TOKENS = 32
_TRIAL = "Count from one to fifty in words, each number on a line of its own. " * 8
_UPPER_BOUND = (
    "This kind of model keeps less of each token than is counted here: the figure for the context "
    "is an upper bound."
)
_WINDOW = (
    "The model looks back {window:,} tokens in some layers; its context is kept whole all the "
    "same, for what prompts have in common."
)


@dataclass(frozen=True, slots=True)
class QuantisationFit:
    """How the model would fit in another quantisation, made from its original.

    Attributes:
        name: Such as ``Q4_K_M``.
        weights: Bytes of its weights.
        verdict: Whether it fits, at the same context and slots.
        gpu_layers: Layers that fit on the graphics cards.
    """

    name: str
    weights: int
    verdict: Verdict
    gpu_layers: int


@dataclass(frozen=True, slots=True)
class KvCacheFit:
    """How the model would fit with its context kept in another way.

    Attributes:
        name: Such as ``q8_0``.
        cells: Bytes of the context, on all devices.
        verdict: Whether it fits, at the same context, slots and layers.
    """

    name: KvCache
    cells: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ModelFit:
    """What a model takes here and now, and what is proposed.

    Attributes:
        name: Of the model.
        path: Of its file.
        quantisation: Of its file.
        parameters: Weights.
        context: Tokens asked for, in each slot.
        slots: Prompts answered at the same time.
        gpu_layers: Layers on graphics cards: asked for, or the most that fit.
        total_layers: All layers, the head counted as one.
        verdict: Whether it fits.
        sentence: The verdict for people.
        hint: What to do where it does not fit; else empty.
        devices: What it takes on each device, the processor first.
        longest_context: Longest context for each slot that fits, up to that of the training.
        fitting_slots: Prompts best answered at the same time, at this context.
        context_train: Longest context in training; 0 where the file does not say.
        quantisations: Others, the most faithful first.
        proposed_quantisation: The most faithful that fits; empty where none does.
        notes: What else there is to know, a sentence each.
        kv_cache: How the context is kept.
        kv_caches: All ways that suit the model, the most faithful first.
        proposed_kv_cache: The most faithful smaller one that makes it fit; empty where it fits
            as it is, or none does. It is never chosen by itself.
    """

    name: str
    path: str
    quantisation: str
    parameters: int
    context: int
    slots: int
    gpu_layers: int
    total_layers: int
    verdict: Verdict
    sentence: str
    hint: str
    devices: tuple[DeviceNeed, ...]
    longest_context: int
    fitting_slots: int
    context_train: int
    quantisations: tuple[QuantisationFit, ...]
    proposed_quantisation: str
    notes: tuple[str, ...]
    kv_cache: KvCache = "f16"
    kv_caches: tuple[KvCacheFit, ...] = ()
    proposed_kv_cache: KvCache | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class LoadTrial:
    """What a model that was loaded for a trial showed.

    Attributes:
        loaded: What it says of itself: layers on cards, memory by device, seconds.
        prompt_tokens_per_second: Of reading a prompt.
        tokens_per_second: Of writing an answer.
    """

    loaded: LoadedModel
    prompt_tokens_per_second: float
    tokens_per_second: float


def model_path(ws: Workspace, id_or_path: str | None, cancel: CancelToken | None = None) -> Path:
    """Return the file of the model meant; a file need not have been added.

    Raises:
        UserFacingError: There is no such model, or none at all.
    """
    if id_or_path and id_or_path not in {model.id for model in list_models(ws)}:
        path = Path(id_or_path).expanduser()
        if path.is_file() or path.suffix.lower() == ".gguf":
            return path.resolve()
    model = choose_model(ws, id_or_path, cancel=cancel)
    check_has_file(model)
    return Path(model.path)


def fit_model(engine: Engine, config: LoadConfig) -> ModelFit:
    """Return what a model takes, from its file's header and the memory that is free now.

    A model that the engine holds counts as gone, since a load takes its place.

    Raises:
        UserFacingError: The file is no model, the engine cannot be used, or a graphics card was
            asked for and there is none.
    """
    header = read_header(Path(config.path))
    return fit_header(header, config, _devices(engine))


def fit_header(header: GgufHeader, config: LoadConfig, devices: Sequence[DeviceInfo]) -> ModelFit:
    """Return what a model takes on given devices, the processor first.

    Raises:
        UserFacingError: Its context cannot be kept in the way asked for, or a graphics card was
            asked for and there is none.
    """
    check_kv_cache(header.shape, config)
    where = place(header, config, devices)
    others = tuple(_quantisation(header, name, config, devices) for name in QUANTISATIONS)
    caches = _kv_caches(header, config, devices, where.gpu_layers)
    sentence, hint = _sentence(where.footprint, config)
    return ModelFit(
        name=header.name or Path(config.path).stem,
        path=config.path,
        quantisation=header.quantisation,
        parameters=header.parameters,
        context=config.context,
        slots=config.slots,
        gpu_layers=where.gpu_layers,
        total_layers=where.footprint.total_layers,
        verdict=where.footprint.verdict,
        sentence=sentence,
        hint=hint,
        devices=where.footprint.devices,
        longest_context=longest_context(header, config, devices, where.gpu_layers),
        fitting_slots=fitting_slots(header, config, devices, where.gpu_layers),
        context_train=header.context_train,
        quantisations=others,
        proposed_quantisation=next((q.name for q in others if q.verdict == "fits"), ""),
        notes=(*where.notes, *_notes(header)),
        kv_cache=config.kv_cache,
        kv_caches=caches,
        proposed_kv_cache=_proposed(caches, config, where.footprint.verdict),
    )


def choose_slots(engine: Engine, config: LoadConfig) -> int:
    """Return how many items are best answered at the same time on this machine.

    A server shares its own memory out; it is asked for 8 at a time.

    Raises:
        UserFacingError: The file is no model, or the engine cannot be used.
    """
    if is_address(config.path):
        return SERVER_SLOTS
    return fit_model(engine, config).fitting_slots


def with_slots(plan: EvaluationPlan, engine: Engine) -> EvaluationPlan:
    """Return a plan whose slots are a number, chosen for this machine where none was given.

    Raises:
        UserFacingError: The file is no model, or the engine cannot be used.
    """
    if plan.slots != AUTO_SLOTS:
        return plan
    return replace(plan, slots=choose_slots(engine, replace(plan, slots=1).load_config))


def fit_forms(engine: Engine, config: LoadConfig) -> tuple[GgufHeader, tuple[QuantisationFit, ...]]:
    """Return a model's header, and how it would fit in each form, the most faithful first.

    Raises:
        UserFacingError: The file is no model, or the engine cannot be used.
    """
    header = read_header(Path(config.path))
    devices = _devices(engine)
    return header, tuple(_quantisation(header, name, config, devices) for name in FORMS)


def try_load(engine: Engine, config: LoadConfig, cancel: CancelToken | None = None) -> LoadTrial:
    """Load a model and let it write a little, to see where it lies and how fast it is.

    Raises:
        UserFacingError: It cannot be loaded.
        CancelledError: Stopped.
    """
    loaded = engine.load(config, cancel)
    prompt = Prompt((Message("system", "Answer."), Message("user", _TRIAL)), "trial", 1, 0)
    generate = GenerateConfig(max_new_tokens=_TRIAL_TOKENS, overflow="cut_left")
    done = engine.generate(prompt, generate, cancel=cancel)
    writing = done.seconds - done.prompt_seconds
    return LoadTrial(
        loaded=loaded,
        prompt_tokens_per_second=_rate(done.prompt_tokens, done.prompt_seconds),
        tokens_per_second=_rate(done.tokens - 1, writing),
    )


def _rate(count: int, seconds: float) -> float:
    return round(count / seconds, 2) if count > 0 and seconds > 0 else 0.0


def _devices(engine: Engine) -> tuple[DeviceInfo, ...]:
    """Return the devices with what will be free on them when another model is loaded."""
    held = engine.loaded.memory if engine.loaded is not None else ()
    found = []
    for device in engine.describe().devices:
        name = device.name.split(" (", 1)[0]
        back = sum(use.size for use in held if use.device == name and use.kind != "mapped")
        free = min(device.memory_total, device.memory_free + back)
        found.append(replace(device, memory_free=free))
    return tuple(found)


def _quantisation(
    header: GgufHeader, name: str, config: LoadConfig, devices: Sequence[DeviceInfo]
) -> QuantisationFit:
    made = requantised(header, name)
    layers = best_layers(made, config, devices)
    where = place(made, replace(config, gpu_layers=layers), devices)
    weights = sum(tensor.size for tensor in made.tensors)
    return QuantisationFit(name, weights, where.footprint.verdict, layers)


def _kv_caches(
    header: GgufHeader, config: LoadConfig, devices: Sequence[DeviceInfo], layers: int
) -> tuple[KvCacheFit, ...]:
    found = []
    for name in KV_CACHES:
        if (name != "f16" and config.flash_attention == "off") or not can_be_kept(
            header.shape, name
        ):
            continue
        made = footprint(header, replace(config, kv_cache=name), devices, layers)
        found.append(KvCacheFit(name, sum(need.cells for need in made.devices), made.verdict))
    return tuple(found)


def _proposed(
    caches: Sequence[KvCacheFit], config: LoadConfig, verdict: Verdict
) -> KvCache | Literal[""]:
    if verdict == "fits":
        return ""
    smaller = KV_CACHES[KV_CACHES.index(config.kv_cache) + 1 :]
    return next((c.name for c in caches if c.name in smaller and c.verdict == "fits"), "")


def _sentence(made: Footprint, config: LoadConfig) -> tuple[str, str]:
    if made.verdict == "too_large":
        error = memory_error(made.tightest, config)
        return error.message, error.hint
    if made.verdict == "slow":
        return SLOW_NOTE, "Choose a smaller quantisation, or close other programs."
    if not made.gpu_layers:
        return "It fits, on the processor.", ""
    if made.gpu_layers == made.total_layers:
        return f"It fits, with all {made.total_layers} layers on the graphics card.", ""
    share = f"{made.gpu_layers} of {made.total_layers} layers on the graphics card"
    return f"It fits, with {share} and the others on the processor.", ""


def _notes(header: GgufHeader) -> tuple[str, ...]:
    bound = () if header.shape.kv_exact else (_UPPER_BOUND,)
    window = header.shape.window
    return (*bound, *((_WINDOW.format(window=window),) if window else ()))
