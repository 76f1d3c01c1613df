"""The verbs: each reads its arguments, calls a service, and prints what came of it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from medsdesk.cli import show
from medsdesk.cli.show import DONE, REFUSED, SOME_FAILED
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from medsdesk.engine.client import Engine
    from medsdesk.services.evaluate import RunRequest, RunResult
    from medsdesk.store.workspace import Workspace

Verb = Callable[[argparse.Namespace], int]


class OpenWindow(Protocol):
    """Opens the window on a workspace and returns its exit code."""

    def __call__(self, workspace: Path, *, demo: bool) -> int:
        """Open the window."""


def gui(args: argparse.Namespace) -> int:
    """Open the window."""
    folder = _demo_dir(args) if args.demo else _workspace_dir(args)
    return int(args.open_window(folder, demo=args.demo))


def demo(args: argparse.Namespace) -> int:
    """Do the main job end to end, then open the window where there is a display."""
    from medsdesk.services.demonstrate import NOTICE, demonstrate

    folder, cancel = _demo_dir(args), _stop_on_interrupt()
    print(NOTICE)
    with _workspace(folder) as ws, _engine() as engine:
        path = demonstrate(
            ws,
            engine,
            lambda step: print(f"\n== {step.task.title} ({step.task.id}, {step.task.category})"),
            show.event,
            show.result,
            cancel,
        )
    print(f"\nAnswers and scores: {path}")
    if cancel.cancelled:
        return SOME_FAILED
    if args.no_window or not _has_display():
        return DONE
    return int(args.open_window(folder, demo=True))


def doctor(args: argparse.Namespace) -> int:
    """Say whether this machine can do the main job, and what to do where it cannot."""
    from medsdesk.services.diagnose import diagnose

    with _engine() as engine:
        diagnosis = diagnose(_workspace_dir(args), engine)
    if args.json:
        show.document(diagnosis)
    else:
        for check in diagnosis.checks:
            print(f"{check.status:5} {check.name:10} {check.detail}")
            if check.hint:
                print(f"{'':17}{check.hint}")
    return DONE if diagnosis.ok else REFUSED


def tasks_list(args: argparse.Namespace) -> int:
    """List the registry by category."""
    from medsdesk.services.browse import task_tree

    groups = task_tree(" ".join(args.words), args.language, only_runnable=not args.all)
    if args.json:
        show.document([task for group in groups for task in group.tasks])
        return DONE
    for group in groups:
        print(f"\n{group.category}")
        for task in group.tasks:
            print(f"  {task.id:8} {task.title} [{task.source}, {', '.join(task.input_languages)}]")
    return DONE


def tasks_show(args: argparse.Namespace) -> int:
    """Show one task: its registry entry, definition, cases and samples."""
    import msgspec

    from medsdesk.tasks.registry import find_task, task_content

    task = find_task(args.task)
    facts: dict[str, Any] = msgspec.to_builtins(task)
    if task.in_bench:
        facts |= msgspec.to_builtins(task_content(task.id))
    if args.json:
        show.document(facts)
        return DONE
    for key, value in facts.items():
        if key not in ("cases", "samples"):
            print(f"{key:17} {', '.join(value) if isinstance(value, tuple | list) else value}")
    for kind in ("cases", "samples"):
        for number, case in enumerate(facts.get(kind, ()), 1):
            print(f"\n{kind[:-1]} {number}\n{case['input']}\n-> {case['output']}")
    return DONE


def tasks_check(args: argparse.Namespace) -> int:
    """Check task files against the format, with the item and reason of each fault."""
    from medsdesk.services.check_tasks import check_tasks

    on_report = (lambda _: None) if args.json else show.report
    reports = check_tasks([Path(name) for name in args.files], on_report, _stop_on_interrupt())
    if args.json:
        show.document({"files": [show.report_document(report) for report in reports]})
    if not any(report.items for report in reports):
        show.say(
            "No item of what was given can be used.", "Look at the reasons, and mend the files."
        )
        return REFUSED
    return SOME_FAILED if any(report.fault_count for report in reports) else DONE


def run(args: argparse.Namespace) -> int:
    """Run one text through one task: streamed, stored, scored if there is a reference."""
    from medsdesk.services.evaluate import run_once

    cancel = _stop_on_interrupt()
    with _workspace(_workspace_dir(args)) as ws, _engine() as engine:
        request = _request(args, ws)
        on_event = (lambda _: None) if args.json else show.event
        result = run_once(ws, engine, request, on_event, cancel)
    if args.json:
        show.document(show.run_document(request.task_id, request.model, result))
    else:
        show.result(result)
    return _outcome(result)


def runs_list(args: argparse.Namespace) -> int:
    """List what has been run, newest first."""
    from medsdesk.services.history import recent_runs

    with _workspace(_workspace_dir(args)) as ws:
        runs = recent_runs(ws)
    if args.json:
        show.document(runs)
    elif runs:
        rows = [
            (r.id[:8], r.created_at[:16], ",".join(r.task_ids), r.model_name, r.outputs, r.rated)
            for r in runs
        ]
        show.table([("run", "created", "tasks", "model", "answers", "rated"), *rows])
    else:
        show.say("Nothing has been run in this workspace yet.", "Start with 'medsdesk run'.")
    return DONE


def runs_show(args: argparse.Namespace) -> int:
    """Show a run's manifest and its answers."""
    from medsdesk.services.history import answers, run_manifest

    with _workspace(_workspace_dir(args)) as ws:
        manifest = run_manifest(ws, args.run)
        rows = answers(ws, manifest.id, limit=-1)
    show.document({"manifest": manifest, "answers": rows})
    return DONE


