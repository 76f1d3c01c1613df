"""What a report tells of the workspace: the ratings compared, their studies, runs and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.choose_ratings import RatingChoice, chosen
from medsdesk.services.rating_rows import imported_row, own_rows
from medsdesk.services.study_checks import study_checks
from medsdesk.services.study_status import study_status
from medsdesk.store.imported_ratings import list_imported, list_imported_files
from medsdesk.store.models import list_models
from medsdesk.store.runs import get_run
from medsdesk.store.studies import has_key, is_locked, list_studies, study_key
from medsdesk.studies.plan_format import read_key

if TYPE_CHECKING:
    from medsdesk.core.imported_rating import ImportedFile
    from medsdesk.core.run import RunSpec
    from medsdesk.core.study import StudyKey, StudyPlan
    from medsdesk.services.comparison_report import CompareOptions, CompareReport
    from medsdesk.services.rating_rows import RatingRow
    from medsdesk.services.study_checks import StudyChecks
    from medsdesk.services.study_status import StudyStatus
    from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """A study as a report tells of it.

    Attributes:
        status: How far it has come.
        plan: Its plan.
        key: What unblinds it; None before the lock and where it is not here.
        checks: What its hidden items say; None likewise.
    """

    status: StudyStatus
    plan: StudyPlan
    key: StudyKey | None
    checks: StudyChecks | None


@dataclass(frozen=True, slots=True)
class Rated:
    """The ratings that can be compared.

    Attributes:
        statuses: Ratings by status; comments, marks and corrections are not among them.
        own: Of these, given under answers of the Workbench.
        imported: Of these, collected elsewhere.
        comments: Comments, marks and corrections.
        raters: Who rated, in the order they came.
        adjudicators: Who decided between raters.
        answers: Rated answers.
        languages: ISO 639-1 codes; empty where none is named.
        categories: Categories of the tasks.
        tasks: Their ids.
        models: Names of the models, as the ratings have them.
        runs: Ids of the runs.
    """

    statuses: Mapping[str, int]
    own: int
    imported: int
    comments: int
    raters: tuple[str, ...]
    adjudicators: tuple[str, ...]
    answers: int
    languages: tuple[str, ...]
    categories: tuple[str, ...]
    tasks: tuple[str, ...]
    models: tuple[str, ...]
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything a report is made of.

    Attributes:
        options: What was compared and how.
        choice: Which ratings count.
        report: The comparison; None where there is nothing to compare yet.
        rated: The ratings.
        studies: The studies they belong to, and open ones that were asked for.
        runs: The runs whose answers were rated.
        demo: Names of models that are the demonstration model.
        files: Files that ratings came from.
        named: Whether raters are told by name.
    """

    options: CompareOptions
    choice: RatingChoice
    report: CompareReport | None
    rated: Rated
    studies: tuple[StudyFacts, ...]
    runs: tuple[RunSpec, ...]
    demo: frozenset[str]
    files: tuple[ImportedFile, ...]
    named: bool = False

    @property
    def people(self) -> dict[str, str]:
        """What raters and adjudicators are called here, by name."""
        raters = [each.rater for study in self.studies for each in study.status.raters]
        called: dict[str, str] = {}
        for kind, names in (
            ("Rater", (*raters, *self.rated.raters)),
            ("Adjudicator", self.rated.adjudicators),
        ):
            new = [name for name in dict.fromkeys(names) if name not in called]
            called |= {
                name: name if self.named else f"{kind} {place}"
                for place, name in enumerate(new, start=1)
            }
        return called

    @property
    def open_studies(self) -> tuple[StudyStatus, ...]:
        """Studies whose ratings are not in the comparison."""
        return tuple(study.status for study in self.studies if study.key is None)


def report_facts(
    ws: Workspace,
    report: CompareReport | None,
    options: CompareOptions,
    *,
    named: bool = False,
    choice: RatingChoice | None = None,
) -> ReportFacts:
    """Return what a report of a comparison is made of.

    Of a study that is not locked, or whose key is not here, nothing is told that unblinds it.

    Args:
        ws: The workspace.
        report: The comparison; None where there is nothing to compare yet.
        options: Those it was made with.
        named: Whether raters are told by name.
        choice: Which ratings were compared; those of the options' study unless given.

    Raises:
        UserFacingError: A plan or key is damaged.
    """
    choice = choice or RatingChoice(study=options.study)
    own = chosen(own_rows(ws), choice)
    others = chosen(tuple(map(imported_row, list_imported(ws))), choice)
    rated = _rated(own, others)
    studies = [study for study in list_studies(ws) if choice.study in (None, study.name)]
    return ReportFacts(
        options=options,
        choice=choice,
        report=report,
        rated=rated,
        studies=tuple(_study(ws, study.id) for study in reversed(studies)),
        runs=tuple(get_run(ws, run) for run in _known_runs(own)),
        demo=frozenset(model.name for model in list_models(ws) if model.is_demo),
        files=list_imported_files(ws) if others else (),
        named=named,
    )


def _study(ws: Workspace, study_id: str) -> StudyFacts:
    study, plan = study_with_plan(ws, study_id)
    opened = has_key(ws, study.id) and is_locked(ws, study.id)
    return StudyFacts(
        status=study_status(ws, study.id),
        plan=plan,
        key=read_key(study_key(ws, study.id), plan.key_sha256) if opened else None,
        checks=study_checks(ws, study.id) if opened else None,
    )


def _rated(own: Sequence[RatingRow], others: Sequence[RatingRow]) -> Rated:
    rows = [row for row in (*own, *others) if row.text("scale") != "text"]
    raters = [row for row in rows if row["status"] not in ("decided", "left_standing")]
    deciders = [row for row in rows if row["status"] in ("decided", "left_standing")]
    return Rated(
        statuses=Counter(row.text("status") for row in rows),
        own=sum(row["scale"] != "text" and not row["study"] for row in own),
        imported=sum(row["scale"] != "text" for row in others),
        comments=len(own) + len(others) - len(rows),
        raters=_names(raters, "rater"),
        adjudicators=_names(deciders, "rater"),
        answers=len({_answer(row) for row in rows if row["status"] == "rated"}),
        languages=_names(rows, "language"),
        categories=_names(rows, "category"),
        tasks=_names(rows, "task"),
        models=_names(rows, "model"),
        runs=_names(rows, "run"),
    )


def _names(rows: Iterable[RatingRow], column: str) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(row.text(column) for row in rows) if name)


def _answer(row: RatingRow) -> tuple[str, ...]:
    if row["output"]:
        return (row.text("output"),)
    return tuple(row.text(name) for name in ("study", "item", "model", "run"))


def _known_runs(own: Sequence[RatingRow]) -> tuple[str, ...]:
    return _names([row for row in own if row.text("scale") != "text"], "run")
