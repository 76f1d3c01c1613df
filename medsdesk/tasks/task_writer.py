"""Writes task files in the form of the authors of MedS-Ins, for own use or to contribute."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from medsdesk.config.files import replacing
from medsdesk.core.errors import UserFacingError
from medsdesk.core.task import Case
from medsdesk.tasks.meds_bench import Item
from medsdesk.tasks.task_faults import is_text
from medsdesk.tasks.task_header import TaskHeader

_INDENT = " " * 4


def write_task_file(
    path: Path, header: TaskHeader, instances: Iterable[Item], *, open_items: bool = False
) -> int:
    """Write a task file and return how many items it has.

    Items are written as they come, so there may be any number, and their places are counted
    anew. The file is there only when all of it could be written.

    Args:
        path: The new file; its name should begin with ``task``, a number and ``_``.
        header: With a definition.
        instances: At least one, each with an input and at least one output.
        open_items: Take items without an output too. They are written without one, which
            MedsDesk runs without a score and ``tasks check`` tells; MedS-Ins takes none.

    Raises:
        UserFacingError: Something that a task file must have is missing or no text, or the
            file cannot be written.
    """
    fields = _fields(header)
    count = 0
    with replacing(path) as file:
        file.write(json.dumps(fields, ensure_ascii=False, indent=4)[:-2])
        file.write(f',\n{_INDENT}"Instances": [')
        for count, item in enumerate(instances, 1):
            text = json.dumps(
                _instance(item, count, open_items=open_items), ensure_ascii=False, indent=4
            )
            comma = "," if count > 1 else ""
            # Line feeds within texts are escaped, so these are between the lines alone.
            file.write(f"{comma}\n{_INDENT * 2}" + text.replace("\n", f"\n{_INDENT * 2}"))
        if not count:
            raise UserFacingError("The task has no items.", "Give at least one input with output.")
        file.write(f"\n{_INDENT}]\n}}\n")
    return count


def _fields(header: TaskHeader) -> dict[str, object]:
    """Return the header by the authors' names and in their order."""
    _check("The definition", header.definition)
    texts: dict[str, Sequence[str]] = {
        "Contributors": header.contributors,
        "Source": [header.source] if header.source else [],
        "URL": header.url,
        "Categories": header.categories,
        "Reasoning": header.reasoning,
        "Definition": [header.definition],
        "Input_language": header.input_languages,
        "Output_language": header.output_languages,
        "Instruction_language": header.instruction_languages,
        "Domains": header.domains,
    }
    for name, many in texts.items():
        for text in many:
            _check(name, text)
    fields: dict[str, object] = {name: list(many) for name, many in texts.items()}
    if header.split:
        _check("Split Type", header.split)
        fields["Split Type"] = header.split
    fields["Positive Examples"] = _cases("Positive example", header.positive)
    fields["Negative Examples"] = _cases("Negative example", header.negative)
    return fields


def _cases(name: str, cases: Sequence[Case]) -> list[dict[str, str]]:
    for number, case in enumerate(cases, 1):
        _check(f"The input of {name.lower()} {number}", case.input)
        _check(f"The output of {name.lower()} {number}", case.output)
    return [{"input": case.input, "output": case.output} for case in cases]


def _instance(item: Item, number: int, *, open_items: bool) -> dict[str, object]:
    _check(f"The input of item {number}", item.input)
    for output in item.outputs:
        _check(f"The output of item {number}", output)
    if not item.outputs and not open_items:
        raise UserFacingError(f"Item {number} has no output.", "Give its right answer.")
    own_id = {"id": item.id} if item.id and is_text(item.id) else {}
    instance: dict[str, object] = {**own_id, "input": item.input}
    if item.outputs:
        outputs = list(item.outputs)
        instance["output"] = outputs if len(outputs) > 1 else outputs[0]
    return instance


def _check(name: str, text: str) -> None:
    if not text.strip():
        raise UserFacingError(f"{name} is empty.", "Write it, and then save the task again.")
    if not is_text(text):
        raise UserFacingError(
            f"{name} has characters in it that are no text.", "Delete them, or type it anew."
        )
