"""List task files to choose from: what each is about, and why one cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.services.browse import language_name
from medsdesk.services.file_tasks import definition_of, task_of
from medsdesk.tasks.meds_bench import (
    FileReport,
    check_task_file,
    find_task_files,
    open_task_file,
)
from medsdesk.tasks.registry import categories, find_task
from medsdesk.tasks.task_families import in_registry
from medsdesk.tasks.task_folders import order_of

_TOLD_FAULTS = 5


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A task file as it is listed.

    Attributes:
        path: The file.
        task_id: Its task.
        title: The task's title for people; the file's name where the registry has none.
        category: The task's category.
        language: Of the answers, in English.
        items: Items that can be used.
        left_out: Items that cannot be read.
        details: What is wrong or worth knowing, a sentence each.
        problem: Why the file cannot be used at all; empty where it can.
    """

    path: Path
    task_id: str
    title: str
    category: str
    language: str
    items: int
    left_out: int
    details: tuple[str, ...]
    problem: str = ""

    @property
    def order(self) -> tuple[int, str, tuple[bool, int, str]]:
        """What to sort by: the category as in the benchmark, then the task's number."""
        known = categories()
        place = known.index(self.category) if self.category in known else len(known)
        return place, self.category, order_of(self.path)


def find_listed(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the task files among files and in folders; those that are missing come last.

    Raises:
        UserFacingError: There is no file at all.
    """
    missing = tuple(path for path in paths if not path.exists())
    there = [path for path in paths if path.exists()]
    found = find_task_files(there) if there or not missing else ()
    return tuple(path.absolute() for path in (*found, *missing))


def list_task_file(path: Path, cancel: CancelToken | None = None) -> ListedFile:
    """Read a whole file and return what to list of it; one that cannot be used says why.

    Raises:
        CancelledError: Somebody asked to stop.
    """
    report = check_task_file(path, cancel)
    category, language, problem = _task(report)
    if not report.items:
        problem = _first(report)
    return ListedFile(
        path=path,
        task_id=report.task_id,
        title=report.title if in_registry(report.task_id) else path.stem,
        category=category,
        language=language,
        items=report.items,
        left_out=_left_out(report),
        details=_details(report),
        problem=problem,
    )


def _left_out(report: FileReport) -> int:
    """Return how many items cannot be read; beyond the faults told of, by counting."""
    lost = {fault.item for fault in report.faults if fault.item is not None and not fault.kept}
    if not lost or report.fault_count == len(report.faults):
        return len(lost)
    return max(len(lost), open_task_file(report.path).instances - report.items)


def _task(report: FileReport) -> tuple[str, str, str]:
    """Return category, language, and why the task cannot be run."""
    if in_registry(report.task_id) and (task := find_task(report.task_id)).in_bench:
        return task.category, _language(task.output_languages), ""
    if not report.sha256:
        return "", "", _first(report)
    try:
        file = open_task_file(report.path)
        task = task_of(file)
        definition_of(file, task)
    except UserFacingError as error:
        return "", "", error.message
    return task.category, _language(task.output_languages), ""


def _language(codes: Sequence[str]) -> str:
    return ", ".join(language_name(code) for code in codes)


def _first(report: FileReport) -> str:
    reason = report.faults[0].reason if report.faults else "It has no item"
    return f"{reason[:1].upper()}{reason[1:]}."


def _details(report: FileReport) -> tuple[str, ...]:
    told = [
        f"The file: {fault.reason}." if fault.item is None else
        f"Item {fault.item + 1}: {fault.reason}{' (used all the same)' if fault.kept else ''}."
        for fault in report.faults[:_TOLD_FAULTS]
    ]  # fmt: skip
    if report.fault_count > len(told):
        told.append(f"And {report.fault_count - len(told):,} more faults.")
    return (*told, *report.notes)
