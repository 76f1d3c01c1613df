"""Check task files against the format: what each holds, and every fault by its item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from medsdesk.core.cancel import CancelToken
from medsdesk.tasks.meds_bench import FileReport, check_task_file, find_task_files

OnReport = Callable[[FileReport], None]


def check_tasks(
    paths: Sequence[Path], on_report: OnReport, cancel: CancelToken | None = None
) -> tuple[FileReport, ...]:
    """Return a report of each file, in the order of the tasks' numbers.

    A file that is missing, or is no task file, has a report that says so, so that one bad file
    hides nothing about the others.

    Args:
        paths: Files, and folders in which task files are looked for at any depth.
        on_report: Told of each report as soon as it is made.
        cancel: Stops between two items.

    Raises:
        CancelledError: Somebody asked to stop.
        UserFacingError: There is no file at all to check.
    """
    missing = [path for path in paths if not path.exists()]
    there = [path for path in paths if path not in missing]
    files = find_task_files(there) if there or not missing else ()
    reports = []
    for path in (*files, *missing):
        report = check_task_file(path, cancel)
        on_report(report)
        reports.append(report)
    return tuple(reports)
