"""Reads MedS-Bench task files: opens, checks and streams them, and finds them in folders."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.task import MetricFamily
from medsdesk.tasks import excel_form
from medsdesk.tasks.encodings import kind_of_file
from medsdesk.tasks.json_stream import ENDS_EARLY, BrokenJsonError, JsonStream
from medsdesk.tasks.registry import find_task
from medsdesk.tasks.scripts import in_another_script
from medsdesk.tasks.task_bytes import Fingerprint, Places, TextPieces, fingerprint, unreadable
from medsdesk.tasks.task_families import family_of, in_registry, title_of
from medsdesk.tasks.task_faults import InstanceChecker, plain_name
from medsdesk.tasks.task_folders import files_below, order_of, task_id_of
from medsdesk.tasks.task_header import KEYS, TaskHeader, key_of, read_header, unknown_keys
from medsdesk.tasks.task_parts import EMPTY_LIST, NO_INSTANCES, Layout, Survey, instances, survey

MOST_FAULTS = 100
LOOSE = "it has line ends or other control characters that JSON wants escaped"

_FORM = "Give a MedS-Ins task file: one JSON document with 'Definition' and 'Instances'."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """One instance of a task file.

    Attributes:
        index: Its place in the file, from 0.
        id: The file's own id; empty where it has none.
        input: The text.
        outputs: The right answers, at least one.
    """

    index: int
    id: str
    input: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an item or the file, in words that quote no text of it.

    Attributes:
        item: Index of the item; None for the file.
        reason: A sentence without its full stop.
        kept: Whether the item is read all the same.
    """

    item: int | None
    reason: str
    kept: bool = False


OnFault = Callable[[Fault], None]


