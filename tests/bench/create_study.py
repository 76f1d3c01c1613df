"""How long a study of 10,000 items is in the making: ``python -m tests.bench.create_study``.

Stores the answers of two models to as many letters as long as a discharge letter, makes a study of
them with three raters and every check, and prints how long it took by the clock and on the
processor, with the steps that were told on the way.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from medsdesk.core.generation import Completion
from medsdesk.core.identity import new_id, text_sha256, utc_now
from medsdesk.core.run import Output
from medsdesk.core.task import Sample
from medsdesk.services.create_study import StudyRequest, create_study
from medsdesk.store.outputs import add_output
from medsdesk.store.runs import add_run
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_runs import MODELS, run_spec

RATERS = ("Dr 0", "Dr 1", "Dr 2")
_LETTER = "Made-up note {n}: cough for {n} days. " + "The patient is stable. " * 90
_ANSWER = "Patient {n} of {model}: no fever, given aspirin 100 mg, pain in the left side. " * 8


def main() -> int:
    """Make the study, print, and return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--kind", choices=("single", "pair"), default="pair")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as base, open_workspace(Path(base) / "workspace") as ws:
        texts = args.items if args.kind == "pair" else -(-args.items // len(MODELS))
        request = StudyRequest(
            "Made-up study", store_runs(ws, texts), RATERS, args.kind, n_items=args.items
        )
        started, busy = time.perf_counter(), time.process_time()
        made = create_study(ws, request, "Dr Owner")
        took, used = time.perf_counter() - started, time.process_time() - busy
    shown = sum(load.presentations for load in made.raters)
    print(f"{made.items} items, {shown} presentations")
    print(f"made in {took:.1f} s, {used:.1f} s of them on the processor")
    return 0


def store_runs(ws: Workspace, texts: int) -> tuple[str, ...]:
    """Store the answers of every model to as many letters; return the runs' ids."""
    samples = []
    with ws.transaction():
        for n in range(texts):
            text = _LETTER.format(n=n)
            sample = Sample(
                new_id(), "task112", "Text Summarization", text, ("Stable.",), "en", "file",
                text_sha256(text),
            )  # fmt: skip
            samples.append(sample)
            add_sample(ws, sample)
        runs = [run_spec(new_id(), model) for model in MODELS]
        for run in runs:
            add_run(ws, run)
            for n, sample in enumerate(samples):
                answer = _ANSWER.format(n=n, model=run.model_name)
                done = Completion(answer, "stop", 10, 5, 1.0, 0.1)
                add_output(ws, Output(new_id(), run.id, sample.id, "0" * 64, done, utc_now()))
    return tuple(run.id for run in runs)


if __name__ == "__main__":
    sys.exit(main())
