"""The verb ``eval``: task files and folders evaluated unattended, and resumed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from medsdesk.cli import desk, show
from medsdesk.cli.live_line import LiveLine, time_left
from medsdesk.cli.show import DONE, SOME_FAILED
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.score import Score
    from medsdesk.engine.client import Engine
    from medsdesk.services.evaluate_tasks import Resumption
    from medsdesk.services.evaluation_events import EvaluationEvent, Progress, TaskResult
    from medsdesk.services.evaluation_plan import EvaluationPlan
    from medsdesk.services.evaluation_results import EvaluationResult
    from medsdesk.store.workspace import Workspace

_LINE_EVERY = 10  # items, where there is no terminal to keep one line up to date
_LISTED = 20
# What the manifest of a run that is resumed has settled already.
_SETTLED = (
    "shots", "limit", "seed", "max_new_tokens", "context", "cases", "template", "cut_left",
    "skip_faulty", "slots", "exact", "draft", "choices", "gpu_layers", "kv_cache",
    "flash_attention",
)  # fmt: skip


def evaluate(args: argparse.Namespace) -> int:
    """Evaluate a model on task files or folders, resumable item by item."""
    if args.resume is None:
        _check_new(args)
    else:
        _check_resumed(args)
    teller = Teller(sys.stderr)
    with (
        desk.workspace(desk.workspace_dir(args)) as ws,
        desk.engine() as engine,
        desk.stoppable() as cancel,
    ):
        try:
            result = _work(args, ws, engine, teller, cancel)
        except UserFacingError:
            if teller.run_id:
                show.say(_go_on(teller.run_id))
            raise
    if args.json:
        show.document(result_document(result))
    else:
        _print(result)
    for note in result.spec.loaded.notes:
        show.say(note)
    return _outcome(result)


def _work(
    args: argparse.Namespace, ws: Workspace, engine: Engine, teller: Teller, cancel: CancelToken
) -> EvaluationResult:
    from medsdesk.services import evaluate_tasks

    if args.resume is None:
        from medsdesk.services.fit_model import with_slots

        asked = _plan(args, ws, cancel)
        plan = with_slots(asked, engine)
        if plan != asked:
            show.say(f"{plan.slots} items are answered at the same time.")
        return evaluate_tasks.evaluate(ws, engine, plan, teller, cancel)
    wanted = _resumption(args, ws, cancel)
    return evaluate_tasks.resume(ws, engine, wanted, teller, cancel)


def _check_new(args: argparse.Namespace) -> None:
    if not args.paths:
        raise UserFacingError(
            "There is nothing to evaluate.", "Name task files or folders, or a run to resume."
        )
    if args.retry_failed:
        raise UserFacingError(
            "--retry-failed belongs to a run that is resumed.", "Give the run with --resume RUN."
        )
    several = args.slots is not None and args.slots != 1
    if args.exact and several:
        raise UserFacingError(
            "--exact answers one item at a time.", "Leave out --exact, or give --slots 1."
        )
    if args.draft and (args.exact or several):
        raise UserFacingError(
            "--draft guesses ahead for one item at a time, and decodes otherwise than --exact.",
            "Leave out --draft; or leave out --exact, and give --slots 1.",
        )


def _check_resumed(args: argparse.Namespace) -> None:
    # Not "in": a number of 0 is given, and equals False.
    given = [n for n in _SETTLED if getattr(args, n) is not None and getattr(args, n) is not False]
    if given:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise UserFacingError(
            f"A run that is resumed keeps its manifest: {options} cannot be given.",
            "Resume without, or start a new evaluation.",
        )


def _plan(args: argparse.Namespace, ws: Workspace, cancel: CancelToken) -> EvaluationPlan:
    from medsdesk.config.settings import load_settings
    from medsdesk.core.generation import GenerateConfig
    from medsdesk.services.demonstrate import NOTICE
    from medsdesk.services.evaluation_plan import EvaluationPlan
    from medsdesk.services.model_files import choose_model
    from medsdesk.services.onsite_models import leaving
    from medsdesk.tasks.prompts import TEMPLATE_NAMES

    settings, seed = load_settings(), args.seed or 0
    model = choose_model(ws, args.model, desk.hashing(), cancel)
    if model.is_demo:
        show.say(NOTICE)
    if model.server is not None:
        show.say(leaving(model))
    return EvaluationPlan(
        files=tuple(Path(name) for name in args.paths),
        model=model,
        shots=settings.shots if args.shots is None else args.shots,
        limit=args.limit,
        seed=seed,
        cases=args.cases or "pool",
        generate=GenerateConfig(
            max_new_tokens=args.max_new_tokens or settings.max_new_tokens,
            seed=seed,
            overflow="cut_left" if args.cut_left else "refuse",
        ),
        context=args.context or settings.context,
        gpu_layers=settings.gpu_layers if args.gpu_layers is None else args.gpu_layers,
        threads=settings.threads,
        template=TEMPLATE_NAMES[args.template or settings.template],
        skip_faulty=args.skip_faulty,
        slots=1 if args.slots is None else args.slots,
        exact=args.exact,
        draft=args.draft,
        choices=args.choices,
        kv_cache=args.kv_cache or settings.kv_cache,
        flash_attention=args.flash_attention or settings.flash_attention,
    )


def _resumption(args: argparse.Namespace, ws: Workspace, cancel: CancelToken) -> Resumption:
    from medsdesk.services.evaluate_tasks import Resumption
    from medsdesk.services.model_files import choose_model

    return Resumption(
        run_id=args.resume,
        model=choose_model(ws, args.model, desk.hashing(), cancel) if args.model else None,
        files=tuple(Path(name) for name in args.paths),
        retry_failed=args.retry_failed,
    )


class Teller:
    """Tells on standard error how an evaluation goes.

    On a terminal one line is kept up to date; elsewhere a line is written every ten items.

    Args:
        stream: Where to tell.
    """

    def __init__(self, stream: TextIO) -> None:
        self.run_id = ""
        self._out = LiveLine(stream)
        self._told = 0

    def __call__(self, event: EvaluationEvent) -> None:
        """Tell of an event, where it is worth a line."""
        from medsdesk.services import evaluation_events as events

        match event:
            case events.Loading(model_name=name):
                self._out.write(f"Loading {name} …")
            case events.Planned():
                self.run_id = event.run_id
                for note in event.notes:
                    self._out.write(f"Note: {note}")
                self._out.write(
                    f"Run {event.run_id[:8]}: {event.items} items of {event.files} files, "
                    f"{event.waiting} to do."
                )
            case events.ItemFailed():
                item = f"Item {event.position + 1} ({event.task_id})"
                self._out.write(f"{item} failed: {event.error}")
            case events.TaskDone(task_id=task_id, summary=summary):
                self._out.write(f"{task_id}: {summary.n} answered. {_figures(summary.scores)}")
            case events.Progress():
                self._progress(event)
            case _:
                pass

    def _progress(self, progress: Progress) -> None:
        last = progress.done == progress.of
        if self._out.live:
            self._out.show(progress_line(progress))
        elif last or progress.done // _LINE_EVERY > self._told // _LINE_EVERY:
            self._told = progress.done
            self._out.write(progress_line(progress))


def progress_line(progress: Progress) -> str:
    """Return how far and how fast in one line."""
    line = f"{progress.done} of {progress.of} items"
    if progress.eta_seconds is None:
        return line
    return (
        f"{line}, {progress.items_per_second:.2f} items/s, "
        f"{progress.tokens_per_second:.1f} tokens/s, {time_left(progress.eta_seconds)}"
    )


def result_document(result: EvaluationResult) -> dict[str, object]:
    """Return the document of ``medsdesk eval --json``; items of failures count from 1."""
    tasks = {
        task.task_id: {
            "n": task.n,
            "scores": {s.name: _score_document(task, s) for s in task.scores},
        }
        for task in result.tasks
    }
    failures = [
        {
            "task": failed.task_id,
            "file": failed.file,
            "item": failed.item_index + 1,
            "attempts": failed.attempts,
            "error": failed.error,
        }
        for failed in result.failures
    ]
    return {
        "run_id": result.spec.id,
        "items": result.items,
        "completed": result.completed,
        "failed": result.failed,
        "skipped": result.skipped,
        "waiting": result.waiting,
        "seconds": round(result.seconds, 3),
        "items_per_second": round(result.items_per_second, 4),
        "tokens": result.tokens,
        "stopped": " ".join(result.stopped) or None,
        "tasks": tasks,
        "failures": failures,
        "manifest": result.spec,
    }


def _score_document(task: TaskResult, score: Score) -> dict[str, object]:
    from medsdesk.metrics.intervals import method

    return {
        "value": score.value,
        "ci95": task.intervals.get(score.name),
        "interval": method(score.metric),
        "n": int(score.details["n"]),
        "unscored": int(score.details["unscored"]),
        "unparsed": int(score.details["unparsed"]),
        "signature": score.signature,
        "reason": score.reason,
        "reasons": task.reasons.get(score.name, {}),
    }


def _figures(scores: tuple[Score, ...]) -> str:
    told = [
        f"{score.name} " + ("unscored" if score.value is None else f"{score.value:.1f}")
        for score in scores
    ]
    unparsed = max((int(score.details.get("unparsed", 0)) for score in scores), default=0)
    if unparsed:
        told.append(f"{unparsed:,} unparsed")
    return ", ".join(told)


def _print(result: EvaluationResult) -> None:
    for task in result.tasks:
        show.OUT.write(f"{task.task_id:10} {task.n:7,} answered  {_figures(task.scores)}")
    show.OUT.write(
        f"-- run {result.spec.id[:8]}: {result.completed:,} of {result.items:,} items answered, "
        f"{result.failed:,} failed, {result.skipped:,} skipped; {result.tokens:,} tokens, "
        f"{result.seconds:.1f} s, {result.items_per_second:.2f} items/s"
    )


def _outcome(result: EvaluationResult) -> int:
    for failed in result.failures[:_LISTED]:
        show.say(f"{failed.file}, item {failed.item_index + 1}: {failed.error}")
    if result.failed > _LISTED:
        show.say(f"and {result.failed - _LISTED:,} more failed items.")
    if result.stopped:
        show.say(*result.stopped)
    if result.waiting:
        show.say(_go_on(result.spec.id))
    elif result.failed:
        show.say(f"Try them again with: medsdesk eval --resume {result.spec.id[:8]} --retry-failed")
    return SOME_FAILED if result.waiting or result.failed or result.skipped else DONE


def _go_on(run_id: str) -> str:
    return f"Go on with: medsdesk eval --resume {run_id[:8]}"