def runs_export(args: argparse.Namespace) -> int:
    """Write a run's answers and scores to a file."""
    from medsdesk.services.export import export_run

    with _workspace(_workspace_dir(args)) as ws:
        count = export_run(ws, args.run, Path(args.out), args.format)
    return _written(args, "answers", count)


def ratings_export(args: argparse.Namespace) -> int:
    """Write all current ratings, one row each, with the answer's scores beside them."""
    from medsdesk.services.export import export_ratings

    with _workspace(_workspace_dir(args)) as ws:
        count = export_ratings(ws, Path(args.out), bom=args.bom)
    return _written(args, "ratings", count)


def models_list(args: argparse.Namespace) -> int:
    """List the model files this workspace knows."""
    from medsdesk.services.model_files import list_models

    with _workspace(_workspace_dir(args)) as ws:
        models = list_models(ws)
    if args.json:
        show.document(models)
    elif models:
        rows = [(m.id, m.name, m.quantisation, show.size(m.size_bytes), m.path) for m in models]
        show.table([("id", "name", "quantisation", "size", "file"), *rows])
    else:
        show.say("There is no model yet.", "Add one with 'medsdesk models add FILE.gguf'.")
    return DONE


def models_add(args: argparse.Namespace) -> int:
    """Add a GGUF file by reference; its SHA-256 is kept."""
    from medsdesk.services.model_files import add_model

    cancel = _stop_on_interrupt()
    with _workspace(_workspace_dir(args)) as ws:
        model = add_model(ws, Path(args.file), cancel=cancel)
    if args.json:
        show.document(model)
    else:
        print(f"{model.id}: {model.name}, {model.quantisation}, SHA-256 {model.sha256}")
    return DONE


# --- what the verbs share ---


def _workspace_dir(args: argparse.Namespace) -> Path:
    from medsdesk.config.paths import workspace_dir

    return workspace_dir(args.workspace)


def _demo_dir(args: argparse.Namespace) -> Path:
    """A demonstration leaves the user's own workspace alone, unless it is told where to go."""
    folder = _workspace_dir(args)
    named = args.workspace or os.environ.get("MEDSDESK_WORKSPACE")
    return folder if named else folder.with_name("demo")


def _workspace(folder: Path) -> Workspace:
    from medsdesk.config.logs import set_up_logging
    from medsdesk.config.paths import log_dir
    from medsdesk.store.workspace import open_workspace

    set_up_logging(log_dir(), verbose=False)
    return open_workspace(folder)


def _engine() -> Engine:
    from medsdesk.engine.client import Engine

    return Engine()


def _stop_on_interrupt() -> CancelToken:
    """Make Ctrl-C stop the run between two tokens, so that what came so far is kept."""
    cancel = CancelToken()
    signal.signal(signal.SIGINT, lambda *_: cancel.cancel())
    return cancel


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _request(args: argparse.Namespace, ws: Workspace) -> RunRequest:
    from medsdesk.config.settings import load_settings
    from medsdesk.core.generation import GenerateConfig
    from medsdesk.services.evaluate import RunRequest
    from medsdesk.services.model_files import choose_model
    from medsdesk.tasks.registry import find_task

    settings, task = load_settings(), find_task(args.task)
    text, origin = _text(args.text)
    return RunRequest(
        task_id=task.id,
        text=text,
        references=(_text(args.reference)[0],) if args.reference else (),
        origin=origin,
        model=choose_model(ws, args.model),
        shots=task.shots if args.shots is None else args.shots,
        generate=GenerateConfig(
            max_new_tokens=args.max_new_tokens or settings.max_new_tokens,
            temperature=args.temperature,
            seed=args.seed,
            overflow="cut_left" if args.cut_left else "refuse",
        ),
        context=args.context or settings.context,
        gpu_layers=settings.gpu_layers,
        threads=settings.threads,
    )


def _text(name: str) -> tuple[str, str]:
    """Read one text from a file, or from standard input for ``-``; say where it came from."""
    from medsdesk.tasks.texts import decode, read_text_file

    if name == "-":
        return decode(sys.stdin.buffer.read(), "standard input")[0], "pasted"
    texts = read_text_file(Path(name))
    if len(texts) > 1:
        raise UserFacingError(
            f"{name} holds {len(texts)} texts, and 'run' takes one.",
            "Give a file with one text, or open this one in the window and choose a row.",
        )
    return texts[0].text, "file"


def _outcome(result: RunResult) -> int:
    completion = result.output.completion
    if completion.complete:
        return DONE
    show.say(
        completion.error or "The answer was stopped.",
        f"What came is kept as incomplete in run {result.run_id[:8]}; run again for a whole one.",
    )
    return SOME_FAILED


def _written(args: argparse.Namespace, what: str, count: int) -> int:
    if args.json:
        show.document({"file": str(Path(args.out).resolve()), what: count})
    else:
        print(f"{count} {what} written to {Path(args.out).resolve()}")
    return DONE
