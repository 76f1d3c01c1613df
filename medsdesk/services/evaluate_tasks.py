"""Evaluate a model on task files, unattended; resume what was stopped or killed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import LoadedModel, ModelFile
from medsdesk.core.run import EvaluationRecord, RunSpec
from medsdesk.engine.builds import INSTALLED
from medsdesk.services.evaluation_events import Loading, OnEvent
from medsdesk.services.evaluation_loop import EvaluationLoop
from medsdesk.services.evaluation_plan import (
    Draft,
    EvaluationPlan,
    notes_of,
    plan_files,
    reopen_files,
)
from medsdesk.services.evaluation_results import EvaluationResult
from medsdesk.services.load_model import load_model
from medsdesk.services.manifest import new_run
from medsdesk.services.measure_fidelity import kv_cost
from medsdesk.services.model_files import list_models
from medsdesk.services.onsite_models import check_same_model, check_same_server, server_notes
from medsdesk.services.pause import PauseToken
from medsdesk.services.verify_models import OnChecking, check_unchanged, content_sha256
from medsdesk.store import evaluations, runs, samples

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.engine.client import Engine
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resumption:
    """Which evaluation to go on with, and how.

    Attributes:
        run_id: The run, or the beginning of its id.
        model: The run's model; None to find it in the workspace.
        files: Where the task files are now; empty for where they were.
        retry_failed: Whether failed items are tried again.
    """

    run_id: str
    model: ModelFile | None = None
    files: tuple[Path, ...] = ()
    retry_failed: bool = False


def evaluate(
    ws: Workspace,
    engine: Engine,
    plan: EvaluationPlan,
    on_event: OnEvent,
    cancel: CancelToken,
    pause: PauseToken | None = None,
) -> EvaluationResult:
    """Store a plan's manifest and queue, then answer, store and score item after item.

    Every item is committed when it is done; one bad item never stops the run. Whatever
    happens after the event ``Planned``, ``resume`` goes on with the rest.

    Raises:
        UserFacingError: A file, the model or the workspace is unusable.
        CancelledError: Stopped before the queue was stored.
    """
    drafts = plan_files(plan, cancel)
    check_unchanged(plan.model)
    on_event(Loading(plan.model.name))
    loaded = load_model(engine, plan.model, plan.load_config, on_event, cancel)
    cost = kv_cost(ws, plan.model, plan.load_config.kv_cache)
    spec = _spec(plan, drafts, loaded, (cost,) if cost else ())
    with ws.transaction():
        for draft in drafts:
            samples.add_task(ws, draft.planned.task)
        queued = evaluations.add_evaluation(ws, spec, _queue(drafts))
    log.info("evaluation %s: %d items of %d files", spec.id, queued, len(drafts))
    files = tuple(draft.planned for draft in drafts)
    return EvaluationLoop(ws, engine, spec, files, on_event, cancel, pause or PauseToken()).run()


def resume(
    ws: Workspace,
    engine: Engine,
    wanted: Resumption,
    on_event: OnEvent,
    cancel: CancelToken,
    pause: PauseToken | None = None,
) -> EvaluationResult:
    """Go on with an evaluation: score what was left unscored, then answer what waits.

    Raises:
        UserFacingError: There is no such evaluation, or a task file or the model is not there
            any more or not the same.
        CancelledError: Stopped before the model was loaded.
    """
    spec = runs.get_run(ws, wanted.run_id)
    if spec.evaluation is None:
        raise UserFacingError(
            f"The run {spec.id[:8]} is a single text and no evaluation.",
            "See 'medsdesk runs list' for one of many answers.",
        )
    files = reopen_files(spec.evaluation.files, wanted.files)
    model = wanted.model or _model_of(ws, spec)
    _check_same(spec, model, on_event, cancel)
    if wanted.retry_failed:
        evaluations.retry_failed(ws, spec.id)
    on_event(Loading(model.name))
    build = spec.loaded.build or INSTALLED  # rounding differs between builds
    loaded = engine.load(replace(spec.load, path=model.path, build=build), cancel)
    check_same_server(spec, loaded)
    return EvaluationLoop(ws, engine, spec, files, on_event, cancel, pause or PauseToken()).run()


def _queue(drafts: Sequence[Draft]) -> Iterator[tuple[int, int]]:
    return ((number, index) for number, draft in enumerate(drafts) for index in draft.chosen)


def _spec(
    plan: EvaluationPlan, drafts: Sequence[Draft], loaded: LoadedModel, notes: tuple[str, ...]
) -> RunSpec:
    tasks = [draft.planned.task for draft in drafts]
    records = tuple(draft.planned.record for draft in drafts)
    spec = new_run(plan.model, plan.load_config, loaded, plan.generate, tasks, plan.template)
    return replace(
        spec,
        shots=max(record.shots for record in records),
        evaluation=EvaluationRecord(
            cases=plan.cases,
            seed=plan.seed,
            limit=plan.limit,
            files=records,
            notes=(
                *server_notes(plan.model, loaded, plan.generate, exact=plan.exact),
                *notes,
                *notes_of(plan, drafts),
            ),
        ),
    )


def _model_of(ws: Workspace, spec: RunSpec) -> ModelFile:
    known = list_models(ws)
    by_id = (model for model in known if model.id == spec.model_id)
    by_content = (m for m in known if m.sha256 and m.sha256 == spec.model_sha256)
    found = next(by_content, None) or next(by_id, None)
    if found is None:
        raise UserFacingError(
            f"The model '{spec.model_id}' of this evaluation is not in the workspace any more.",
            "Add its file again, or name it when resuming.",
        )
    return found


def _check_same(
    spec: RunSpec, model: ModelFile, on_checking: OnChecking, cancel: CancelToken
) -> None:
    """Refuse another model than the one the run began with, by the content of its file."""
    check_unchanged(model)
    if model.server is not None:
        check_same_model(spec, model)
        return
    sha256 = content_sha256(model, on_checking, cancel)
    if sha256 != spec.model_sha256:
        raise UserFacingError(
            f"The model file {model.path} is not the one this evaluation began with: its SHA-256 "
            f"was {spec.model_sha256[:12]}… and is {sha256[:12]}….",
            f"Resume with {spec.model_name}, or start a new evaluation.",
        )
