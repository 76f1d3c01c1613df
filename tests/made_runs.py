"""Runs of made-up models on made-up texts, stored as if models had answered."""

from __future__ import annotations

from collections.abc import Sequence

from medsdesk.core.generation import Completion, FinishReason, GenerateConfig
from medsdesk.core.identity import new_id, text_sha256, utc_now
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.core.run import Output, RunSpec
from medsdesk.core.score import Score
from medsdesk.core.task import Sample
from medsdesk.store.outputs import add_output, add_scores
from medsdesk.store.runs import add_run
from medsdesk.store.samples import add_sample
from medsdesk.store.workspace import Workspace

MODELS = ("Zebra 8B", "Okapi 1B")
TASKS = (("task112", "Text Summarization"), ("task131", "Treatment Planning"))


def made_samples(ws: Workspace, n: int) -> list[Sample]:
    """Store n texts of two tasks in turn."""
    samples = []
    for number in range(n):
        task_id, category = TASKS[number % len(TASKS)]
        text = f"Made-up case {number}: cough for {number + 1} days. 患者稳定。"
        sample = Sample(
            new_id(), task_id, category, text, (f"Reference of case {number}.",), "en", "file",
            text_sha256(text),
        )  # fmt: skip
        add_sample(ws, sample)
        samples.append(sample)
    return samples


def made_run(
    ws: Workspace,
    model: str,
    samples: Sequence[Sample],
    *,
    text: str = "**Give** {n} mg of the remedy, says {sign}.",
    finish: FinishReason = "stop",
) -> str:
    """Store the answers of a model to texts, each with a score, and return the run's id."""
    run_id = new_id()
    add_run(ws, run_spec(run_id, model))
    for number, sample in enumerate(samples):
        answer = text.format(n=number + 1, sign=model[0].lower())
        output = Output(
            new_id(), run_id, sample.id, "0" * 64, Completion(answer, finish, 10, 5, 1.0, 0.1),
            utc_now(),
        )  # fmt: skip
        add_output(ws, output)
        value = float(number * len(model) % 17)
        add_scores(ws, output.id, [Score("strict", "bleu4", value, "made up", answer, None)])
    return run_id


def made_runs(ws: Workspace, n: int, models: Sequence[str] = MODELS) -> list[str]:
    """Store the answers of several models to the same n texts; return the runs' ids."""
    samples = made_samples(ws, n)
    return [made_run(ws, model, samples) for model in models]


def run_spec(run_id: str, model: str) -> RunSpec:
    """Return a run of a made-up model."""
    return RunSpec(
        id=run_id,
        created_at=utc_now(),
        task_ids=tuple(task for task, _ in TASKS),
        model_id=model.split(maxsplit=1)[0].lower(),
        model_name=model,
        model_sha256="0" * 64,
        model_quantisation="Q4_K_M",
        load=LoadConfig(path="nowhere.gguf", context=2048),
        loaded=LoadedModel(2048, "gguf", "0" * 64, ("cpu",), 0, 1, "fake", 0.1),
        generate=GenerateConfig(),
        shots=0,
        template_id="own",
        template_version=1,
    )
