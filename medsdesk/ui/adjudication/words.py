"""How disagreements and decisions are told in the window; without Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.ui.rating.answering import numbers_of
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.core.adjudication import Disagreement, Disagreements, RaterAnswer
    from medsdesk.core.rating_view import RatedValue
    from medsdesk.core.study_rating import Mark

COLUMNS = ("Item", "Question", "Answers", "Decision")
ANSWER_COLUMNS = ("Rater", "Answer", "Comment and marks")
KEYS = (
    "A digit decides and goes on; X leaves the disagreement as it stands; Backspace takes a "
    "decision back; N and P go on and back; W writes a reason first, Esc leads back."
)
BLIND = (
    "Raters are numbered anew for each item. Who they are, and which model wrote what, is told "
    "when the study is locked."
)
_TARGETS = {"source": "Text", "output_a": "Output A", "output_b": "Output B"}


def row_cells(row: Disagreement, item: int) -> tuple[str, ...]:
    """Return a disagreement's row of the list."""
    answers = " · ".join(_short(row, each) for each in row.answers)
    return (f"{item:,}", row.label, answers, decision_words(row))


def answers_words(row: Disagreement) -> str:
    """Return the question and what each rater answered, in a line each."""
    lines = [f"{rater_words(each)}: {value_words(row, each)}" for each in row.answers]
    return "\n".join((row.label, *lines))


def item_numbers(found: Disagreements) -> dict[str, int]:
    """Return a number for each item, from 1 in the order of the list."""
    ids = dict.fromkeys(row.item_id for row in found.rows)
    return {item: number for number, item in enumerate(ids, start=1)}


def state_words(found: Disagreements, adjudicator: str) -> str:
    """Return how far deciding has come, and what is left out."""
    left = len(found.rows) - found.decided
    told = [
        f"You decide as {adjudicator}." if not found.locked else "The study is locked.",
        f"{found.decided:,} of {count(len(found.rows), 'disagreement')} decided, {left:,} left.",
    ]
    if found.own:
        told.append(
            f"{count(found.own, 'item')} that {adjudicator} rates left out: who rates an item is "
            "not shown what others answered to it."
        )
    return " ".join(told)


def empty_words(found: Disagreements, adjudicator: str) -> str:
    """Return why there is nothing to decide."""
    if found.own and found.own == found.compared:
        return (
            f"{adjudicator} rates all items of this study, and cannot decide between its raters. "
            "Whoever decides enters their own name under Settings first."
        )
    if not found.compared:
        return "No item of this study is shown to several raters, so there is nothing to compare."
    return "Raters do not differ on any item so far."


def rater_words(answer: RaterAnswer) -> str:
    """Return who answered, as far as it is told, and from which side."""
    name = answer.name or f"Rater {answer.number}"
    return f"{name} (saw A and B the other way round)" if answer.swapped else name


def value_words(row: Disagreement, answer: RaterAnswer) -> str:
    """Return what a rater answered."""
    if row.question is None:
        return count(len(answer.marks), "mark")
    return point_words(row, answer.value)


def point_words(row: Disagreement, value: RatedValue | None) -> str:
    """Return a point with the key that stands for it, a count, or why there is neither."""
    if value is None:
        return "no answer"
    if value == "cannot_judge":
        return "Cannot judge"
    if row.question is None or row.question.is_count:
        return f"{value:,}"
    [label] = [each.label for each in row.question.anchors if each.value == value] or [str(value)]
    return f"{numbers_of(row.question).get(value, '')} {label}".strip()


def remarks_words(row: Disagreement, answer: RaterAnswer) -> str:
    """Return a rater's comment and marks, a line each."""
    lines = [answer.comment] if answer.comment else []
    return "\n".join((*lines, *(_mark_words(row, mark) for mark in answer.marks)))


def decision_words(row: Disagreement) -> str:
    """Return what was decided, in a few words."""
    decision = row.decision
    if decision is None:
        return "" if row.differs else "no longer differ"
    if decision.value == "cannot_judge":
        return "Left as it stands"
    if row.question is None:
        return count(len(decision.marks), "mark")
    return point_words(row, decision.value)


def decided_words(row: Disagreement) -> str:
    """Return who decided what and why; a sentence even where nothing was."""
    decision = row.decision
    if decision is None:
        return "Not decided yet."
    why = f" Reason: {decision.why}" if decision.why else ""
    return f"Decided by {decision.adjudicator}: {decision_words(row)}.{why}"


def _short(row: Disagreement, answer: RaterAnswer) -> str:
    """Return an answer by its digit, as short as it can be."""
    if row.question is None:
        return f"{len(answer.marks):,}"
    if answer.value == "cannot_judge":
        return "X"
    if answer.value is None:
        return "–"
    return numbers_of(row.question).get(answer.value, f"{answer.value:,}")


def _mark_words(row: Disagreement, mark: Mark) -> str:
    texts = dict(zip(("output_a", "output_b"), row.outputs, strict=False))
    words = texts.get(mark.target, row.source)[mark.start : mark.end]
    names = {each.id: each.label for each in (*row.form.marks, *row.form.severities)}
    kinds = ", ".join(names.get(each, each) for each in (mark.type, mark.severity) if each)
    where = _TARGETS[mark.target] if len(row.outputs) > 1 or mark.target == "source" else "Output"
    return f"{where}: “{words}”, {kinds}" + (f": {mark.note}" if mark.note else "")
