"""Score a result file in the authors' form: one row per answer, any of the tasks, any mixture."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.score import Score
from medsdesk.core.task import Task
from medsdesk.metrics import judgement, scoring
from medsdesk.metrics.intervals import Interval, ci95, method
from medsdesk.services.csv_rows import UNCLOSED, delimiter_of, numbered_rows
from medsdesk.services.export import MEDSBENCH_COLUMNS
from medsdesk.tasks.registry import all_tasks
from medsdesk.tasks.scripts import in_another_script
from medsdesk.tasks.texts import decode

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken

log = logging.getLogger(__name__)

OTHER_ENCODING = "it is in another encoding than the rest of the file"
NO_ID = "(no task id)"

_COLUMNS_HINT = f"Give the columns {', '.join(MEDSBENCH_COLUMNS)}, named in the first row."
_BEFORE_HEADER = re.compile(r"\A\ufeff?\s*(?:sep=[,;\t]?[ \t]*[\r\n]+\s*)?", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z]{1,12}[_-]?\d{1,6}")


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric of one task.

    Attributes:
        value: Percent; None where no item has a score.
        ci95: Bounds of the 95 % interval over items, in percent.
        interval: How the interval is made.
        signature: How the figure is made.
    """

    value: float | None
    ci95: Interval | None
    interval: str
    signature: str


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """What one protocol makes of the items of one task.

    Attributes:
        n: Items that have a score.
        unscored: Items without one.
        unparsed: Of these, items out of whose answer nothing could be read.
        scores: Figures by name of the metric.
        reasons: Why items are unscored, or what was counted in their place, with how many.
    """

    n: int
    unscored: int
    unparsed: int
    scores: Mapping[str, Figure]
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that could not be read; row 1 is the one with the names of the columns."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileScores:
    """What came of a file.

    Attributes:
        rows: Rows that could be read, those of unknown tasks among them.
        protocols: Figures by protocol and task id.
        disagreements: By task: items that one protocol calls right and the other does not. Only
            for tasks that both judge right or wrong; figures over names, labels and texts have
            no right and wrong to disagree on.
        encoding: The encoding the file was read in.
        unknown_tasks: Task ids that the registry does not have, with their rows.
        malformed: Rows that could not be read.
        empty_outputs: By task: rows with a blank output.
        other_language: By task: references that are not in the script of the task's language.
    """

    rows: int
    protocols: Mapping[str, Mapping[str, TaskFigures]]
    disagreements: Mapping[str, int]
    encoding: str
    unknown_tasks: Mapping[str, int]
    malformed: tuple[RowFault, ...]
    empty_outputs: Mapping[str, int]
    other_language: Mapping[str, int]

    @property
    def complete(self) -> bool:
        """Whether every row of the file was scored."""
        return not (self.unknown_tasks or self.malformed)


@dataclass(slots=True)
class _Tally:
    """What is collected while rows go by."""

    rows: int = 0
    scores: dict[tuple[str, str], list[Score]] = field(default_factory=lambda: defaultdict(list))
    disagreements: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    other_language: Counter[str] = field(default_factory=Counter)
    malformed: list[RowFault] = field(default_factory=list)


def score_file(
    path: Path, protocols: Sequence[str] = scoring.PROTOCOLS, cancel: CancelToken | None = None
) -> FileScores:
    """Score every row of a CSV file with the columns task_id, input, GT and output.

    Separated by comma, semicolon or tab; columns in any order and letter case. Rows that cannot
    be read, and rows of tasks unknown to the registry, are left out and listed.

    Args:
        path: The file.
        protocols: Of ``scoring.PROTOCOLS``.
        cancel: Stops between two rows.

    Raises:
        UserFacingError: The file cannot be read, is no such table, or has no row.
        CancelledError: Stopped.
    """
    text, encoding, mixed = _read(path)
    tasks = {task.id: task for task in all_tasks()}
    tally = _Tally()
    for found in _rows(text, path.name, mixed=mixed):
        if cancel is not None and cancel.cancelled:
            raise CancelledError
        if isinstance(found, RowFault):
            tally.malformed.append(found)
            continue
        tally.rows += 1
        task_id, source, reference, output = found
        task = tasks.get(task_id.strip().casefold())
        if task is None:
            # A cell under a wrong heading can be a patient's text, which is not repeated.
            tally.unknown[task_id if _ID.fullmatch(task_id) else NO_ID] += 1
        else:
            _score_row(tally, task, source, reference, output, protocols)
    if not tally.rows:
        first = tally.malformed[:1]
        why = "".join(f" (row {fault.row}: {fault.reason})" for fault in first)
        raise UserFacingError(
            f"The file {path.name} has no row that can be scored{why}.", _COLUMNS_HINT
        )
    log.info("scored %d rows, %d malformed", tally.rows, len(tally.malformed))
    return _summed(tally, protocols, encoding)


