"""Make the prompt of a stored item again: it is not kept itself, only its fingerprint is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import Prompt
from medsdesk.core.run import RunSpec
from medsdesk.services.answering import prompt_sha256
from medsdesk.services.evaluation_plan import reopen_files
from medsdesk.services.evaluation_prompts import chooser_for, prompt_for
from medsdesk.store import items, runs
from medsdesk.tasks.meds_bench import read_items
from medsdesk.tasks.prompts import render
from medsdesk.tasks.registry import find_task, task_content
from medsdesk.tasks.texts import check_text

if TYPE_CHECKING:
    from medsdesk.store.items import ItemRow
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.workspace import Workspace

NOT_THE_SAME = (
    "The prompt cannot be shown: what is made from the record now is not what was sent then, "
    "by its SHA-256."
)
WAS_CUT = "The first {cut:,} tokens of this were cut off before it was sent, to fit the context."
NEVER_SENT = "Nothing was sent yet; this is what the item is asked with."


@dataclass(frozen=True, slots=True)
class ItemPrompt:
    """The prompt of an item, or why it cannot be shown.

    Attributes:
        prompt: The messages; None where they cannot be made, or are not those that were sent.
        note: A sentence: why there is no prompt, or what to know about it. Empty where the
            prompt is the one that was sent, by its SHA-256.
        input: The item's text, where the task file was read.
        references: Its references, where the task file was read.
    """

    prompt: Prompt | None = None
    note: str = ""
    input: str | None = None
    references: tuple[str, ...] = ()


def prompt_of(ws: Workspace, run_id: str, position: int) -> ItemPrompt:
    """Make the prompt of an item from the manifest and its task file, and check it.

    Raises:
        UserFacingError: There is no such run.
    """
    spec = runs.get_run(ws, run_id)
    found = items.read_rows(ws, spec.id, [position])
    if not found:
        return ItemPrompt(note="There is no such item in the run.")
    (row,) = found
    answer = None if row.output_id is None else items.answer_row(ws, row.output_id)
    try:
        made = _from_file(spec, row) if spec.evaluation else _from_text(spec, answer)
    except UserFacingError as error:
        return ItemPrompt(note=f"The prompt cannot be shown. {error.message} {error.hint}")
    return made if made.prompt is None else _checked(made, made.prompt, answer)


def _checked(made: ItemPrompt, prompt: Prompt, answer: AnswerRow | None) -> ItemPrompt:
    """Hold a prompt against the fingerprint of the one that was sent."""
    if answer is None:
        return replace(made, note=NEVER_SENT)
    if prompt_sha256(prompt) != answer.output.prompt_sha256:
        return replace(made, prompt=None, note=NOT_THE_SAME)
    cut = answer.output.completion.cut_tokens
    return replace(made, note=WAS_CUT.format(cut=cut)) if cut else made


def _from_file(spec: RunSpec, row: ItemRow) -> ItemPrompt:
    record = spec.evaluation
    if record is None:
        raise RuntimeError("the run is no evaluation")
    (file,) = reopen_files([record.files[row.file_place]], ())
    item = next(
        (i for i in read_items(file.file, lambda _: None) if i.index == row.item_index), None
    )
    if item is None:
        return ItemPrompt(note="The prompt cannot be shown: the item cannot be read from its file.")
    text = check_text(item.input)
    prompt = prompt_for(spec, file, text, chooser_for(record, file)(item))
    return ItemPrompt(prompt, "", text, item.outputs)


def _from_text(spec: RunSpec, answer: AnswerRow | None) -> ItemPrompt:
    if answer is None:
        return ItemPrompt(note="There is no answer, and so no text, stored of this run.")
    sample = answer.sample
    content = task_content(find_task(sample.task_id).id)
    prompt = render(sample.input, content, content.definition, spec.shots, spec.template_id)
    return ItemPrompt(prompt, "", sample.input, sample.targets)
