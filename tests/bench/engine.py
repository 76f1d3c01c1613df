"""What an evaluation costs with the engine's ways of saving work, beside llama.cpp itself.

``uv run python -m tests.bench.engine [ITEMS] [ROUNDS] [SLOTS] [THREADS]``: items of task126 and
task46 from ``shared/data``, 3 worked cases, 48 new tokens, on the demonstration model as Q4_0. In
each round every contender answers the same items, one contender after the other: ``medsdesk eval``
with ``--exact`` (everything from scratch), as it is (what prompts have in common is kept), and
with slots; llama-cpp-python with its own reuse of prefixes; and the bare ``llama_decode`` calls of
our two schedules, which are the ceiling. With one thread, processor seconds of parent and child
together are taken, so that others on the machine count little; with more, seconds of the clock,
on a machine that does nothing else. Loading is left out. Figures are medians over the rounds with
minimum and maximum; ratios are made round by round.

Where ``TRANSFORMERS_PYTHON`` names an interpreter that has torch, transformers, gguf and
accelerate, these answer the same prompts too, once, in batches of 8 (``with_transformers.py``);
their seconds are those of the clock.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import llama_cpp
import psutil

from medsdesk.core.cancel import CancelToken
from medsdesk.core.generation import Completion, GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.engine.asking import Turn
from medsdesk.engine.backend import Job, NewToken, Tokenised
from medsdesk.engine.cells import Cells
from medsdesk.engine.client import Engine, OnTokens
from medsdesk.engine.demo import demo_model_path
from medsdesk.services.evaluate_tasks import evaluate
from medsdesk.services.evaluation_events import EvaluationEvent, Planned
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.history import answers
from medsdesk.services.model_files import choose_model
from medsdesk.store.evaluations import positions
from medsdesk.store.workspace import open_workspace

SHARED = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data" / "meds_bench"
TASKS = ("task126", "task46")
NEW_TOKENS = 48
CONTEXT = 2048
NO_PROMPT = Prompt((Message("user", ""),), "bench", 1, 0)
_Q4_0 = 2
_QUIET = llama_cpp.llama_log_callback(lambda *_: None)  # must live as long as it is set

TRANSFORMERS_BATCH = 8

Round = tuple[float, tuple[str, ...]]
"""Seconds, and the answers where there are any."""


def quantised(source: Path, folder: Path) -> Path:
    """Return the demonstration model as Q4_0, the fastest of its kinds."""
    target = folder / "demo-q4_0.gguf"
    llama_cpp.llama_log_set(_QUIET, ctypes.c_void_p(0))
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype, parameters.allow_requantize = _Q4_0, True
    if llama_cpp.llama_model_quantize(bytes(source), bytes(target), parameters) != 0:
        raise RuntimeError("the model cannot be quantised")
    return target


class Seconds:
    """Seconds of the clock, or processor seconds of this process and of the engine's, if any."""

    def __init__(self, threads: int, pid: int | None = None) -> None:
        process: Callable[[int], Any] = psutil.Process
        self._engine = process(pid) if pid is not None else None
        self._clock = threads > 1
        self._began = self._now()

    def _now(self) -> float:
        if self._clock:
            return time.monotonic()
        times = self._engine.cpu_times() if self._engine else None
        return time.process_time() + (times.user + times.system if times else 0.0)

    @property
    def taken(self) -> float:
        """Seconds since it was made."""
        return self._now() - self._began


def answered(engine: Engine, plan: EvaluationPlan) -> tuple[float, tuple[str, ...]]:
    """Evaluate in a workspace of its own; return the seconds it cost and the answers in order."""
    measured: list[Seconds] = []

    def on_event(event: EvaluationEvent) -> None:
        if isinstance(event, Planned):
            measured.append(Seconds(plan.threads, engine.pid))

    with tempfile.TemporaryDirectory() as folder, open_workspace(Path(folder)) as ws:
        result = evaluate(ws, engine, plan, on_event, CancelToken())
        taken = measured[0].taken
        places = positions(ws, result.spec.id)
        rows = answers(ws, result.spec.id, limit=-1)
    if result.completed != result.items:
        raise RuntimeError(f"{result.failed} items failed")
    texts = {places[row.output.id]: row.output.completion.text for row in rows}
    return taken, tuple(texts[place] for place in sorted(texts))


def ours(plan: EvaluationPlan) -> Round:
    """Evaluate in an engine of its own, as ``medsdesk eval`` does."""
    with Engine() as engine:
        return answered(engine, plan)


