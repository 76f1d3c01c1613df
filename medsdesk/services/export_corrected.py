"""Write what raters corrected in a locked study as MedS-Ins task files, to train or test with."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study_rating import EDIT
from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.export import refuse_own
from medsdesk.services.file_tasks import definition_of, task_of
from medsdesk.services.new_files import new_file
from medsdesk.services.own_forms import read_study_form
from medsdesk.services.study_measures import is_looked_at, said_by_rater
from medsdesk.services.study_trail import trail_entry
from medsdesk.services.task_words import TaskWords, header_of, target_of
from medsdesk.store.audit import add_entry
from medsdesk.store.outputs import list_answers
from medsdesk.store.runs import get_run
from medsdesk.store.studies import study_key
from medsdesk.store.study_ratings import current_ratings
from medsdesk.studies.plan_format import read_key
from medsdesk.tasks.meds_bench import Item, open_task_file
from medsdesk.tasks.task_families import in_registry
from medsdesk.tasks.task_writer import write_task_file

if TYPE_CHECKING:
    from medsdesk.core.study import StudyKey, StudyPlan
    from medsdesk.core.task import Sample
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.workspace import Workspace
    from medsdesk.tasks.task_header import TaskHeader

log = logging.getLogger(__name__)

UNCHANGED_NOTE = "An answer that nobody corrected need not be right: look at its ratings too."


@dataclass(frozen=True, slots=True)
class CorrectedFile:
    """A task file that was written.

    Attributes:
        file: Where it is.
        task_id: Its task.
        instances: How many it has.
        sha256: Of the whole file.
    """

    file: str
    task_id: str
    instances: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CorrectedExport:
    """What was written of a study.

    Attributes:
        study: Name of the study.
        study_id: Its id.
        files: One for each task.
        corrected: Answers that somebody corrected.
        unchanged: Answers that raters left as they are, written only where that was asked for.
        several: Answers with corrections by several raters that differ; each is an instance.
        notes: What is worth knowing, a sentence each.
    """

    study: str
    study_id: str
    files: tuple[CorrectedFile, ...]
    corrected: int
    unchanged: int
    several: int
    notes: tuple[str, ...]


_Outputs = tuple["AnswerRow", tuple[str, ...]]
"""An answer with the outputs that are written for it."""


@dataclass(slots=True)
class _Answer:
    """What raters made of one answer."""

    output: str
    answer: AnswerRow
    corrections: dict[str, None] = field(default_factory=dict)
    looked_at: bool = False


def export_corrected(
    ws: Workspace, named: str, out: Path, actor: str, *, unchanged: bool = False
) -> CorrectedExport:
    """Write corrected answers as the right outputs of their texts, a task file for each task.

    Only corrections that hold are taken, of raters, in items that count: no practice, no repeat
    and no damaged copy. All files are there, with one row of the trail, or none is.

    Args:
        ws: The workspace.
        named: Name or id of the study, which is locked.
        out: The file, or a folder, in which each file is named after its task and the study.
        actor: Who does it.
        unchanged: Take the answers too that were looked at and corrected by nobody, as they are.

    Raises:
        UserFacingError: The study is not locked, its key is not here, nothing was corrected, or
            a file cannot be written.
    """
    study, plan = study_with_plan(ws, named)
    key = read_key(study_key(ws, study.id), plan.key_sha256)
    if not any(read_study_form(form).edit for form in plan.forms):
        raise UserFacingError(
            f"In the study '{study.name}' outputs were not corrected.",
            "Corrections are asked for by forms with 'edit = true', such as 'summary'.",
        )
    answers = _answers(ws, plan, key)
    counted = _Counted(answers, unchanged=unchanged)
    if not counted.tasks:
        raise UserFacingError(
            f"In the study '{study.name}' there is no corrected answer to write.",
            "Give --unchanged to write the answers that raters left as they are.",
        )
    targets = {task: _target(task, study.name, out, counted.tasks) for task in counted.tasks}
    files = _write(ws, study.id, targets, counted.tasks, actor)
    log.info("wrote %d corrected answers of study %s", counted.corrected, study.id)
    return CorrectedExport(
        study=study.name,
        study_id=study.id,
        files=files,
        corrected=counted.corrected,
        unchanged=counted.unchanged,
        several=counted.several,
        notes=tuple(counted.notes()),
    )


def _write(
    ws: Workspace,
    study_id: str,
    targets: Mapping[str, Path],
    tasks: Mapping[str, Sequence[_Outputs]],
    actor: str,
) -> tuple[CorrectedFile, ...]:
    """Write all files and their row of the trail: no file leaves without one."""
    with ExitStack() as stack:
        files = tuple(
            _written(ws, stack, task, targets[task], found) for task, found in tasks.items()
        )
        after = {
            "corrected": True,
            "files_sha256": [file.sha256 for file in files],
            "instances": sum(file.instances for file in files),
        }
        add_entry(ws, trail_entry(ws, study_id, actor, "export", after=after))
    return files


def _written(
    ws: Workspace, stack: ExitStack, task: str, target: Path, found: Sequence[_Outputs]
) -> CorrectedFile:
    """Write the file of a task beside its place; it is put there when the stack ends well."""
    refuse_own(ws, target)
    header = _header(ws, task, found)
    part = stack.enter_context(new_file(target))
    count = write_task_file(part, header, _items(found))
    with part.open("rb") as file:
        return CorrectedFile(
            str(target), task, count, hashlib.file_digest(file, "sha256").hexdigest()
        )


class _Counted:
    """Answers by task with the outputs to write, and how many there are of each kind."""

    def __init__(self, answers: Sequence[_Answer], *, unchanged: bool) -> None:
        self.tasks: defaultdict[str, list[_Outputs]] = defaultdict(list)
        self.corrected = self.unchanged = self.several = self._empty = 0
        self._take_unchanged = unchanged
        for each in answers:
            made = tuple(each.corrections)
            if made:
                self.corrected += 1
                self.several += len(made) > 1
            elif each.looked_at and not each.output.strip():
                self._empty += 1
            elif each.looked_at:
                self.unchanged += 1
                made = (each.output,) if unchanged else ()
            if made:
                self.tasks[each.answer.sample.task_id].append((each.answer, made))

    def notes(self) -> Iterator[str]:
        """Yield what is worth knowing, a sentence each."""
        if self.several:
            have = "1 answer has" if self.several == 1 else f"{self.several:,} answers have"
            yield f"{have} corrections that differ between raters; each is an instance of its own."
        if self.unchanged and self._take_unchanged:
            yield UNCHANGED_NOTE
        elif self.unchanged:
            were = "1 answer was" if self.unchanged == 1 else f"{self.unchanged:,} answers were"
            yield f"{were} not corrected and left out; --unchanged takes them too."
        if self._empty:
            yield f"Empty answers, which are never written: {self._empty:,}."


def _answers(ws: Workspace, plan: StudyPlan, key: StudyKey) -> list[_Answer]:
    """Return what raters made of each answer, in the order of the plan's items."""
    ordinary = {p.presentation_id for p in key.presentations if p.role == "ordinary"}
    origins = {(each.item_id, each.place): each.output_id for each in key.outputs}
    shown = {each.id: each for a in plan.assignments for each in a.presentations}
    forms = {form.id: read_study_form(form) for form in plan.forms}
    items = {item.id: item for item in plan.items}
    stored = {row.output.id: row for row in list_answers(ws, limit=-1)}
    made: dict[str, _Answer] = {}
    for presentation_id, said in said_by_rater(ordinary, current_ratings(ws, plan.id)):
        presentation = shown[presentation_id]
        item, form = items[presentation.item_id], forms[items[presentation.item_id].form]
        if not form.edit or len(item.outputs) != 1:
            continue
        answer = stored[origins[item.id, 0]]
        found = made.setdefault(item.id, _Answer(item.outputs[0], answer))
        found.looked_at |= is_looked_at(said, form)
        if (edit := said.get(EDIT)) is not None and edit.text != item.outputs[0]:
            found.corrections[edit.text] = None
    return [made[item.id] for item in plan.items if item.id in made]