@dataclass(frozen=True, slots=True)
class TaskFile:
    """A task file that was opened: what it says of itself, and where its items are.

    Attributes:
        path: The file.
        task_id: From the file's name, such as ``task125``; its whole name without a number.
        header: What it says of its task.
        sha256: Of the whole file.
        size_bytes: Of the file.
        codec: Encoding of its text.
        mixed: Whether some of its bytes are not in that encoding.
        layout: Where its items are.
        instances: How many items it has, readable or not.
        faults: What is wrong outside its items.
        notes: What is worth knowing, a sentence each.
    """

    path: Path
    task_id: str
    header: TaskHeader
    sha256: str
    size_bytes: int
    codec: str = "utf-8"
    mixed: bool = False
    layout: Layout = "document"
    instances: int = 0
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a check of one task file found.

    Attributes:
        path: The file.
        task_id: As of ``TaskFile``.
        title: Title of the task for people.
        items: Items that can be used.
        faults: The first hundred faults.
        fault_count: All faults.
        sha256: Of the whole file; empty where it could not be read.
        notes: What is worth knowing and no fault, a sentence each.
    """

    path: Path
    task_id: str
    title: str
    items: int
    faults: tuple[Fault, ...]
    fault_count: int
    sha256: str
    notes: tuple[str, ...]


def open_task_file(path: Path) -> TaskFile:
    """Return what a file says of its task and how many items it has, without keeping them.

    Args:
        path: A JSON document, JSON lines whatever it is called, or the authors' Excel form.

    Raises:
        UserFacingError: It cannot be read, or is no task file at all.
    """
    known = fingerprint(path)
    found = _survey(path, known)
    with closing(Places(path, known.codec)) as places:
        if not (found.has_list or {key_of(key) for key in found.header} & KEYS.keys()):
            raise _no_task_file(path, known, found, places)
        faults = [Fault(None, reason) for reason in _file_faults(found, places)]
    header = read_header(
        found.header, mixed=known.mixed, tell=lambda reason: faults.append(Fault(None, reason))
    )
    return TaskFile(
        path=path,
        task_id=task_id_of(path),
        header=header,
        sha256=known.sha256,
        size_bytes=known.size_bytes,
        codec=known.codec,
        mixed=known.mixed,
        layout=found.layout,
        instances=found.instances,
        faults=tuple(faults),
        notes=_notes(known, found),
    )


def read_items(file: TaskFile, on_fault: OnFault) -> Iterator[Item]:
    """Yield the items that can be used, one at a time.

    Args:
        file: An opened file.
        on_fault: Told of each fault, those of the file first; an item with a fault that is
            not ``kept`` is left out.

    Raises:
        UserFacingError: It was changed, or the machine does not let us read on.
    """
    for fault in file.faults:
        on_fault(fault)
    yield from _read(file, InstanceChecker(mixed=file.mixed), on_fault)


def check_task_file(path: Path, cancel: CancelToken | None = None) -> FileReport:
    """Read a whole file and return what was found; a file that is none is a fault of its own.

    Raises:
        CancelledError: Somebody asked to stop.
    """
    try:
        file = open_task_file(path)
    except UserFacingError as error:
        task_id = task_id_of(path)
        fault = Fault(None, error.message.removesuffix("."))
        return FileReport(path, task_id, title_of(task_id), 0, (fault,), 1, "", (error.hint,))
    faults, count, items = list(file.faults), len(file.faults), 0

    def on_fault(fault: Fault) -> None:
        nonlocal count
        count += 1
        if len(faults) < MOST_FAULTS:
            faults.append(fault)

    checker = InstanceChecker(mixed=file.mixed)
    language, other_script = _language_of(file), 0
    for item in _read(file, checker, on_fault):
        items += 1
        other_script += in_another_script(item.outputs[0], language)
        if cancel is not None and cancel.cancelled:
            raise CancelledError("The check of a task file was stopped.")
    _log.info("Checked %s: %d items, %d faults", file.task_id, items, count)
    return FileReport(
        path=path,
        task_id=file.task_id,
        title=title_of(file.task_id),
        items=items,
        faults=tuple(faults),
        fault_count=count,
        sha256=file.sha256,
        notes=(
            *file.notes,
            *_registry_notes(file),
            *script_notes(other_script),
            *checker.notes(),
        ),
    )


def find_task_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the task files among files and in folders, by the number of their task.

    A file that is named is taken whatever it is called. In a folder, at any depth, those are
    taken that are called ``task`` and a number, or that begin as a task file does.

    Raises:
        UserFacingError: A path does not exist, or there is no task file.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise UserFacingError(f"There is no file or folder {path}.", "Check its name.")
        for file in files_below(path) if path.is_dir() else (path,):
            found.setdefault(file.resolve(), file)
    if not found:
        where = ", ".join(str(path) for path in paths) or "what was given"
        raise UserFacingError(f"There is no task file in {where}.", _FORM)
    return tuple(sorted(found.values(), key=order_of))


def _survey(path: Path, known: Fingerprint) -> Survey:
    if excel_form.is_excel(path, known.head):
        return excel_form.survey(path)
    with TextPieces(path, known.codec) as pieces:
        stream = JsonStream(pieces.read)
        return survey(stream) if stream.peek() in ("{", "[") else Survey()


def _file_faults(found: Survey, places: Places) -> Iterator[str]:
    yield from found.problems
    if found.broken is not None:
        yield _at_byte(found.broken, places)
    elif not found.has_list and not found.problems:
        yield NO_INSTANCES
    elif found.has_list and not found.instances:
        yield EMPTY_LIST


def _at_byte(error: BrokenJsonError, places: Places) -> str:
    return f"{error.reason}, at byte {places.byte_of(error.place):,}"


def _no_task_file(path: Path, known: Fingerprint, found: Survey, places: Places) -> UserFacingError:
    if not known.size_bytes:
        return UserFacingError(f"The file {path.name} is empty.", _FORM)
    what = None if known.head.lstrip().startswith((b"{", b"[")) else kind_of_file(known.head)
    if (
        what and path.suffix.lower() != ".xlsx"
    ):  # a workbook that was opened and has no sheet of ours
        return UserFacingError(f"The file {path.name} is {what}.", _FORM)
    if found.broken is None:
        return UserFacingError(f"The file {path.name} is no task file.", _FORM)
    return UserFacingError(
        f"The file {path.name} cannot be read as JSON: {_at_byte(found.broken, places)}.", _FORM
    )


def _read(file: TaskFile, checker: InstanceChecker, on_fault: OnFault) -> Iterator[Item]:
    _check_unchanged(file)
    index = 0
    with closing(Places(file.path, file.codec)) as places:

        def on_broken(error: BrokenJsonError) -> None:
            nonlocal index
            # A file cut between two items has no item that the fault is of.
            item = None if error.reason == ENDS_EARLY and not error.lost else index
            on_fault(Fault(item, _at_byte(error, places), kept=not error.lost))
            index += error.lost

        for raw, loose in _raw_instances(file, on_broken):
            instance, reasons = checker.read(raw)
            if loose:
                reasons = (LOOSE, *reasons)
            for reason in reasons:
                on_fault(Fault(index, reason, kept=instance is not None))
            if instance is not None:
                yield Item(index, *instance)
            index += 1


def _check_unchanged(file: TaskFile) -> None:
    """Refuse a file of another size: what is told of it by its fingerprint would be false."""
    try:
        size = file.path.stat().st_size
    except OSError as error:
        raise unreadable(file.path, error) from error
    if size != file.size_bytes:
        raise UserFacingError(
            f"The file {file.path.name} was changed after it was opened.", "Open it again."
        )


def _raw_instances(
    file: TaskFile, on_broken: Callable[[BrokenJsonError], None]
) -> Iterator[tuple[object, bool]]:
    """Yield each instance as it stands in the file, and whether its JSON had to be excused."""
    if file.layout == "excel":
        for row in excel_form.rows(file.path):
            yield row, False
        return
    with TextPieces(file.path, file.codec) as pieces:
        stream = JsonStream(pieces.read)
        for raw in instances(stream, file.layout, on_broken):
            yield raw, stream.loose


def _notes(known: Fingerprint, found: Survey) -> tuple[str, ...]:
    notes = []
    if known.guessed:
        notes.append(f"The file is not UTF-8; it was read as {known.codec}, which is a guess.")
    elif known.codec != "utf-8":
        notes.append(f"The file is in the encoding {known.codec}.")
    if known.mixed:
        notes.append("Some bytes of the file are not UTF-8.")
    if respelt := [plain_name(key) for key in found.respelt]:
        notes.append(f"The header has keys that the format spells otherwise: {', '.join(respelt)}.")
    if unknown := unknown_keys(found.header):
        notes.append(f"The header has keys that are not read: {', '.join(unknown[:10])}.")
    return tuple(notes)


def _language_of(file: TaskFile) -> str:
    return find_task(file.task_id).output_languages[0] if in_registry(file.task_id) else ""


def script_notes(count: int) -> tuple[str, ...]:
    """Return a sentence where reference answers are not in the script of their language."""
    if not count:
        return ()
    which = "1 reference answer is" if count == 1 else f"{count:,} reference answers are"
    return (f"{which} not in the script of the task's language.",)


def _registry_notes(file: TaskFile) -> Iterable[str]:
    if in_registry(file.task_id):
        return
    family = family_of(file.task_id, file.header.categories)
    scored = "not scored, because its category names no metric"
    if family is not MetricFamily.NONE:
        scored = f"scored as {family.value} by its category"
    yield f"The task is not in the registry: it is run with its own definition and {scored}."
