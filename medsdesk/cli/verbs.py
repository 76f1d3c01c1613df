"""The verbs: each reads its arguments, calls a service, and prints what came of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, REFUSED, SOME_FAILED
from medsdesk.core.cancel import CancelToken

if TYPE_CHECKING:
    from medsdesk.services.evaluate import RunResult

Verb = Callable[[argparse.Namespace], int]


class VerbGroup(Protocol):
    """Verbs that begin with the same word, such as ``models``."""

    def verb(self, name: str, action: Verb) -> argparse.ArgumentParser:
        """Add one verb; its help is the first line of its function."""


def gui(args: argparse.Namespace) -> int:
    """Open the window."""
    return desk.show_window(args.workspace, args.open_window, demo=args.demo)


def demo(args: argparse.Namespace) -> int:
    """Do the main job end to end, then open the window where there is a display."""
    from medsdesk.services.demonstrate import NOTICE, DemoStep, demonstrate
    from medsdesk.services.evaluate import RunResult

    folder, results = desk.demo_dir(args), list[RunResult]()
    if not args.json:
        show.OUT.write(NOTICE)

    def on_step(step: DemoStep) -> None:
        if not args.json:
            show.OUT.write(f"\n== {step.task.title} ({step.task.id}, {step.task.category})")

    def on_result(done: RunResult) -> None:
        results.append(done)
        if not args.json:
            show.result(done)

    on_event = (lambda _: None) if args.json else show.event
    with desk.workspace(folder) as ws, desk.engine() as engine, desk.stoppable() as cancel:
        path = demonstrate(ws, engine, on_step, on_event, on_result, cancel)
    if args.json:
        show.document({"notice": NOTICE, "file": str(path), "results": results})
    else:
        show.OUT.write(f"\nAnswers and scores: {path}")
    if cancel.cancelled:
        return SOME_FAILED
    if args.no_window or not desk.has_display():
        return DONE
    return int(args.open_window(folder, demo=True))


def doctor(args: argparse.Namespace) -> int:
    """Say whether this machine can do the main job, and what to do where it cannot."""
    from medsdesk.services.diagnose import diagnose

    with desk.engine() as engine:
        diagnosis = diagnose(desk.workspace_dir(args), engine)
    if args.json:
        show.document(diagnosis)
    else:
        for check in diagnosis.checks:
            show.OUT.write(f"{check.status:5} {check.name:10} {check.detail}")
            if check.hint:
                show.OUT.write(f"{'':17}{check.hint}")
    return DONE if diagnosis.ok else REFUSED


def tasks_list(args: argparse.Namespace) -> int:
    """List the registry by category."""
    from medsdesk.services.browse import task_tree

    language = args.language.lower() if args.language else None
    groups = task_tree(" ".join(args.words), language, only_runnable=not args.all)
    if args.json:
        show.document([task for group in groups for task in group.tasks])
        return DONE
    if not groups:
        show.say("No task matches.", "Use fewer words, or --all for tasks outside MedS-Bench.")
    for group in groups:
        show.OUT.write(f"\n{group.category}")
        for task in group.tasks:
            show.OUT.write(
                f"  {task.id:8} {task.title} [{task.source}, {', '.join(task.input_languages)}]"
            )
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
            show.OUT.write(
                f"{key:17} {', '.join(value) if isinstance(value, tuple | list) else value}"
            )
    for kind in ("cases", "samples"):
        for number, case in enumerate(facts.get(kind, ()), 1):
            show.OUT.write(f"\n{kind[:-1]} {number}\n{case['input']}\n-> {case['output']}")
    return DONE


def tasks_check(args: argparse.Namespace) -> int:
    """Check task files against the format, with the item and reason of each fault."""
    from medsdesk.services.check_tasks import check_tasks

    on_report = (lambda _: None) if args.json else show.report
    reports = check_tasks([Path(name) for name in args.files], on_report, CancelToken())
    if args.json:
        show.document({"files": [show.report_document(report) for report in reports]})
    if not any(report.items for report in reports):
        show.say(
            "No item of what was given can be used.", "Look at the reasons, and mend the files."
        )
        return REFUSED
    return SOME_FAILED if any(report.fault_count for report in reports) else DONE


def runs_list(args: argparse.Namespace) -> int:
    """List what has been run, newest first."""
    from medsdesk.services.history import recent_runs

    with desk.workspace(desk.workspace_dir(args)) as ws:
        runs = recent_runs(ws, limit=-1)
    if args.json:
        show.document(runs)
    elif runs:
        rows = [
            (
                r.id[:8], r.created_at[:16], show.few(r.task_ids), r.model_name,
                r.outputs, r.waiting, r.failed, r.incomplete, r.rated,
            )
            for r in runs
        ]  # fmt: skip
        head = (
            "run", "created", "tasks", "model", "answers", "waiting", "failed", "incomplete",
            "rated",
        )  # fmt: skip
        show.table([head, *rows])
    else:
        show.say("Nothing has been run in this workspace yet.", "Start with 'medsdesk run'.")
    return DONE


def runs_show(args: argparse.Namespace) -> int:
    """Show a run's manifest and its answers."""
    from medsdesk.services.history import answers, queue_of, run_manifest

    with desk.workspace(desk.workspace_dir(args)) as ws:
        manifest = run_manifest(ws, args.run)
        rows = answers(ws, manifest.id, limit=-1)
        queue = {"queue": queue_of(ws, manifest.id)} if manifest.evaluation else {}
    show.document({"manifest": manifest, **queue, "answers": rows})
    return DONE


def runs_export(args: argparse.Namespace) -> int:
    """Write a run's answers and scores to a file."""
    from medsdesk.services.export import export_run

    with desk.workspace(desk.workspace_dir(args)) as ws:
        count = export_run(ws, args.run, Path(args.out), args.format)
    return _written(args, "answers", count)


def _written(args: argparse.Namespace, what: str, count: int) -> int:
    if args.json:
        show.document({"file": str(Path(args.out).resolve()), what: count})
    else:
        words = what.removesuffix("s") if count == 1 else what
        show.OUT.write(f"{count} {words} written to {Path(args.out).resolve()}")
    return DONE
