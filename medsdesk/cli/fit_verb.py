"""The verb ``models fit``, and the option that says where layers go."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, REFUSED
from medsdesk.core.model import (
    ALL_LAYERS,
    AUTO_LAYERS,
    FLASH_ATTENTIONS,
    KV_CACHES,
    MOST_SLOTS,
)

if TYPE_CHECKING:
    from medsdesk.core.model import LoadConfig
    from medsdesk.services.fit_model import LoadTrial, ModelFit
    from medsdesk.store.workspace import Workspace

_WORDS = {"auto": AUTO_LAYERS, "all": ALL_LAYERS}
_KINDS = {
    "mapped": "weights, in the file",
    "weights": "weights",
    "cells": "context",
    "compute": "computing",
}
_VERDICTS = {"fits": "fits", "slow": "slow", "too_large": "too large"}


def models_fit(args: argparse.Namespace) -> int:
    """Say before loading what a model takes, whether it fits, and what would suit this machine."""
    from medsdesk.config.settings import load_settings
    from medsdesk.core.model import LoadConfig
    from medsdesk.services.fit_model import fit_model, model_path, try_load

    settings = load_settings()
    with (
        desk.workspace(desk.workspace_dir(args)) as ws,
        desk.engine() as engine,
        desk.stoppable() as cancel,
    ):
        config = LoadConfig(
            path=str(model_path(ws, args.model, cancel)),
            context=args.context or settings.context,
            gpu_layers=settings.gpu_layers if args.gpu_layers is None else args.gpu_layers,
            threads=settings.threads,
            slots=args.slots or 1,
            kv_cache=args.kv_cache or settings.kv_cache,
            flash_attention=args.flash_attention or settings.flash_attention,
        )
        fit = fit_model(engine, config)
        cost = _kv_cost(ws, config)
        if not args.json:
            _print(fit)
            if cost:
                show.OUT.write(f"\n{cost}")
        loads = args.load and fit.verdict != "too_large"
        trial = try_load(engine, config, cancel) if loads else None
    if args.json:
        show.document({"fit": fit, "trial": trial} if args.load else fit)
    elif trial is not None:
        _print_trial(trial)
    return REFUSED if fit.verdict == "too_large" else DONE


def _kv_cost(ws: Workspace, config: LoadConfig) -> str:
    """Return what the way to keep the context costs, for a model of the workspace."""
    from medsdesk.services.measure_fidelity import kv_cost
    from medsdesk.services.model_files import list_models

    model = next((m for m in list_models(ws) if m.path == config.path), None)
    return kv_cost(ws, model, config.kv_cache) if model else ""


def add_options(verb: argparse.ArgumentParser) -> None:
    """Add the options of ``models fit``."""
    verb.add_argument("model", nargs="?", metavar="M", help="id of a model, or path of a GGUF file")
    verb.add_argument("--context", type=_context, metavar="N", help="context size in tokens")
    verb.add_argument(
        "--slots", type=_slots, metavar="N", help="prompts answered at the same time; 1"
    )
    add_gpu_layers(verb)
    add_context_memory(verb)
    verb.add_argument(
        "--load", action="store_true", help="load it too: the real split, memory and tokens/s"
    )


def add_gpu_layers(verb: argparse.ArgumentParser) -> None:
    """Add the option that says how many layers go to a graphics card."""
    verb.add_argument(
        "--gpu-layers",
        type=_layers,
        metavar="N",
        help="layers on the graphics card: auto (as many as fit), all, or a number; 0 for the "
        "processor alone",
    )


def add_context_memory(verb: argparse.ArgumentParser) -> None:
    """Add the options that say how the context is kept and attended to."""
    verb.add_argument(
        "--kv-cache",
        choices=KV_CACHES,
        help="how the context is kept in memory: f16, or q8_0 or q4_0 in about a half or a quarter "
        "of it, which can change answers",
    )
    verb.add_argument(
        "--flash-attention",
        choices=FLASH_ATTENTIONS,
        help="saves memory and time where it is supported; auto lets the engine decide",
    )


def _print(fit: ModelFit) -> None:
    slots = f", {fit.slots} slots" if fit.slots > 1 else ""
    show.OUT.write(
        f"{fit.name}: {fit.quantisation}, {fit.parameters / 1e9:.2f} billion weights; context of "
        f"{fit.context:,} tokens{slots}, kept as {fit.kv_cache.upper()}\n"
    )
    rows = [
        (
            need.name, *map(_size, (need.weights, need.cells, need.compute, need.overhead)),
            _size(need.reserve), _size(need.needed), _size(need.free), _VERDICTS[need.verdict],
        )
        for need in fit.devices
    ]  # fmt: skip
    head = (
        "device", "weights", "context", "computing", "engine", "reserve", "together", "free", "",
    )  # fmt: skip
    show.table([head, *rows])
    show.OUT.write("")
    for line in (fit.sentence, fit.hint, *fit.notes):
        if line:
            show.OUT.write(line)
    _print_proposals(fit)


def _print_proposals(fit: ModelFit) -> None:
    if fit.longest_context:
        trained = " (that of the training)" if fit.longest_context == fit.context_train else ""
        show.OUT.write(f"Longest context that fits: {fit.longest_context:,} tokens{trained}.")
    if fit.fitting_slots > 1:
        show.OUT.write(
            f"Items best answered at the same time in an evaluation: {fit.fitting_slots} "
            "(--slots auto)."
        )
    show.OUT.write("\nWith the context kept otherwise (--kv-cache), which can change answers:\n")
    caches = [(c.name.upper(), _size(c.cells), _VERDICTS[c.verdict]) for c in fit.kv_caches]
    show.table([("kept as", "context", ""), *caches])
    if fit.proposed_kv_cache:
        show.OUT.write(
            f"\nIt would fit with --kv-cache {fit.proposed_kv_cache}; what that costs is measured "
            f"with: medsdesk models fidelity M --kv-cache {fit.proposed_kv_cache}"
        )
    show.OUT.write("\nQuantised anew from its original, at the same context:\n")
    rows = [
        (q.name, _size(q.weights), _VERDICTS[q.verdict], f"{q.gpu_layers} of {fit.total_layers}")
        for q in fit.quantisations
    ]
    show.table([("quantisation", "weights", "", "layers on the card"), *rows])
    if fit.proposed_quantisation:
        show.OUT.write(f"\nThe most faithful that fits: {fit.proposed_quantisation}.")


def _print_trial(trial: LoadTrial) -> None:
    loaded = trial.loaded
    show.OUT.write(
        f"\nLoaded in {loaded.seconds:.1f} s: {loaded.offloaded_layers} of {loaded.total_layers} "
        f"layers on a graphics card; reads {trial.prompt_tokens_per_second:.1f} and writes "
        f"{trial.tokens_per_second:.1f} tokens/s."
    )
    rows = [(use.device, _KINDS[use.kind], _size(use.size)) for use in loaded.memory]
    show.table([("device", "memory for", "taken"), *rows])
    for note in loaded.notes:
        show.OUT.write(note)


def _size(number: int) -> str:
    return f"{number / (1 << 30):.2f} GiB"


def _layers(word: str) -> int:
    if word in _WORDS:
        return _WORDS[word]
    if word.isascii() and word.isdecimal() and int(word) <= ALL_LAYERS:
        return int(word)
    raise argparse.ArgumentTypeError(f"'{word}' is not auto, all or a number of layers")


def _context(word: str) -> int:
    return _bounded(word, (1 << 31) - 1)


def _slots(word: str) -> int:
    return _bounded(word, MOST_SLOTS)


def _bounded(word: str, most: int) -> int:
    if word.isascii() and word.isdecimal() and 1 <= int(word) <= most:
        return int(word)
    raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {most}")
