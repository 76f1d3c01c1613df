"""The methods of a comparison, told from what was done: what was not done is not mentioned."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from medsdesk.core.identity import program_version
from medsdesk.core.imported_rating import DECIDED, LEFT_STANDING
from medsdesk.services.report_document import Bullets, Paragraph, Section
from medsdesk.services.report_words import count, listed, number, statuses
from medsdesk.services.statistic_words import (
    ALPHA,
    ALPHA_METHOD,
    KRIPPENDORFF,
    LEVELS,
    statistic_words,
)

if TYPE_CHECKING:
    from medsdesk.services.comparison_report import CompareReport
    from medsdesk.services.report_facts import ReportFacts

NOTHING_DONE = "Nothing was computed: there are no ratings to compare yet."
_EFRON = "Efron, Tibshirani. An Introduction to the Bootstrap, Chapman & Hall, 1993, ch. 14"
_HESTERBERG = "Hesterberg. The American Statistician 2015; 69: 371-386, section 3.3"
_MCGRAW = "McGraw, Wong. Psychological Methods 1996; 1: 30-46"
_PHIPSON = "Phipson, Smyth. Stat Appl Genet Mol Biol 2010; 9: 39"
_HOLM = "Holm. Scand J Stat 1979; 6: 65-70"
_BH = "Benjamini, Hochberg. J R Stat Soc B 1995; 57: 289-300"
_DROR = "Deutsch, Dror, Roth. TACL 2021; 9: 1132-1146"
_BLAND = "Bland, Altman. Lancet 1986; 327: 307-310"
_PEPE = "Pepe. The Statistical Evaluation of Medical Tests, Oxford, 2003, section 2.2"
_LIANG = "Liang, Zeger. Biometrika 1986; 73: 13-22"
_STUDENT = "Student. Biometrika 1908; 6: 1-25"
_BRADLEY = "Bradley, Terry. Biometrika 1952; 39: 324-345"
_INTERVALS = (
    (
        "bootstrap-bca",
        "95 % intervals of agreement are made by the bias-corrected and accelerated bootstrap.",
        _EFRON,
    ),
    (
        "bootstrap-percentile",
        "95 % intervals beside metrics are percentiles of the bootstrap, expanded for few items.",
        _HESTERBERG,
    ),
    (
        "f-distribution",
        "95 % intervals of intraclass correlations are by the F distribution.",
        _MCGRAW,
    ),
    (
        "student-t",
        "95 % intervals of means and of independent differences are by Student's t distribution.",
        _STUDENT,
    ),
    ("normal|wald", "95 % intervals of abilities are Wald's, by the normal approximation.", ""),
    (
        "normal|sandwich",
        "95 % intervals of abilities are by the normal approximation, errors clustered by pair.",
        _LIANG,
    ),
)
_OVER = {
    "items": "Items were resampled with all their answers: intervals speak of other inputs to the "
    "same models.",
    "models": "Models were resampled: intervals speak of other models on the same inputs.",
    "both": "Items and models were resampled: intervals speak of other inputs and other models.",
}
_FEW_MODELS = "With under five models items alone are resampled."
TEST = (
    "Whether the mean coefficient differs from 0 was tested by changing the signs of items' "
    "coefficients at random."
)
WITHIN = "p-values are adjusted by Holm for all questions and metrics within study and category."
ACROSS = (
    "For exploring, p-values are also adjusted by Benjamini and Hochberg over the whole report."
)
CONTEST = (
    "Whether the leading metric follows clinicians better than another was tested by permuting "
    "the two within items, adjusted by Holm; the leading one was chosen on the same ratings, "
    "which flatters it."
)
BLAND_ALTMAN = (
    "Where a metric can be put on the scale of the ratings, mean difference and limits of "
    "agreement (1.96 standard deviations) are given after Bland and Altman."
)
BRADLEY_TERRY = (
    "From pairs of answers, abilities of models are estimated after Bradley and Terry; a tie "
    "counts half for each."
)
RANKINGS = (
    "Models are ranked by their mean rating and, beside it, by their mean score of each metric."
)
CUTS = (
    "For each metric the score is given up to which (from which, where low ones are good) answers "
    "must be flagged to find at least the share wanted of the unacceptable ones."
)
MEANS = "Clinicians' judgement of an answer is the mean of its raters' values."
DECISIONS = (
    "Where an adjudicator decided between raters, the decision stands instead of their mean: {n}."
)
UNDEFINED = "Not defined on these ratings, and therefore not given: {names}."
LEFT_OUT = "Left out of the comparison: {counts}."
NOT_COUNTED = (
    "Practice items, hidden repeats and damaged copies are left out of every comparison of "
    "clinicians with metrics and of raters with each other."
)
_KINDS = (
    ("abilities", "ability", BRADLEY_TERRY, _BRADLEY),
    ("rankings", "rank", RANKINGS, ""),
    ("limits", "mean", BLAND_ALTMAN, _BLAND),
    ("cuts", "threshold", CUTS, _PEPE),
)
"""Kinds of rows with the field that holds their figure, what was done, and its source."""


class _Sources:
    """Sources in the order they are named, each once."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    def cited(self, sentence: str, source: str) -> str:
        """Return a sentence with the number of its source before the full stop."""
        if not source:
            return sentence
        place = self.found.setdefault(source, len(self.found) + 1)
        return f"{sentence.removesuffix('.')} [{place}]."


def methods(facts: ReportFacts) -> Section:
    """Return what was done, with the source of each method, and those alone."""
    if facts.report is None:
        return Section("Methods", (Paragraph(NOTHING_DONE),))
    sources = _Sources()
    paragraphs = (
        " ".join(_ratings(facts)),
        " ".join(_statistics(facts.report, facts, sources)),
        " ".join(_uncertainty(facts.report, sources)),
        " ".join(_tests(facts.report, sources)),
        _software(facts.report),
    )
    told = Section("Sources", (Bullets(tuple(sources.found), numbered=True),))
    return Section(
        "Methods",
        tuple(Paragraph(text) for text in paragraphs if text),
        (told,) if sources.found else (),
    )


