"""What the page says of a comparison; pure functions without Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from medsdesk.ui.wording import count, metric_name

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Interval
    from medsdesk.services.comparison_pictures import Compared, Looked, Strength
    from medsdesk.services.comparison_report import ContestRow
    from medsdesk.services.rated_answers import Question

READING = "Reading the ratings …"
NO_FIT = "No rating fits these filters."
NO_FIT_HINT = "Set a filter back to “All”."
NO_SCORES = "The rated answers have no automatic scores."
NEXT = (
    "To find out, have answers of two models or more to the same texts rated by two clinicians or "
    "more: make a study on the page Studies, and lock it when all is rated."
)
FLATTERED = "The leading metric was chosen on these same ratings, which flatters it."
SAME_RATERS = "made of what the same raters corrected or marked"
TURNED = (
    "Above 0, a metric is better where clinicians are; where high ratings or low figures are the "
    "bad ones, that is turned round."
)
_PAPER, _STRICT = "medsbench", "strict"
_PROTOCOLS = {_STRICT: "Strict rules", _PAPER: "The paper's rules", "postedit": "Corrections"}
_PROTOCOLS |= {"errors": "Errors marked", "marks": "Marks"}
_SURE = 0.05
_SHORT_ID = 8


def protocol_label(protocol: str) -> str:
    """Return a score protocol's name for people."""
    return _PROTOCOLS.get(protocol, protocol.capitalize())


def metric_label(name: str) -> str:
    """Return a metric's name for people; how it was scored is told where it is not strict."""
    protocol, _, metric = name.partition(".")
    if not metric:
        return name
    if protocol in (_STRICT, _PAPER):
        return metric_name(metric, protocol)
    return f"{protocol_label(protocol)}: {metric.replace('_', ' ')}"


def question_label(question: Question) -> str:
    """Return a question's name for people."""
    return question.criterion.replace("_", " ").capitalize()


def question_line(question: Question) -> str:
    """Return a question with its form and study, as it is chosen from a list."""
    parts = (question_label(question), question.instrument, question.study)
    return " · ".join(part for part in parts if part)


def short_id(item: str) -> str:
    """Return the beginning of an id that nobody reads in full; names given by people stay whole."""
    made = len(item) == 32 and all(letter in "0123456789abcdef" for letter in item)
    return item[:_SHORT_ID] if made else item


def figure(value: float | None) -> str:
    """Return a coefficient with two decimals, with a true minus sign."""
    return "none" if value is None else f"{value:.2f}".replace("-", "−")


def interval(ci95: Interval | None) -> str:
    """Return an interval in words."""
    if ci95 is None:
        return "no interval"
    return f"95 % interval {figure(ci95[0])} to {figure(ci95[1])}"


def headline(compared: Compared, looked: Looked | None) -> tuple[str, str]:
    """Return what the comparison says, and what is to be known of it or done next."""
    if looked is None:
        return NO_FIT, NO_FIT_HINT
    asked, leader = question_label(looked.question), looked.leader
    if leader is None or leader.value is None or leader.row is None:
        reason = why_none(looked.strengths)
        return (
            f"Nothing can be said of which metric follows clinicians on “{asked}”. {reason}",
            NEXT,
        )
    row = leader.row
    who = ", ".join(
        (
            count(row.n_items, "item"),
            count(row.n_models, "model"),
            count(row.n_raters, "rater"),
        )
    )
    how = f"Kendall's tau-b {figure(leader.value)}, {interval(leader.ci95)}; {who}"
    name = metric_label(leader.metric)
    if leader.value <= 0:
        return f"On “{asked}” no metric follows clinicians; nearest is {name} ({how}).", FLATTERED
    if leader.ci95 is None or leader.ci95[0] <= 0:
        said = f"On “{asked}” no metric can be told from chance; nearest is {name} ({how})."
        return said, FLATTERED
    said = f"On “{asked}” {name} follows clinicians best ({how})."
    return f"{said} {_against(looked.rival)}".strip(), f"{_one_of_several(compared)}{FLATTERED}"


def about(looked: Looked, compared: Compared) -> str:
    """Return n, method and seed of pictures of single answers."""
    points = looked.points
    who = (
        count(len(points), "answer"),
        count(len({each.item for each in points}), "item"),
        count(len({each.model for each in points}), "model"),
        count(len(looked.raters), "rater"),
    )
    return f"{', '.join(who)}; mean of the raters; {_left_out(looked)}{drawn(compared)}"


def drawn(compared: Compared) -> str:
    """Return how intervals are made, in words."""
    report = compared.report
    over = {"items": "items", "models": "models", "both": "items and models"}[report.over]
    return f"intervals by {report.resamples:,} resamples over {over}, seed {report.seed}."


def why_none(strengths: Sequence[Strength]) -> str:
    """Return the sentence that most metrics have for why there is no figure."""
    told = Counter(each.note for each in strengths if each.note and not each.same_raters)
    if not told:
        return NO_SCORES
    return told.most_common(1)[0][0]


def _left_out(looked: Looked) -> str:
    left = sum(looked.question.excluded.values())
    return f"{left:,} left out (cannot judge, or no rater's); " if left else ""


def _against(rival: ContestRow | None) -> str:
    if rival is None:
        return ""
    other = metric_label(rival.other)
    apart = f"{figure(rival.difference)}, {interval(rival.ci95)}, p {_chance(rival.p_holm)}"
    if rival.p_holm < _SURE:
        return f"It does so better than the next, {other} (difference {apart})."
    return f"It cannot be told from the next, {other} (difference {apart})."


def _chance(p_value: float) -> str:
    return "below 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _one_of_several(compared: Compared) -> str:
    n = len(compared.questions)
    return f"One of {n} questions; each may have another answer. " if n > 1 else ""