def _score_row(
    tally: _Tally,
    task: Task,
    source: str,
    reference: str,
    output: str,
    protocols: Sequence[str],
) -> None:
    language = task.output_languages[0]
    tally.empty[task.id] += not output.strip()
    tally.other_language[task.id] += in_another_script(reference, language)
    found = scoring.score(task, output, references_in(reference), language, source, protocols)
    for score in found:
        tally.scores[score.protocol, task.id].append(score)
    right = judgement.right_by_protocol((s.protocol, s.metric, s.value) for s in found)
    if len(right) == len(scoring.PROTOCOLS):
        tally.disagreements[task.id] += judgement.disagree(right)


def references_in(cell: str) -> tuple[str, ...]:
    """Return the references of a cell: several are a JSON list, as our own export writes them."""
    if cell.startswith('["'):
        try:
            values = json.loads(cell)
        except ValueError:
            return (cell,)
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            return tuple(values)
    return (cell,)


# --- reading ---


def _read(path: Path) -> tuple[str, str, bool]:
    """Return the text, its encoding, and whether parts of it are in another one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserFacingError(
            f"The file {path.name} cannot be read: {reason}.", "Check its name and folder."
        ) from error
    if _mostly_utf8(data):
        return data.decode("utf-8-sig", errors="replace"), "utf-8, some rows differ", True
    return *decode(data, f"The file {path.name}"), False


def _mostly_utf8(data: bytes) -> bool:
    """Say whether lines in UTF-8 are joined with fewer that are in another encoding."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data:
        return False
    good = bad = 0
    for line in data.split(b"\n"):
        if not line.isascii():
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
    return good > bad > 0


_Row = tuple[str, str, str, str]


def _rows(text: str, name: str, *, mixed: bool) -> Iterator[_Row | RowFault]:
    """Yield the cells task_id, input, GT, output of each row, or what is wrong with it."""
    if not text.strip():
        raise UserFacingError(f"The file {name} is empty.", _COLUMNS_HINT)
    # The module's own limit of 131,072 characters is less than a long record.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    # Excel can write the separator into a first line of its own.
    text = _BEFORE_HEADER.sub("", text)
    delimiter = delimiter_of(text, MEDSBENCH_COLUMNS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = _header(reader, name)
    at = [header.index(column.casefold()) for column in MEDSBENCH_COLUMNS]
    for number, row in numbered_rows(reader):
        if row is None:
            yield RowFault(number, UNCLOSED)
            continue
        if any(row[len(header) :]) or len(row) < len(header):
            yield RowFault(number, f"it has {len(row)} cells and the first row has {len(header)}")
        elif mixed and any("\ufffd" in cell for cell in row):
            yield RowFault(number, OTHER_ENCODING)
        else:
            task_id, source, reference, output = (row[place] for place in at)
            yield task_id, source, reference, output


def _header(reader: Iterator[list[str]], name: str) -> list[str]:
    try:
        header = [cell.strip().strip("\ufeff").casefold() for cell in next(reader)]
    except csv.Error:
        header = []
    lacking = [column for column in MEDSBENCH_COLUMNS if column.casefold() not in header]
    if lacking:
        raise UserFacingError(
            f"The file {name} lacks the column{'s' * (len(lacking) > 1)} {', '.join(lacking)}.",
            _COLUMNS_HINT,
        )
    return header


# --- summing up ---


def _summed(tally: _Tally, protocols: Sequence[str], encoding: str) -> FileScores:
    figures: dict[str, dict[str, TaskFigures]] = {protocol: {} for protocol in protocols}
    for protocol, task_id in sorted(tally.scores, key=lambda key: _number(key[1])):
        figures[protocol][task_id] = _task_figures(tally.scores[protocol, task_id])
    return FileScores(
        rows=tally.rows,
        protocols=figures,
        disagreements=dict(tally.disagreements),
        encoding=encoding,
        unknown_tasks=dict(tally.unknown),
        malformed=tuple(tally.malformed),
        empty_outputs=dict(+tally.empty),
        other_language=dict(+tally.other_language),
    )


def _number(task_id: str) -> int:
    return int(task_id.removeprefix("task"))


def _task_figures(scores: Sequence[Score]) -> TaskFigures:
    by_metric: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        by_metric[score.metric].append(score)
    summed = scoring.summarise(scores)
    # All metrics of a task are made of the same items.
    first = summed[0]
    reasons = Counter(score.reason for score in by_metric[first.metric] if score.reason)
    return TaskFigures(
        n=int(first.details["n"]),
        unscored=int(first.details["unscored"]),
        unparsed=int(first.details["unparsed"]),
        scores={
            score.metric: Figure(
                score.value, ci95(by_metric[score.metric]), method(score.metric), score.signature
            )
            for score in summed
        },
        reasons=dict(reasons),
    )