def _target(task: str, study: str, out: Path, tasks: Mapping[str, object]) -> Path:
    """Return the file of a task, under a name by which the task is known."""
    if len(tasks) > 1 and not out.is_dir():
        raise UserFacingError(
            f"The corrected answers are of {len(tasks)} tasks, and each has a file of its own.",
            f"Give a folder that is there, instead of {out}.",
        )
    known = in_registry(task)
    words = TaskWords(task=task if known else "", name=study if known else f"{task} {study}")
    return target_of(words, out, ())


def _header(ws: Workspace, task: str, found: Sequence[_Outputs]) -> TaskHeader:
    """Return the header of a task: the one of the file it was run from, else the registry's."""
    for run_id in dict.fromkeys(answer.output.run_id for answer, _ in found):
        if (header := _file_header(ws, run_id, task)) is not None:
            return header
    if in_registry(task):
        return header_of(TaskWords(task=task))
    raise UserFacingError(
        f"The task file of {task} is not where it was, so its instruction is not known.",
        "Put the file back to where it was when the run was made, unchanged.",
    )


def _file_header(ws: Workspace, run_id: str, task: str) -> TaskHeader | None:
    """Return the header of a run's task file, where the very file is still there."""
    evaluation = get_run(ws, run_id).evaluation
    for record in evaluation.files if evaluation is not None else ():
        path = Path(record.path)
        if record.task_id != task or not path.is_file():
            continue
        try:
            file = open_task_file(path)
            if file.sha256 == record.sha256:
                return replace(file.header, definition=definition_of(file, task_of(file))[0])
        except UserFacingError:
            log.info("the file of task %s cannot be read any more", task)
    return None


def _items(found: Sequence[_Outputs]) -> Iterator[Item]:
    """Yield an instance for each output; several of one answer share the beginning of their id."""
    place = 0
    for answer, outputs in found:
        sample: Sample = answer.sample
        for number, output in enumerate(outputs, 1):
            own_id = answer.output.id[:12] + (f"-{number}" if len(outputs) > 1 else "")
            yield Item(place, own_id, sample.input, (output,))
            place += 1
