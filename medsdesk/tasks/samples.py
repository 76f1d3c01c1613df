"""Makes a Sample of a text that somebody gave."""

from __future__ import annotations

from collections.abc import Sequence

from medsdesk.core.identity import new_id, text_sha256
from medsdesk.core.task import Sample, Task
from medsdesk.tasks.texts import check_text


def make_sample(task: Task, text: str, references: Sequence[str], origin: str) -> Sample:
    """Return a new sample; blank references are no references.

    Args:
        task: The task it is for.
        text: The clinical text.
        references: Right answers, if any.
        origin: ``pasted``, ``file`` or ``example``.

    Raises:
        UserFacingError: The text, or a reference, cannot be used.
    """
    text = check_text(text)
    return Sample(
        id=new_id(),
        task_id=task.id,
        category=task.category,
        input=text,
        targets=tuple(check_text(r, name="The reference") for r in references if r.strip()),
        language=task.output_languages[0],
        origin=origin,
        input_sha256=text_sha256(text),
    )