def _ratings(facts: ReportFacts) -> Iterator[str]:
    report, rated = facts.report, facts.rated
    if report is None:
        return
    yield (
        f"{count(report.ratings, 'rating')} of {count(rated.answers, 'answer')} by "
        f"{count(len(rated.raters), 'rater')} were compared."
    )
    opened = [study for study in facts.studies if study.key is not None]
    if opened:
        kinds = {
            "pair": "two answers to one text side by side, left and right by lot",
            "single": "one answer at a time",
        }
        shown = listed(dict.fromkeys(kinds[study.plan.kind] for study in opened))
        yield (
            f"Raters of {count(len(opened), 'study', 'studies')} saw {shown}, in an order of "
            "their own, without names of models, scores or other raters' answers."
        )
        if any(each.role != "ordinary" for study in opened if study.key for each in
               study.key.presentations):  # fmt: skip
            yield NOT_COUNTED
    outside = {k: n for k, n in rated.statuses.items() if k not in ("rated", LEFT_STANDING)}
    if facts.options.decisions:
        outside.pop(DECIDED, None)
    if counts := statuses(outside):
        yield LEFT_OUT.format(counts=counts)


def _statistics(report: CompareReport, facts: ReportFacts, sources: _Sources) -> Iterator[str]:
    defined, refused = statistics_of(report)
    if any(row.value is not None for row in report.human_vs_metric):
        yield MEANS
        if report.decided:
            yield DECISIONS.format(n=count(report.decided, "answer"))
    yield from _named(defined, sources)
    for kind, field, sentence, source in _KINDS:
        rows = getattr(report, kind)
        if any(getattr(row, field) is not None for row in rows):
            yield sources.cited(sentence, source)
    least = facts.options.acceptable
    if "auc_unacceptable" in defined and least is not None:
        yield f"An answer with a mean rating of {number(least)} on the good side is acceptable."
    if missing := [statistic_words(name).name for name in refused if name not in defined]:
        yield UNDEFINED.format(names=listed(missing))


def _named(defined: Mapping[str, None], sources: _Sources) -> Iterator[str]:
    """Yield a sentence for each statistic; one for all levels of Krippendorff's alpha."""
    levels = [level for level in LEVELS if ALPHA + level in defined]
    if levels:
        yield sources.cited(ALPHA_METHOD.format(levels=listed(levels)), KRIPPENDORFF)
    for statistic in defined:
        words = statistic_words(statistic)
        if words.method and statistic.removeprefix(ALPHA) not in LEVELS:
            yield sources.cited(words.method, words.source)


def _uncertainty(report: CompareReport, sources: _Sources) -> Iterator[str]:
    ways = set(_intervals(report))
    for kind, sentence, source in _INTERVALS:
        if any(way.startswith(kind) for way in ways):
            yield sources.cited(sentence, source)
    over = {part for way in ways for part in way.split("|") if part.startswith("over:")}
    if any(way.startswith("bootstrap") for way in ways):
        yield sources.cited(
            f"Each interval has {report.resamples:,} resamples, drawn with seed {report.seed}.",
            _DROR if report.over != "items" else "",
        )
    yield from (_OVER[name] for name in _OVER if f"over:{name}" in over)
    if report.over != "items" and f"over:{report.over}" not in over and over:
        yield _FEW_MODELS


def _tests(report: CompareReport, sources: _Sources) -> Iterator[str]:
    rows = report.human_vs_metric
    if any(row.p_value is not None for row in rows):
        yield sources.cited(TEST, _PHIPSON)
    if any(row.p_holm is not None for row in rows):
        yield sources.cited(WITHIN, _HOLM)
    if any(row.p_bh is not None for row in rows):
        yield sources.cited(ACROSS, _BH)
    if report.metric_vs_metric:
        yield sources.cited(sources.cited(CONTEST, _DROR), _HOLM)


def _software(report: CompareReport) -> str:
    try:
        numpy = f", numpy {version('numpy')}"
    except PackageNotFoundError:
        numpy = ""
    return (
        f"Computed by MedsDesk {program_version()}, Python {platform.python_version()}{numpy}; "
        f"the same ratings and the seed {report.seed} give the same report."
    )


def statistics_of(report: CompareReport) -> tuple[dict[str, None], dict[str, None]]:
    """Return the statistics with a number somewhere, and those that have none anywhere."""
    defined: dict[str, None] = {}
    refused: dict[str, None] = {}
    for _, rows in _row_tables(report):
        for row in rows:
            statistic = getattr(row, "statistic", None)
            if isinstance(statistic, str) and hasattr(row, "value"):
                kind = refused if row.value is None else defined
                kind[statistic] = None
    return defined, {name: None for name in refused if name not in defined}


def _row_tables(report: CompareReport) -> Iterator[tuple[str, Iterable[object]]]:
    for field in fields(report):
        rows = getattr(report, field.name)
        if isinstance(rows, tuple) and all(is_dataclass(row) for row in rows):
            yield field.name, rows


def _intervals(report: CompareReport) -> Iterator[str]:
    for _, rows in _row_tables(report):
        for row in rows:
            bounds = (name for name in _names(row) if name.endswith("ci95"))
            if any(getattr(row, name) is not None for name in bounds):
                yield str(getattr(row, "interval", ""))


def _names(row: object) -> Iterator[str]:
    return (field.name for field in fields(row))  # type: ignore[arg-type] # rows are dataclasses