class Listening(Engine):
    """An engine that keeps what it is asked and gives one empty answer to all of it."""

    def __init__(self, loaded: LoadedModel) -> None:
        super().__init__("medsdesk.engine.fake")
        self._model = loaded
        self.asked: list[Prompt] = []

    def load(
        self,
        config: LoadConfig,
        cancel: CancelToken | None = None,
        before: Callable[[], None] | None = None,
    ) -> LoadedModel:
        """Say that the model is loaded."""
        return self._model

    def generate(
        self,
        prompt: Prompt,
        config: GenerateConfig,
        on_tokens: OnTokens | None = None,
        cancel: CancelToken | None = None,
        turn: Turn | None = None,
        choices: Sequence[str] = (),
    ) -> Completion:
        """Keep the prompt."""
        self.asked.append(prompt)
        return Completion("", "stop", 1, 1, 0.0, 0.0)


class Decoding:
    """While it is entered, adds up the seconds that ``llama_decode`` itself takes."""

    def __init__(self, threads: int) -> None:
        self.seconds = 0.0
        self._threads = threads
        self._real = llama_cpp.llama_decode

    def __enter__(self) -> Decoding:
        llama_cpp.llama_decode = self._timed
        return self

    def __exit__(self, *_: object) -> None:
        llama_cpp.llama_decode = self._real

    def _timed(self, context: Any, batch: Any) -> int:
        seconds = Seconds(self._threads)
        status = int(self._real(context, batch))
        llama_cpp.llama_synchronize(context)
        self.seconds += seconds.taken
        return status


class Bare:
    """The backend in this process, whose batches are recorded once and then decoded alone.

    Args:
        plan: What is evaluated.

    Attributes:
        prompts: What is asked.
        share: How much of the backend's work ``llama_decode`` is, both taken in the same run.
    """

    def __init__(self, plan: EvaluationPlan) -> None:
        self._backend = importlib.import_module("medsdesk.engine.llama").create()
        loaded = self._backend.load(plan.load_config, never)
        self._cells: Cells = self._backend._cells
        listening = Listening(loaded)
        answered(listening, plan)
        self.prompts = [self._backend.tokenise(prompt) for prompt in listening.asked]
        self._calls: list[tuple[str, tuple[Any, ...]]] = []
        self._threads = plan.threads
        whole = Seconds(plan.threads)
        with Decoding(plan.threads) as decoding:
            self._record(plan)
        self.share = decoding.seconds / whole.taken

    def _record(self, plan: EvaluationPlan) -> None:
        """Answer everything, and keep each call to the context with what it was given."""
        real = {
            name: getattr(self._cells, name) for name in ("decode", "share", "shorten", "clear")
        }

        def recorder(name: str) -> Callable[..., Any]:
            def record(*given: Any) -> Any:
                self._calls.append((name, given))
                return real[name](*given)

            return record

        for name in real:
            setattr(self._cells, name, recorder(name))
        waiting = [
            Job(number, NO_PROMPT, prompt.tokens, plan.generate, prompt.shared)
            for number, prompt in enumerate(self.prompts)
        ]
        active: set[int] = set()
        while waiting or active:
            while waiting and len(active) < plan.slots:
                active.add(waiting[0].request)
                self._backend.start(waiting.pop(0))
            for event in self._backend.step(never):
                if not isinstance(event, NewToken):
                    active.remove(event.request)
        for name, method in real.items():
            setattr(self._cells, name, method)

    def __call__(self) -> Round:
        """Decode all batches again; only ``llama_decode`` itself is timed."""
        self._cells.clear()
        with Decoding(self._threads) as decoding:
            for name, given in self._calls:
                getattr(self._cells, name)(*given)
        return decoding.seconds, ()

    def close(self) -> None:
        """Free the model."""
        self._backend.close()


def binding(path: Path, prompts: Sequence[Tokenised], threads: int) -> Round:
    """Ask llama-cpp-python's own class, which keeps the prefix of the prompt before."""
    llm = llama_cpp.Llama(
        str(path),
        n_ctx=CONTEXT,
        n_threads=threads,
        n_threads_batch=threads,
        flash_attn=True,
        verbose=False,
    )
    seconds, texts = Seconds(threads), []
    for prompt in prompts:
        made: Any = llm.create_completion(
            list(prompt.tokens), max_tokens=NEW_TOKENS, temperature=0.0
        )
        texts.append(made["choices"][0]["text"])
    taken = seconds.taken
    llm.close()
    return taken, tuple(texts)


