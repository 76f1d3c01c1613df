"""What a comparison found, in plain words: which metric follows clinicians, and how surely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from medsdesk.services.rated_answers import is_bad
from medsdesk.services.report_document import Block, Column, Grid, Paragraph, Section
from medsdesk.services.report_words import count, interval, listed, number, p_value, plain
from medsdesk.services.statistic_words import ALPHA, metric_words, statistic_words
from medsdesk.services.study_measures import is_low_good, signature_of

if TYPE_CHECKING:
    from medsdesk.services.comparison_report import (
        AgreementRow,
        CompareReport,
        ContestRow,
        MetricRow,
    )
    from medsdesk.services.report_facts import ReportFacts

ALL = "all"
TAU = "kendall_tau_b_by_item"
SURE = 0.05
NOTHING = (
    "Nothing can be said yet: no ratings are compared. Ratings of a study come in when it is "
    "locked, in the workspace that has its key."
)
NEGATIVE = "Negative values are what follows clinicians here, since {why}."
NO_INTERVAL = "There is no interval, so it cannot be said how sure that is."
CHANCE = (
    "Its interval is clear of 0, but so many questions and metrics were tried that this may be "
)
CHANCE += "chance (p {p}, adjusted by Holm)."
NO_METRIC = "nothing can be said of metrics."
SAME_RATERS = (
    "Measures made of what the same raters corrected or marked are left out here; they stand in "
    "the tables."
)

_ALPHA_STEPS = (
    (0.8, "reliable (0.80 or more)"),
    (0.667, "enough for tentative conclusions (0.667 or more)"),
    (-9.0, "too little to rely on (under 0.667)"),
)
_ICC_STEPS = (
    (0.9, "excellent (0.90 or more)"),
    (0.75, "good (0.75 or more)"),
    (0.5, "moderate (0.50 or more)"),
    (-9.0, "poor (under 0.50)"),
)
_Question = tuple[str, str, str]


def findings(facts: ReportFacts) -> Section:
    """Return what was found: in one sentence, then question by question."""
    report = facts.report
    if report is None:
        return Section("What was found", (Paragraph(NOTHING, "lead"),))
    blocks: list[Block] = []
    raters = {_key(row): row for row in reversed(report.agreement) if _leads(row)}
    refused = {_key(row): row for row in reversed(report.agreement) if row.value is None}
    questions = _questions(report)
    for key, rows in questions.items():
        agreed = raters.get(key) or refused.get(key)
        told = [*_best(rows, report.metric_vs_metric)]
        told += [*_agreed(agreed)] if agreed is not None else []
        blocks.append(Paragraph(" ".join(told), head=f"{_name(key, report)}:"))
    if any(signature_of(row.metric) for row in report.human_vs_metric if row.metric):
        blocks.append(Paragraph(SAME_RATERS, "quiet"))
    grid = _grid(report)
    lead = Paragraph(_summary(questions), "lead")
    return Section("What was found", (lead, *blocks, *((grid,) if grid.rows else ())))


def _summary(questions: Mapping[_Question, Sequence[MetricRow]]) -> str:
    """Return on how many questions a metric is shown to follow clinicians, and which."""
    leaders = [best for rows in questions.values() if (best := leader(rows)) is not None]
    asked = count(len(questions), "question")
    if not leaders:
        return f"Of {asked} none can be compared with a metric."
    sure = [best for best in leaders if _is_shown(best)]
    if not sure:
        return f"On none of {asked} is a metric shown to follow clinicians."
    names = listed(dict.fromkeys(metric_words(best.metric) for best in sure))
    return f"On {len(sure):,} of {asked} a metric is shown to follow clinicians: {names}."


def _questions(report: CompareReport) -> dict[_Question, list[MetricRow]]:
    """Return the rows of each question over all categories, in the order they came."""
    found: dict[_Question, list[MetricRow]] = {_key(row): [] for row in report.agreement}
    several: defaultdict[_Question, set[str]] = defaultdict(set)
    for row in report.human_vs_metric:
        several[_key(row)].add(row.category)
    for row in report.human_vs_metric:
        found.setdefault(_key(row), [])
        if row.statistic == TAU and (row.category == ALL or ALL not in several[_key(row)]):
            found[_key(row)].append(row)
    return found


def _key(row: AgreementRow | MetricRow) -> _Question:
    return row.study, row.instrument, row.criterion


def _name(key: _Question, report: CompareReport) -> str:
    study, instrument, criterion = key
    known = {*map(_key, report.agreement), *map(_key, report.human_vs_metric)}
    studies, forms = {each[0] for each in known}, {each[1] for each in known}
    apart = [f"form {instrument}"] if len(forms) > 1 and instrument else []
    apart += [f"study {study}"] if len(studies) > 1 and study else []
    return plain(criterion) + (f" ({', '.join(apart)})" if apart else "")


def _leads(row: AgreementRow) -> bool:
    return row.value is not None and row.why is not None


def _sign(row: MetricRow) -> float:
    return -1.0 if is_bad(row.criterion) != is_low_good(row.metric) else 1.0


def leader(rows: Sequence[MetricRow]) -> MetricRow | None:
    """Return the metric that follows clinicians best; None where none has a number."""
    found = [row for row in rows if row.value is not None and not signature_of(row.metric)]
    return max(found, key=lambda row: _sign(row) * (row.value or 0.0)) if found else None


def _best(rows: Sequence[MetricRow], contests: Sequence[ContestRow]) -> Iterator[str]:
    best = leader(rows)
    if best is None:
        notes = dict.fromkeys(row.note for row in rows if row.note)
        yield " ".join((NO_METRIC, *notes))
        return
    tried = len({row.metric for row in rows if row.value is not None})
    bounds = f"95 % interval {interval(best.ci95)}; " if best.ci95 else ""
    figures = (
        f"Kendall's tau-b within items {number(best.value)} ({bounds}"
        f"{count(best.n_items, 'item')}, {count(best.n_models, 'model')}, "
        f"{count(best.n_raters, 'rater')})"
    )
    name, of = metric_words(best.metric), f"of {tried:,} metrics" if tried > 1 else ""
    if _is_shown(best):
        yield f"{name} follows clinicians{f', best {of}' if of else ''}: {figures}."
    else:
        closest = f"{name} comes closest {of}" if of else f"{name} is the only one"
        yield f"no metric is shown to follow clinicians. {closest}: {figures}."
    if _sign(best) < 0:
        low = is_low_good(best.metric)
        yield NEGATIVE.format(why="low scores are good" if low else "high ratings are bad")
    if best.ci95 is None:
        yield NO_INTERVAL
    elif _is_clear(best) and not _is_shown(best):
        yield CHANCE.format(p=p_value(best.p_holm))
    if _is_shown(best):
        yield from _won(best, contests)


def _is_clear(row: MetricRow) -> bool:
    """Say whether the whole interval is on the side that follows clinicians."""
    return row.ci95 is not None and min(_sign(row) * bound for bound in row.ci95) > 0


def _is_shown(row: MetricRow) -> bool:
    """Say whether a metric is shown to follow clinicians, all that were tried considered."""
    return _is_clear(row) and (row.p_holm is None or row.p_holm < SURE)


def _won(best: MetricRow, contests: Sequence[ContestRow]) -> Iterator[str]:
    """Yield whether the leading metric is shown to be better than the others."""
    mine = [
        row
        for row in contests
        if (row.study, row.category, row.criterion) == (best.study, best.category, best.criterion)
        and row.leading == best.metric
    ]
    better = [metric_words(row.other) for row in mine if row.p_holm < SURE]
    alike = [metric_words(row.other) for row in mine if row.p_holm >= SURE]
    if better:
        yield f"It follows them better than {listed(better)}."
    if alike:
        yield f"It is not shown to follow them better than {listed(alike)}."


def _agreed(row: AgreementRow) -> Iterator[str]:
    if row.value is None:
        yield f"Agreement of raters: {row.note or 'not defined.'}"
        return
    bounds = f"95 % interval {interval(row.ci95)}; " if row.ci95 else ""
    yield (
        f"Agreement of raters: {statistic_words(row.statistic).name} {number(row.value)} ({bounds}"
        f"{count(row.n_items, 'answer')} that two or more rated, {count(row.n_raters, 'rater')})."
    )
    if row.ci95 is not None and (words := _read(row.statistic, row.ci95[0])):
        yield f"By the lower bound that is {words}."


def _read(statistic: str, low: float) -> str:
    """Return what a lower bound means, by the limits of those who proposed the statistic."""
    steps: tuple[tuple[float, str], ...] = ()
    if statistic.startswith(ALPHA):
        steps = _ALPHA_STEPS
    elif statistic.startswith("icc_"):
        steps = _ICC_STEPS
    return next((words for least, words in steps if low >= least), "")


def _grid(report: CompareReport) -> Grid:
    """Return the leading metric of each question in each category."""
    groups: defaultdict[tuple[str, ...], list[MetricRow]] = defaultdict(list)
    for row in report.human_vs_metric:
        if row.statistic == TAU:
            groups[(*_key(row), row.category)].append(row)
    found = [best for rows in groups.values() if (best := leader(rows)) is not None]
    return Grid(
        "The metric that comes closest to clinicians, by question and category (Kendall's tau-b "
        "within items)",
        (
            Column("Question"), Column("Category"), Column("Metric"),
            Column("Value", number=True), Column("95 % interval", number=True),
            Column("p, Holm", number=True), Column("Items", number=True),
            Column("Models", number=True), Column("Raters", number=True),
        ),
        tuple(
            (
                _name(_key(row), report),
                "all categories" if row.category == ALL else row.category or "no category",
                metric_words(row.metric), number(row.value), interval(row.ci95),
                p_value(row.p_holm), f"{row.n_items:,}", f"{row.n_models:,}", f"{row.n_raters:,}",
            )
            for row in found
        ),
    )  # fmt: skip
