"""One item in words: what is the matter with it, and what each protocol makes of it; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.services.item_kinds import Kind, leading
from medsdesk.ui.wording import count, metric_name

if TYPE_CHECKING:
    from medsdesk.core.score import Score
    from medsdesk.services.browse_items import ItemDetail
    from medsdesk.store.items import RunChoice
    from medsdesk.ui.theme import Tone

STRICT, PAPER = "strict", "medsbench"
NO_SCORE = "–"
# Where a signature may wrap: it has no spaces.
_BREAK = "|\u200b"

KIND_NAMES = {
    Kind.WRONG: "Wrong",
    Kind.UNPARSED: "Unparsed",
    Kind.TRUNCATED: "Truncated",
    Kind.FAILED: "No answer",
    Kind.DISAGREE: "Protocols disagree",
    Kind.INCOMPLETE: "Incomplete",
    Kind.WAITING: "Waiting",
    Kind.RIGHT: "Right",
}
KIND_TIPS = {
    Kind.WRONG: "The strict rules call the answer wrong.",
    Kind.UNPARSED: "The strict rules could not read out of the answer what the task asks for.",
    Kind.TRUNCATED: "The answer ended at the limit of new tokens, or the prompt was cut to fit.",
    Kind.FAILED: "There is no answer; the reason stands in its place.",
    Kind.DISAGREE: "One protocol calls the answer right and the other does not.",
    Kind.INCOMPLETE: "The answer was stopped, or the engine ended while it was written.",
    Kind.WAITING: "The item's turn has not come yet.",
    Kind.RIGHT: "The strict rules call the answer right.",
}
_TONES: dict[Kind, Tone] = {
    Kind.WRONG: "danger",
    Kind.UNPARSED: "warn",
    Kind.TRUNCATED: "warn",
    Kind.FAILED: "danger",
    Kind.DISAGREE: "warn",
    Kind.INCOMPLETE: "warn",
    Kind.WAITING: "plain",
    Kind.RIGHT: "good",
}

# Plain numbers: a table asks for them with every line it draws.
_BITS = tuple((int(kind), name) for kind, name in KIND_NAMES.items())


@dataclass(frozen=True, slots=True)
class Badge:
    """A word about an item, how loud it is, and what it means."""

    text: str
    tone: Tone
    tip: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of the scores: what it is, and what stands under each protocol."""

    title: str
    strict: str
    paper: str


def badges(kinds: Kind) -> tuple[Badge, ...]:
    """Return a badge for each kind an item is of."""
    return tuple(
        Badge(name, _TONES[kind], KIND_TIPS[kind])
        for kind, name in KIND_NAMES.items()
        if kind in kinds
    )


def kinds_line(kinds: int) -> str:
    """Return the kinds an item is of in one line."""
    return ", ".join(name for bit, name in _BITS if bit & kinds)


def leading_value(scores: Sequence[Score], protocol: str) -> str:
    """Return the value that stands for a protocol in a table."""
    found = leading([(s.protocol, s.metric, s.value, s.reason) for s in scores], protocol)
    if found is None:
        return NO_SCORE
    return "unscored" if found[2] is None else f"{found[2]:.1f}"


def difference(first: Sequence[Score], second: Sequence[Score]) -> str:
    """Return the strict leading score of one answer less that of the other, in points."""
    values = []
    for scores in (first, second):
        found = leading([(s.protocol, s.metric, s.value, s.reason) for s in scores])
        if found is None or found[2] is None:
            return NO_SCORE
        values.append(found[2])
    return f"{values[0] - values[1]:+.1f}"


def score_lines(scores: Sequence[Score]) -> tuple[ScoreLine, ...]:
    """Return the scores of an answer line by line, the protocols side by side."""
    sides = {p: [s for s in scores if s.protocol == p] for p in (STRICT, PAPER)}
    metrics = dict.fromkeys(s.metric for side in sides.values() for s in side)
    lines = [
        ScoreLine(metric_name(metric), *(_value(side, metric) for side in sides.values()))
        for metric in metrics
    ]
    for title, field in (("Read from the answer", "answer"), ("Note", "reason")):
        told = [_told(side, field) for side in sides.values()]
        if any(told):
            lines.append(ScoreLine(title, *(text or NO_SCORE for text in told)))
    made = ("\n".join(s.signature.replace("|", _BREAK) for s in side) for side in sides.values())
    lines.append(ScoreLine("How it was made", *(text or NO_SCORE for text in made)))
    return tuple(lines)


def disagreement(kinds: Kind) -> str:
    """Return in a sentence how the protocols contradict each other; empty where they do not."""
    if Kind.DISAGREE not in kinds:
        return ""
    if Kind.RIGHT in kinds:
        return "The protocols disagree: the strict rules call this right, the paper's rules wrong."
    if Kind.UNPARSED in kinds:
        return (
            "The protocols disagree: the strict rules find no answer to score, the paper's rules "
            "call it right."
        )
    return "The protocols disagree: the strict rules call this wrong, the paper's rules right."


def place_line(detail: ItemDetail, title: str) -> str:
    """Return where an item is from."""
    row = detail.row
    if not row.file:
        return f"{title} · a text of the Workbench"
    return f"{title} · {row.file}, item {row.item_index + 1:,}"


def run_line(run: RunChoice, when: str) -> str:
    """Return a run in one line, as it is chosen from a list."""
    tasks = run.task_ids[0] if len(run.task_ids) == 1 else count(len(run.task_ids), "task")
    what = tasks if run.is_evaluation else f"{tasks}, single text"
    answered = count(run.answered, "answer")
    if run.answered < run.items:
        answered = f"{run.answered:,} of {count(run.items, 'item')} answered"
    return f"{when} · {run.model_name} · {what} · {answered} · {run.id[:8]}"


def one_line(text: str | None) -> str:
    """Return the beginning of a text in one line."""
    return " ".join((text or "").split())


def _value(scores: Sequence[Score], metric: str) -> str:
    for score in scores:
        if score.metric == metric:
            return "unscored" if score.value is None else f"{score.value:.1f} %"
    return NO_SCORE


def _told(scores: Sequence[Score], field: str) -> str:
    return "\n".join(dict.fromkeys(str(told) for s in scores if (told := getattr(s, field))))
