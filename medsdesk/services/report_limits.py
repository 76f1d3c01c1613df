"""The limits of a comparison, told from its data: what a reader must not conclude."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from medsdesk.services.report_document import Bullets, Paragraph, Section
from medsdesk.services.report_words import count, listed

if TYPE_CHECKING:
    from medsdesk.services.report_facts import ReportFacts, StudyFacts
    from medsdesk.services.study_status import StudyStatus

FEW_ITEMS, FEW_MODELS, FEW_REPEATS, MANY_UNSURE = 30, 5, 10, 0.2
ONE_RATER = "One person rated: how far others would agree is not known."
ONE_LANGUAGE = "All texts are in one language ({code}): nothing is said of others."
ONE_CATEGORY = "All texts are of one category ({name}): nothing is said of others."
NO_LANGUAGE = "The language of the texts is not known."
DEMO = "{names} is the demonstration model, which is no medical model."
SAME_ITEMS = "Intervals speak of other inputs to the same models, not of other models."
IMPORTED = "{n} collected elsewhere: whether raters were blind to models and scores is not known."
WORKBENCH = "{n} given in the Workbench, where the rater chooses the model: they are not blind."
NO_REPEATS = (
    "No item came back to the same rater: how far raters agree with themselves is not known."
)
NO_METRICS = "No rated answer has an automatic score: nothing is said of metrics."
NONE_FOUND = (
    "No limit was found that can be told from the data. Others are for the reader to judge."
)


def limits(facts: ReportFacts) -> Section:
    """Return what limits the comparison, a sentence each, with numbers."""
    found = tuple(_limits(facts))
    block = Bullets(found) if found else Paragraph(NONE_FOUND)
    return Section("Limits", (block,))


def preliminary(facts: ReportFacts) -> str:
    """Return why a report is preliminary; empty where it is not."""
    told = [f"the study '{study.name}' {_why(study)}" for study in facts.open_studies]
    if not told:
        return ""
    whose = "Its ratings are" if len(told) == 1 else "Their ratings are"
    return (
        f"Preliminary: {listed(told)}. {whose} not compared here, and which model wrote what is "
        "not told."
    )


def _why(study: StudyStatus) -> str:
    if study.owned:
        return "is not locked yet"
    return "was made in another workspace, which has its key"


def _limits(facts: ReportFacts) -> Iterator[str]:
    if text := preliminary(facts):
        yield text
    if facts.report is not None:
        yield from _of_ratings(facts)
        yield from _of_sizes(facts)
    for study in facts.studies:
        yield from (f"{_named(study, facts)}{text}" for text in _of_study(study, facts))


def _named(study: StudyFacts, facts: ReportFacts) -> str:
    return f"Study '{study.status.name}': " if len(facts.studies) > 1 else ""


def _of_sizes(facts: ReportFacts) -> Iterator[str]:
    report, models = facts.report, len(facts.rated.models)
    if report is None:
        return
    shared = [row.n_items for row in report.agreement if row.why is not None]
    if shared and min(shared) < FEW_ITEMS:
        yield (
            f"Few answers ({min(shared):,}) were rated by two or more raters; {FEW_ITEMS} are the "
            "least that is usually advised. Read the intervals, not the numbers."
        )
    compared = [row.n_items for row in report.human_vs_metric if row.value is not None]
    if compared and min(compared) < FEW_ITEMS:
        yield (
            f"Some comparisons with metrics rest on few items (the fewest: {min(compared):,}); "
            "100 can show a correlation of 0.3, not one of 0.2."
        )
    if not any(row.metric for row in report.human_vs_metric):
        yield NO_METRICS
    elif models < FEW_MODELS:
        yield (
            f"There {'is' if models == 1 else 'are'} {count(models, 'model')}: little is said of "
            "models in general."
        )
    if compared and report.over == "items":
        yield SAME_ITEMS


def _of_ratings(facts: ReportFacts) -> Iterator[str]:
    rated = facts.rated
    if len(rated.raters) == 1:
        yield ONE_RATER
    if len(rated.languages) == 1:
        yield ONE_LANGUAGE.format(code=rated.languages[0])
    elif not rated.languages:
        yield NO_LANGUAGE
    if len(rated.categories) == 1:
        yield ONE_CATEGORY.format(name=rated.categories[0])
    if rated.imported:
        yield IMPORTED.format(n=_were(rated.imported))
    if rated.own:
        yield WORKBENCH.format(n=_were(rated.own))
    demo = sorted({run.model_name for run in facts.runs} & facts.demo)
    if demo:
        yield DEMO.format(names=listed(demo))
    unsure, all_ = rated.statuses.get("cannot_judge", 0), sum(rated.statuses.values())
    if unsure > MANY_UNSURE * all_:
        yield (
            f"Raters could not judge {unsure:,} of {count(all_, 'question')} ({unsure / all_:.0%})."
        )


def _were(n: int) -> str:
    return f"{count(n, 'rating')} {'was' if n == 1 else 'were'}"


def _of_study(study: StudyFacts, facts: ReportFacts) -> Iterator[str]:
    status, people = study.status, facts.people
    for rater in status.raters:
        name = people[rater.rater]
        if study.key is not None and rater.complete < rater.presentations:
            yield (
                f"{name} rated {rater.complete:,} of {count(rater.presentations, 'item')} in full."
            )
        if rater.too_fast:
            yield (
                f"{name} answered {count(rater.too_fast, 'item')} in less time than reading takes. "
                "They are not left out."
            )
    if status.forked:
        yield f"{count(status.forked, 'question')} answered on two machines; one answer holds."
    if status.clock_set_back:
        yield f"{count(status.clock_set_back, 'change')} made with a clock that was set back."
    if status.waiting:
        yield f"{count(status.waiting, 'change')} wait for ratings that were not merged."
    yield from _of_checks(study, facts)


def _of_checks(study: StudyFacts, facts: ReportFacts) -> Iterator[str]:
    if study.checks is None:
        return
    missed: dict[str, int] = {}
    for row in study.checks.attention:
        missed[row.rater] = missed.get(row.rater, 0) + (row.result == "missed")
    for rater, n in missed.items():
        if n:
            yield (
                f"{facts.people[rater]} rated {count(n, 'damaged copy', 'damaged copies')} above "
                "the original. The ratings are not left out."
            )
    repeats = [row.n_items for row in study.checks.repeats]
    if repeats and max(repeats) < FEW_REPEATS:
        yield (
            f"Few items came back to the same rater ({max(repeats):,} answered twice): how far "
            "raters agree with themselves is hardly known."
        )
    elif not repeats:
        yield NO_REPEATS