def transformers_seconds(path: Path, prompts: Sequence[Tokenised], threads: int) -> float | None:
    """Return the seconds that transformers takes; None where it is not at hand."""
    interpreter = os.environ.get("TRANSFORMERS_PYTHON")
    if not interpreter:
        return None
    program = Path(__file__).with_name("with_transformers.py")
    asked = path.with_suffix(".json")
    asked.write_text(json.dumps([prompt.tokens for prompt in prompts]), encoding="utf-8")
    numbers = map(str, (NEW_TOKENS, TRANSFORMERS_BATCH, threads))
    told = subprocess.run(
        [interpreter, str(program), str(path), str(asked), *numbers],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return float(told.stdout)


def never() -> bool:
    """Go on."""
    return False


def tell(name: str, figures: Sequence[float], unit: str) -> None:
    """Print a median with its spread."""
    spread = f"min {min(figures):.3f}, max {max(figures):.3f}, n = {len(figures)}"
    print(f"  {name:46} {statistics.median(figures):7.3f} {unit}  ({spread})", flush=True)


def compare(plan: EvaluationPlan, slots: int, rounds: int) -> bool:
    """Measure one task file and print; return whether kept beginnings changed no answer."""
    many = replace(plan, slots=slots)
    bare, bare_many = Bare(plan), Bare(many)
    path = Path(plan.model.path)
    contenders: dict[str, Callable[[], Round]] = {
        "from scratch (--exact)": partial(ours, replace(plan, exact=True)),
        "llama-cpp-python's own prefix reuse": partial(binding, path, bare.prompts, plan.threads),
        "MedsDesk": partial(ours, plan),
        f"MedsDesk, {slots} slots": partial(ours, many),
        "bare llama_decode, same batches": bare,
        f"bare llama_decode, same batches of {slots} slots": bare_many,
    }
    results: dict[str, list[Round]] = {name: [] for name in contenders}
    items = len(bare.prompts)
    for number in range(rounds):
        for name, contender in contenders.items():
            results[name].append(contender())
            speed = items / results[name][-1][0]
            print(f"round {number + 1}: {name}: {speed:.3f} items/s", file=sys.stderr, flush=True)
    bare.close()
    bare_many.close()
    apart = transformers_seconds(path, bare.prompts, plan.threads)
    lengths = [len(prompt.tokens) for prompt in bare.prompts]
    shared = statistics.median(prompt.shared for prompt in bare.prompts)
    print(f"{plan.files[0].name}: {items} items, {statistics.median(lengths):.0f} prompt tokens")
    print(f"  of which {shared:.0f} come before the item itself (medians)")
    names = list(contenders)
    for name in names:
        tell(name, [items / taken for taken, _ in results[name]], "items/s")
    if apart is not None:
        tell(f"transformers, float32, batches of {TRANSFORMERS_BATCH}", [items / apart], "items/s")
    for one, other in ((2, 0), (2, 1), (3, 0), (3, 1), (3, 2), (2, 4), (3, 5)):
        pairs = zip(results[names[one]], results[names[other]], strict=True)
        tell(f"{names[one]} / {names[other]}"[:46], [b / a for (a, _), (b, _) in pairs], "x")
    for name, replay in (("1 slot", bare), (f"{slots} slots", bare_many)):
        tell(f"llama_decode's share of the engine's work, {name}", [replay.share], "  ")
    scratch, kept, several = (results[names[n]][0][1] for n in (0, 2, 3))
    differing = sum(one != other for one, other in zip(scratch, several, strict=True))
    print(f"  answers that differ from those from scratch: {slots} slots {differing} of {items}")
    same = scratch == kept
    print(f"  answers with beginnings kept are those from scratch: {'yes' if same else 'NO'}")
    return same


def main(words: Sequence[str]) -> int:
    """Measure and print; return 0 where kept beginnings changed no answer, else 1."""
    standard = ("64", "3", "8", "1")
    items, rounds, slots, threads = (int(word) for word in (*words, *standard[len(words) :]))
    found = [path for task in TASKS for path in sorted(SHARED.glob(f"{task}_*.json"))]
    source = demo_model_path()
    if not found or source is None:
        print("skipped: the real task files or the demonstration model are not there")
        return 0
    same = True
    with tempfile.TemporaryDirectory() as folder:
        model = quantised(source, Path(folder))
        with open_workspace(Path(folder) / "workspace") as ws:
            chosen = choose_model(ws, str(model))
        for path in found:
            plan = EvaluationPlan(
                files=(path,),
                model=chosen,
                shots=3,
                limit=items,
                generate=GenerateConfig(max_new_tokens=NEW_TOKENS),
                context=CONTEXT,
                threads=threads,
            )
            same = compare(plan, slots, rounds) and same
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
