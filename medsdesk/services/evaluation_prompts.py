"""The prompt of one item of an evaluation, the same whenever it is made from the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.core.generation import Prompt
from medsdesk.core.run import EvaluationRecord, RunSpec
from medsdesk.core.task import Case, TaskContent
from medsdesk.services import case_pool
from medsdesk.services.file_tasks import own_cases
from medsdesk.tasks.prompts import render

if TYPE_CHECKING:
    from medsdesk.services.case_pool import Chooser
    from medsdesk.services.evaluation_plan import PlannedFile


def chooser_for(record: EvaluationRecord, file: PlannedFile) -> Chooser:
    """Return how the worked cases of a file's items are chosen."""
    shots = file.record.shots
    if record.cases == "own":
        return case_pool.own_chooser(own_cases(file.task), shots)
    if record.cases == "file":
        return case_pool.own_chooser(file.file.header.positive, shots)
    if record.cases == "leak":
        draw = case_pool.Draw(record.seed, file.record.sha256, "cases")
        return case_pool.leak_chooser(file.file, shots, draw)
    return case_pool.pool_chooser(file.file, file.record.case_items, shots)


def prompt_for(spec: RunSpec, file: PlannedFile, text: str, cases: tuple[Case, ...]) -> Prompt:
    """Return the messages that one item of a file is asked with.

    Args:
        spec: The evaluation's manifest.
        file: The item's file.
        text: The item's text as it is stored.
        cases: What the file's chooser gives for the item.

    Raises:
        UserFacingError: There is no such template or no instruction.
    """
    content = TaskContent(file.task.id, file.task.output_languages[0], file.definition, cases, ())
    leak = spec.evaluation is not None and spec.evaluation.cases == "leak"
    return render(text, content, file.definition, len(cases), spec.template_id, keep_own=leak)
