"""One answer as the answer column shows it, fresh or stored; without Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.ui.wording import EndTone, count, ending, speed

if TYPE_CHECKING:
    from medsdesk.core.generation import Completion
    from medsdesk.core.model import ModelFile
    from medsdesk.core.score import Score
    from medsdesk.services.evaluate import RunResult
    from medsdesk.store.outputs import AnswerRow


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer with all that is shown of it.

    Attributes:
        output_id: The stored answer.
        completion: Text, counts and end.
        scores: Its automatic scores.
        model_name: Who gave it.
        is_demo: Whether that is the demonstration model.
        created_at: UTC time.
    """

    output_id: str
    completion: Completion
    scores: tuple[Score, ...]
    model_name: str
    is_demo: bool
    created_at: str

    @property
    def badge(self) -> tuple[str, EndTone]:
        """How it ended, in words, and the tone."""
        return ending(self.completion.finish_reason)

    @property
    def figures(self) -> str:
        """Tokens, speed, time, and what was cut."""
        cut = self.completion.cut_tokens
        note = f" · {count(cut, 'prompt token')} cut from the left" if cut else ""
        return f"{speed(self.completion)}{note}"


def from_result(result: RunResult, model: ModelFile) -> AnswerView:
    """Return the view of an answer that has just come."""
    output = result.output
    return AnswerView(
        output.id, output.completion, result.scores, model.name, model.is_demo, output.created_at
    )


def from_row(row: AnswerRow) -> AnswerView:
    """Return the view of a stored answer."""
    output = row.output
    return AnswerView(
        output.id,
        output.completion,
        row.scores,
        row.model_name,
        row.model_is_demo,
        output.created_at,
    )
