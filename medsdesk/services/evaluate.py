"""Run a task on a text: prompt, model, answer saved, scores saved, in that order."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medsdesk.core.errors import AnswerNotSavedError, PromptTooLongError, UserFacingError
from medsdesk.core.generation import GenerateConfig, Prompt
from medsdesk.core.model import FlashAttention, KvCache, LoadConfig, LoadedModel, ModelFile
from medsdesk.core.run import Output
from medsdesk.core.score import Score
from medsdesk.core.task import Task
from medsdesk.services.answering import Question, ask, judge, keep
from medsdesk.services.load_model import load_model
from medsdesk.services.manifest import new_run
from medsdesk.services.measure_fidelity import kv_cost
from medsdesk.services.onsite_models import server_notes
from medsdesk.services.verify_models import Checking, check_unchanged
from medsdesk.store import runs, samples
from medsdesk.tasks.prompts import render
from medsdesk.tasks.registry import find_task, task_content
from medsdesk.tasks.samples import make_sample
from medsdesk.tasks.texts import check_text

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.engine.client import Engine, TokenUpdate
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

TOO_LONG_HINT = (
    "Use fewer worked cases, a larger context or fewer new tokens, "
    "or choose to cut the prompt from its left (the record will say so)."
)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One text to run one task on, and how.

    Attributes:
        task_id: Id or name of the task.
        text: The clinical text.
        references: Reference answers; empty where there is none.
        origin: Where the text came from: ``pasted``, ``file`` or ``example``.
        model: The model file.
        shots: Worked cases in the prompt.
        generate: Sampling and limits.
        context: Context size in tokens.
        gpu_layers: Layers to put on a graphics card, -1 for as many as fit.
        threads: 0 for one per physical core.
        template: Prompt template.
        kv_cache: How keys and values of the context are kept; a server has its own way.
        flash_attention: Whether attention is computed so, likewise.
    """

    task_id: str
    text: str
    references: tuple[str, ...]
    origin: str
    model: ModelFile
    shots: int
    generate: GenerateConfig
    context: int
    gpu_layers: int = -1
    threads: int = 0
    template: str = "meds_bench"
    kv_cache: KvCache = "f16"
    flash_attention: FlashAttention = "auto"

    @property
    def load_config(self) -> LoadConfig:
        """How the model is loaded for this request."""
        return LoadConfig(
            path=self.model.path,
            context=self.context,
            gpu_layers=self.gpu_layers,
            threads=self.threads,
            kv_cache="f16" if self.model.server else self.kv_cache,
            flash_attention="auto" if self.model.server else self.flash_attention,
        )


@dataclass(frozen=True, slots=True)
class Loading:
    """The model is being loaded."""

    model_name: str


@dataclass(frozen=True, slots=True)
class Started:
    """The prompt fits and the model begins to read it; what a server does not tell is 0."""

    prompt_tokens: int
    context: int


@dataclass(frozen=True, slots=True)
class Streaming:
    """A piece of the answer arrived."""

    update: TokenUpdate


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer is committed to the workspace."""

    output_id: str


RunEvent = Loading | Checking | Started | Streaming | Saved


@dataclass(frozen=True, slots=True)
class RunResult:
    """One stored answer with its scores, and what a reader of them has to know."""

    run_id: str
    sample_id: str
    output: Output
    scores: tuple[Score, ...]
    prompt: Prompt
    loaded: LoadedModel
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent, and whether it fits.

    Attributes:
        prompt: The messages.
        prompt_tokens: Tokens of the prompt; None when not counted.
        room: Tokens the prompt may have: context minus new tokens; None when not counted.
        fits: Whether it fits; None when not counted.
    """

    prompt: Prompt
    prompt_tokens: int | None = None
    room: int | None = None
    fits: bool | None = None


def preview(
    engine: Engine, request: RunRequest, *, count: bool, cancel: CancelToken | None = None
) -> Preview:
    """Render the prompt of a request and, when asked, count its tokens with the model itself.

    They are not counted where the model is on a server: nothing is sent before it is run.

    Raises:
        UserFacingError: The task or text is unusable, or the model cannot be loaded.
    """
    prompt = _prompt(find_task(request.task_id), request)
    # A text that is still being written is not sent to a server to have it counted.
    if not count or request.model.server is not None:
        return Preview(prompt)
    loaded = load_model(engine, request.model, request.load_config, None, cancel)
    tokens = engine.count_tokens(prompt)
    room = max(0, loaded.context - request.generate.max_new_tokens)
    return Preview(prompt, tokens, room, tokens <= room)


def run_once(
    ws: Workspace,
    engine: Engine,
    request: RunRequest,
    on_event: Callable[[RunEvent], None],
    cancel: CancelToken,
) -> RunResult:
    """Run one task on one text and store run, sample, answer and scores.

    The answer is committed before it is scored, so that model time is never lost; an answer
    that was stopped, or whose engine died, is kept as incomplete and left unscored.

    Raises:
        PromptTooLongError: The prompt does not fit and may not be cut.
        AnswerNotSavedError: The answer came, but could not be stored.
        UserFacingError: Text, task, model or workspace is unusable.
        CancelledError: Stopped before the model was loaded.
    """
    task = find_task(request.task_id)
    prompt = _prompt(task, request)
    check_unchanged(request.model)
    on_event(Loading(request.model.name))
    loaded = load_model(engine, request.model, request.load_config, on_event, cancel)
    prompt_tokens = engine.count_tokens(prompt)
    _check_fit(prompt_tokens, loaded, request.generate)
    sample = make_sample(task, request.text, request.references, request.origin)
    spec = new_run(
        request.model, request.load_config, loaded, request.generate, [task], prompt.template_id
    )
    notes = server_notes(request.model, loaded, request.generate)
    cost = kv_cost(ws, request.model, request.load_config.kv_cache)
    spec = replace(spec, shots=prompt.shots, notes=(*notes, cost) if cost else notes)
    with ws.transaction():
        runs.add_run(ws, spec)
        samples.add_task(ws, task)
    on_event(Started(prompt_tokens, loaded.context))
    log.info("run %s: %s, %d prompt tokens", spec.id, task.id, prompt_tokens)
    question = Question(spec.id, task, sample, prompt, request.generate)
    output = ask(engine, question, lambda update: on_event(Streaming(update)), cancel)
    _keep(ws, question, output)
    on_event(Saved(output.id))
    scores = judge(ws, task, sample, output)
    completion = output.completion
    log.info("run %s: %s after %d tokens", spec.id, completion.finish_reason, completion.tokens)
    return RunResult(spec.id, sample.id, output, scores, prompt, loaded, spec.notes)


def _prompt(task: Task, request: RunRequest) -> Prompt:
    text = check_text(request.text)
    content = task_content(task.id)
    return render(text, content, content.definition, request.shots, request.template)


def _keep(ws: Workspace, question: Question, output: Output) -> None:
    try:
        keep(ws, question, output)
    except UserFacingError as error:
        raise AnswerNotSavedError(
            f"The answer was not saved. {error.message}",
            f"Copy it from the screen if you need it. {error.hint}",
            output.completion.text,
        ) from error


def _check_fit(prompt_tokens: int, loaded: LoadedModel, config: GenerateConfig) -> None:
    """Refuse before anything is stored; the engine holds the same rule on its side."""
    room = loaded.context - config.max_new_tokens
    if loaded.context and prompt_tokens > room and config.overflow == "refuse":
        raise PromptTooLongError(prompt_tokens, max(0, room), TOO_LONG_HINT)
