"""Put one text to a model, keep the answer, score it: the steps of every run, short or long."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medsdesk.core.generation import Completion, GenerateConfig, Prompt
from medsdesk.core.identity import new_id, text_sha256, utc_now
from medsdesk.core.run import Output
from medsdesk.core.score import Score
from medsdesk.core.task import Sample, Task
from medsdesk.metrics import scoring
from medsdesk.store import outputs, samples

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.engine.asking import Turn
    from medsdesk.engine.client import Engine, TokenUpdate
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

# What a metric library may raise on an answer nobody thought of; the answer is kept all the same.
_METRIC_FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Question:
    """One text as it is put to a model in a run.

    Attributes:
        run_id: The run.
        task: The task.
        sample: The text with its references.
        prompt: What is sent.
        generate: Sampling and limits.
        choices: Answers of a closed set whose likelihood is wanted.
    """

    run_id: str
    task: Task
    sample: Sample
    prompt: Prompt
    generate: GenerateConfig
    choices: tuple[str, ...] = ()


def ask(
    engine: Engine,
    question: Question,
    on_tokens: Callable[[TokenUpdate], None] | None = None,
    cancel: CancelToken | None = None,
    turn: Turn | None = None,
) -> Output:
    """Return the model's answer, whole or as far as it came; nothing is stored.

    Raises:
        PromptTooLongError: The prompt does not fit and may not be cut.
        UserFacingError: The model cannot be loaded again.
    """
    completion = engine.generate(
        question.prompt, question.generate, on_tokens, cancel, turn, question.choices
    )
    return Output(
        id=new_id(),
        run_id=question.run_id,
        sample_id=question.sample.id,
        prompt_sha256=prompt_sha256(question.prompt),
        completion=completion,
        created_at=utc_now(),
    )


def keep(ws: Workspace, question: Question, output: Output) -> None:
    """Store a text with its answer, both or neither."""
    with ws.transaction():
        samples.add_sample(ws, question.sample)
        outputs.add_output(ws, output)


def judge(ws: Workspace, task: Task, sample: Sample, output: Output) -> tuple[Score, ...]:
    """Score a stored answer, and what was stored of other answers' likelihood; store the scores.

    An answer on which a metric fails is unscored with that reason: it must not stop a run.
    """
    try:
        scores = score_completion(task, sample, output.completion)
        scores += scoring.score_choices(
            task, outputs.choices_of(ws, output.id), sample.targets, sample.input
        )
    except _METRIC_FAULTS as fault:
        name = type(fault).__name__
        # Without its message, which may quote the answer.
        log.warning("scoring output %s of %s failed: %s", output.id, task.id, name)
        scores = _unscored(task, sample, f"the metric failed on this answer ({name})")
    outputs.add_scores(ws, output.id, scores)
    return scores


def score_completion(task: Task, sample: Sample, completion: Completion) -> tuple[Score, ...]:
    """Score an answer; an incomplete one is unscored, with the reason, and never 0."""
    if not completion.complete and sample.targets:
        cancelled = completion.finish_reason == "cancelled"
        stopped = "it was stopped" if cancelled else "the engine ended"
        return _unscored(task, sample, f"the answer is incomplete: {stopped}")
    return scoring.score(task, completion.text, sample.targets, sample.language, sample.input)


def _unscored(task: Task, sample: Sample, reason: str) -> tuple[Score, ...]:
    """Return every score of a task without a value."""
    scores = scoring.score(task, "", (), sample.language, sample.input)
    return tuple(
        replace(score, value=None, answer=None, reason=reason, details={}) for score in scores
    )


def prompt_sha256(prompt: Prompt) -> str:
    """Return the fingerprint that is stored with an answer in place of its prompt."""
    return text_sha256("\x1e".join(f"{m.role}\x1f{m.content}" for m in prompt.messages))
