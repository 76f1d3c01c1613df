"""Make a MedS-Ins task file of a clinician's own texts: for own use, or to contribute."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.task import MetricFamily
from medsdesk.services.file_tasks import task_of
from medsdesk.services.task_words import TaskWords, header_of, target_of
from medsdesk.tasks.meds_bench import Item, open_task_file
from medsdesk.tasks.own_texts import LeftOut, OwnText, Reading
from medsdesk.tasks.table_texts import Columns
from medsdesk.tasks.task_writer import write_task_file
from medsdesk.tasks.text_folders import Source, list_sources
from medsdesk.tasks.text_references import read_references
from medsdesk.tasks.text_sources import HowToRead, read_source

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)

_TELL_EVERY = 100  # items


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """What to make a task of.

    Attributes:
        sources: Files and folders with texts.
        out: The file to write, or a folder, in which it is given a name.
        words: What the task is.
        columns: Which columns of a table hold what.
        references: A table of right answers by the names of the texts' files.
        conclusions: Whether the conclusion of a FHIR report is its right answer.
        numbered: Number the items, instead of naming their files: a name of a file may be a
            patient's.
        replace: Whether a file that is there already may be written over.
    """

    sources: tuple[Path, ...]
    out: Path
    words: TaskWords = field(default_factory=TaskWords)
    columns: Columns = field(default_factory=Columns)
    references: Path | None = None
    conclusions: bool = False
    numbered: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True)
class MakeProgress:
    """How far the making of a task file is.

    Attributes:
        done: Files that were read.
        of: Files to read.
        items: Texts taken so far.
        left_out: Things left out so far.
    """

    done: int
    of: int
    items: int
    left_out: int


@dataclass(frozen=True, slots=True)
class MadeTask:
    """A task file that was made, and what was not taken into it.

    Attributes:
        path: The file.
        task_id: Its task, by its name.
        title: Title of the task for people.
        metric: How its answers will be scored; ``none`` where they will not.
        items: Its items.
        referenced: Those with a right answer; the others are run and not scored.
        sha256: Of the file.
        left_out: What was not taken.
        notes: What is worth knowing, a sentence each.
    """

    path: Path
    task_id: str
    title: str
    metric: str
    items: int
    referenced: int
    sha256: str
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


class NothingTakenError(UserFacingError):
    """There was no text that could be taken, so no file was written.

    Args:
        left_out: What was not taken.
    """

    def __init__(self, left_out: tuple[LeftOut, ...]) -> None:
        message = "There is no text that can be taken, so no task file was written."
        hint = "Look at the reasons." if left_out else "Name files or folders that have texts."
        super().__init__(message, hint)
        self.left_out = left_out


OnProgress = Callable[[MakeProgress], None]


def make_task_file(
    request: TaskRequest,
    on_progress: OnProgress = lambda _: None,
    cancel: CancelToken | None = None,
) -> MadeTask:
    """Read own texts, write a task file of them, and return what was and was not taken.

    Texts are written as they are read, so there may be any number. The file is there only when
    all of it could be written.

    Args:
        request: What to make.
        on_progress: Told after every file, and after every hundred items of a long one.
        cancel: Stops between two items; nothing is written then.

    Raises:
        NothingTakenError: No text could be taken.
        UserFacingError: The request cannot be met; nothing was written.
        CancelledError: Somebody asked to stop.
    """
    header = header_of(request.words)
    path = target_of(request.words, request.out, request.sources)
    if path.exists() and not request.replace:
        raise UserFacingError(
            f"The file {path} is there already.",
            "Choose another name, or say that it may be replaced (--replace).",
        )
    making = _Making(request, path, on_progress, cancel or CancelToken())
    items = making.items()
    first = next(items, None)
    if first is None:
        raise NothingTakenError(tuple(making.reading.left_out))
    count = write_task_file(path, header, chain((first,), items), open_items=True)
    if not header.output_languages:
        making.reading.note("No language is given, so the answers are taken for English.")
    return _made(making, path, count)


def _made(making: _Making, path: Path, count: int) -> MadeTask:
    """Return what is to be said of a file that was written."""
    file, reading = open_task_file(path), making.reading
    task = task_of(file)
    if task.metric is MetricFamily.NONE:
        reading.note("Its answers are not scored, because no category names a metric.")
    log.info("made %s: %d items, %d left out", task.id, count, len(reading.left_out))
    return MadeTask(
        path=path,
        task_id=task.id,
        title=task.title,
        metric=str(task.metric),
        items=count,
        referenced=making.referenced,
        sha256=file.sha256,
        left_out=tuple(reading.left_out),
        notes=(*reading.notes, *making.notes()),
    )


class _Making:
    """Reads the texts of a request and keeps count."""

    def __init__(
        self, request: TaskRequest, path: Path, on_progress: OnProgress, cancel: CancelToken
    ) -> None:
        self.reading = Reading()
        self.referenced = 0
        self._request = request
        self._on_progress = on_progress
        self._cancel = cancel
        self._items = self._repeated = 0
        self._ids: set[str] = set()
        # The file itself may lie in the folder with the texts, and its table of references too.
        others = (path, request.references, request.words.cases_file)
        skip = frozenset(one.resolve() for one in others if one is not None)
        if path.resolve() in {source.resolve() for source in request.sources}:
            raise UserFacingError(
                f"The file {path} is one of the texts.", "Choose another name for the task file."
            )
        self._sources = list_sources(request.sources, self.reading, skip)

    def items(self) -> Iterator[Item]:
        """Yield an item for each text."""
        request = self._request
        references = (
            read_references(request.references, request.columns, self._sources, self.reading)
            if request.references is not None
            else {}
        )
        how = HowToRead(request.columns, request.conclusions, references)
        for done, source in enumerate(self._sources):
            self._tell(done)
            for text in self._texts(source, how):
                self._items += 1
                self.referenced += bool(text.references)
                yield Item(self._items - 1, self._id(text.id), text.text, text.references)
                if self._items % _TELL_EVERY == 0:
                    self._tell(done)
        self._tell(len(self._sources))

    def notes(self) -> Sequence[str]:
        """Return what is to be known of all items, a sentence each."""
        made = []
        if self._repeated:
            have = "1 item has" if self._repeated == 1 else f"{self._repeated:,} items have"
            made.append(f"{have} an id that came before; it was made another one.")
        if missing := self._items - self.referenced:
            have = "1 item has" if missing == 1 else f"{missing:,} items have"
            made.append(
                f"{have} no reference: MedsDesk runs them without a score, and MedS-Ins takes"
                " none without."
            )
        return made

    def _texts(self, source: Source, how: HowToRead) -> Iterator[OwnText]:
        for text in read_source(source, how, self.reading):
            if self._cancel.cancelled:
                raise CancelledError("The making of a task file was stopped.")
            yield text

    def _tell(self, done: int) -> None:
        if self._cancel.cancelled:
            raise CancelledError("The making of a task file was stopped.")
        left_out = len(self.reading.left_out)
        self._on_progress(MakeProgress(done, len(self._sources), self._items, left_out))

    def _id(self, wanted: str) -> str:
        """Return an id that no item has yet."""
        if self._request.numbered:
            return str(self._items)
        own_id, number = wanted, 2
        while own_id in self._ids:
            own_id, number = f"{wanted} ({number})", number + 1
        self._repeated += own_id != wanted
        self._ids.add(own_id)
        return own_id
