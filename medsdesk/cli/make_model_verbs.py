"""The verbs that make models and measure them: ``models convert``, ``quantize``, ``fidelity``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE
from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import KV_CACHES

if TYPE_CHECKING:
    from medsdesk.core.made_model import Estimate, Fidelity
    from medsdesk.core.model import KvCache
    from medsdesk.services.making_events import Progress

Verb = Callable[[argparse.Namespace], int]

_LINE_SECONDS = 10  # between lines of progress, where there is no terminal to keep one up to date
_TYPES = ("f16", "bf16", "f32")
_FORMS = ("f16", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q4_0")
_STAGES = {
    "looking": "Looking at the checkpoint",
    "writing": "Writing",
    "quantising": "Quantising",
    "checking": "Comparing its tokens with those of transformers",
    "fingerprinting": "Fingerprinting",
    "measuring": "Reading the text with both",
}
_UNITS = {"quantising": "tensors", "measuring": "tokens"}


class Group(Protocol):
    """The verbs below ``models``."""

    def verb(self, name: str, action: Verb) -> argparse.ArgumentParser:
        """Add one."""
        ...


def add_verbs(models: Group) -> None:
    """Add the verbs of this module with their options."""
    convert = models.verb("convert", models_convert)
    convert.add_argument("folder", metavar="DIR", help="a checkpoint with safetensors")
    convert.add_argument("--out", required=True, metavar="FILE", help="the GGUF file to make")
    convert.add_argument("--type", choices=_TYPES, default="f16", help="form of the weights")
    quantize = models.verb("quantize", models_quantize)
    quantize.add_argument("model", metavar="M", help="id of a model, or path of a GGUF file")
    quantize.add_argument("--type", choices=_FORMS, required=True, help="form to make")
    quantize.add_argument("--out", metavar="FILE", help="the GGUF file to make; beside the model")
    quantize.add_argument(
        "--requantize",
        action="store_true",
        help="also from a model that is quantised already, which loses more",
    )
    fidelity = models.verb("fidelity", models_fidelity)
    fidelity.add_argument("model", metavar="M", help="id of a model, or path of a GGUF file")
    fidelity.add_argument(
        "--against",
        metavar="REF",
        help="the same model in F16 or the best form at hand; what it was quantised from",
    )
    fidelity.add_argument(
        "--kv-cache",
        choices=KV_CACHES[1:],
        help="what it costs to keep the context so, against the same file with F16",
    )


def models_convert(args: argparse.Namespace) -> int:
    """Turn a checkpoint folder of the Llama family into a GGUF file and add it."""
    from medsdesk.services.convert_model import ConvertRequest, convert_model

    request = ConvertRequest(Path(args.folder), Path(args.out), args.type)
    teller = Teller(sys.stderr)
    with desk.workspace(desk.workspace_dir(args)) as ws, desk.stoppable() as cancel:
        try:
            made = convert_model(ws, request, teller, cancel)
        finally:
            teller.end_line()
    if args.json:
        show.document(made)
        return DONE
    model = made.model
    show.OUT.write(
        f"{model.id}: {made.tensors} tensors, {model.quantisation}, {show.size(model.size_bytes)}, "
        f"{model.path}\n"
        f"   tokens as transformers makes them in {made.texts_compared} of {made.texts_compared} "
        f"texts ({made.tokens_compared:,} tokens, {made.pre_tokenizer})"
    )
    _write_notes(made.notes)
    return DONE


def models_quantize(args: argparse.Namespace) -> int:
    """Make a smaller form of a model with llama.cpp's quantiser and add it."""
    from medsdesk.services.model_files import choose_model
    from medsdesk.services.quantise_model import QuantiseRequest, quantise_model

    teller = Teller(sys.stderr)
    with desk.workspace(desk.workspace_dir(args)) as ws, desk.stoppable() as cancel:
        source = choose_model(ws, args.model, desk.hashing(), cancel)
        out = Path(args.out) if args.out is not None else None
        request = QuantiseRequest(source, args.type.upper(), out, args.requantize)
        try:
            made = quantise_model(ws, request, teller, cancel)
        finally:
            teller.end_line()
    if args.json:
        show.document(made)
        return DONE
    model = made.model
    share = 100 * model.size_bytes / max(1, source.size_bytes)
    show.OUT.write(
        f"{model.id}: {model.quantisation}, {show.size(model.size_bytes)} ({share:.0f} % of "
        f"{source.id}), {model.path}"
    )
    _write_notes(made.notes)
    show.say(f"What it costs: medsdesk models fidelity {model.id}")
    return DONE


def models_fidelity(args: argparse.Namespace) -> int:
    """Measure what a form of a model costs, against a better form of it."""
    if args.kv_cache and args.against is not None:
        raise UserFacingError(
            "--kv-cache measures a model against itself, with its context kept as F16.",
            "Leave out --against.",
        )
    from medsdesk.services.measure_fidelity import caveat, measure_fidelity, standard_reference
    from medsdesk.services.model_files import choose_model

    teller = Teller(sys.stderr)
    with desk.workspace(desk.workspace_dir(args)) as ws, desk.stoppable() as cancel:
        model = choose_model(ws, args.model, desk.hashing(), cancel)
        if args.kv_cache:
            reference = model
        elif args.against is None:
            reference = standard_reference(ws, model)
        else:
            reference = choose_model(ws, args.against, desk.hashing(), cancel)
        try:
            kept: KvCache = args.kv_cache or "f16"
            found = measure_fidelity(ws, model, reference, teller, cancel, kv_cache=kept)
        finally:
            teller.end_line()
    if args.json:
        show.document({"model": model, "fidelity": found, "caveat": caveat(found) or None})
        return DONE
    what, other = model.quantisation, f"{reference.id} ({reference.quantisation})"
    if args.kv_cache:
        what, other = f"context as {args.kv_cache.upper()}", "itself (context as F16)"
    show.OUT.write(
        f"{model.id} ({what}) against {other}, "
        f"{found.tokens:,} tokens in {found.passages} synthetic passages:"
    )
    show.table(_figures(found))
    _write_notes([caveat(found)] if caveat(found) else [])
    return DONE


def _figures(found: Fidelity) -> list[tuple[str, str]]:
    return [
        ("   perplexity", _estimate(found.perplexity, 3)),
        ("   of the reference", _estimate(found.reference_perplexity, 3)),
        ("   ratio", _estimate(found.perplexity_ratio, 4)),
        ("   same likeliest token", _estimate(found.top_agreement, 2, " %")),
        ("   mean divergence", _estimate(found.divergence, 5, " nats")),
    ]


def _estimate(estimate: Estimate, digits: int, unit: str = "") -> str:
    value = f"{estimate.value:,.{digits}f}{unit}"
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value}  (95 %: {estimate.low:,.{digits}f} to {estimate.high:,.{digits}f})"


def _write_notes(notes: tuple[str, ...] | list[str]) -> None:
    for note in notes:
        show.OUT.write(f"   note: {note}")


class Teller:
    """Tells on standard error how far it is.

    On a terminal one line is kept up to date; elsewhere a line is written with each stage, and
    every ten seconds.

    Args:
        stream: Where to tell.
        clock: Seconds that only go forward.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._live = stream.isatty()
        self._stage = ""
        self._told = clock()
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Tell of progress, where it is worth a line."""
        new = progress.stage != self._stage
        self._stage = progress.stage
        if self._live:
            text = progress_line(progress)
            self._stream.write(f"\r{text:{self._width}}")
            self._width = len(text)
        elif new or self._clock() - self._told >= _LINE_SECONDS:
            self._told = self._clock()
            line = f"{_STAGES[progress.stage]} …" if new else progress_line(progress)
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def end_line(self) -> None:
        """Take back the line that is kept up to date."""
        if self._width:
            self._stream.write(f"\r{'':{self._width}}\r")
            self._stream.flush()
            self._width = 0


def progress_line(progress: Progress) -> str:
    """Return how far it is in one line."""
    stage = _STAGES[progress.stage]
    if not progress.of:
        return f"{stage} …"
    unit = _UNITS.get(progress.stage)
    if unit is None:
        return f"{stage}: {show.size(progress.done)} of {show.size(progress.of)}"
    return f"{stage}: {progress.done:,} of {progress.of:,} {unit}"
