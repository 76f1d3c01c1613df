"""Make a report of a comparison, and write it as files with a row on the trail."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.config.files import replacing
from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import local_now, program_version
from medsdesk.services.choose_ratings import COLUMNS, RatingChoice
from medsdesk.services.compare import compare, compare_questions
from medsdesk.services.comparison_pictures import chosen_questions, read_ratings
from medsdesk.services.export import refuse_own
from medsdesk.services.own_forms import known_forms
from medsdesk.services.report_document import (
    Block,
    Paragraph,
    ReportDocument,
    Section,
)
from medsdesk.services.report_facts import report_facts
from medsdesk.services.report_findings import findings
from medsdesk.services.report_limits import limits, preliminary
from medsdesk.services.report_methods import methods
from medsdesk.services.report_study import checksums, models, study_sections
from medsdesk.services.report_tables import tables
from medsdesk.services.report_words import count, listed, moment
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry
from medsdesk.store.studies import list_studies

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.picture import Picture
    from medsdesk.services.comparison_report import CompareOptions, CompareReport
    from medsdesk.services.report_facts import ReportFacts
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

NO_PICTURES = "Pictures, and this report as PDF, come from the window: Compare, 'Report…'."


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """What was written.

    Attributes:
        files: Where, in the order they were given.
        sha256: Of each whole file.
        preliminary: Why the report is preliminary; empty where it is not.
    """

    files: tuple[str, ...]
    sha256: tuple[str, ...]
    preliminary: str


def compared(
    ws: Workspace,
    options: CompareOptions,
    cancel: CancelToken | None = None,
    choice: RatingChoice | None = None,
) -> CompareReport | None:
    """Compare what a report tells of; None where studies are there and none can be compared yet.

    Args:
        ws: The workspace.
        options: What to compare and how.
        cancel: Stops it.
        choice: Which ratings count; those of the options' study unless given. Marks and repeats
            are compared only where a study, or nothing, is chosen.

    Raises:
        UserFacingError: There is neither a rating that can be compared nor such a study.
        CancelledError: Stopped.
    """
    try:
        if choice is not None and choice != RatingChoice(study=options.study):
            asked = chosen_questions(read_ratings(ws), choice, known_forms(ws))
            return compare_questions(asked, options, cancel)
        return compare(ws, options, cancel)
    except UserFacingError:
        if any(options.study in (None, study.name) for study in list_studies(ws)):
            return None
        raise


def make_report(
    ws: Workspace,
    report: CompareReport | None,
    options: CompareOptions,
    pictures: Sequence[Picture] = (),
    *,
    named: bool = False,
) -> ReportDocument:
    """Return the report of a comparison.

    Args:
        ws: The workspace.
        report: The comparison; None where there is nothing to compare yet.
        options: Those it was made with.
        pictures: Pictures of the same comparison.
        named: Whether raters are told by name; else they are *Rater 1* and so on.

    Raises:
        UserFacingError: A study's plan or key is damaged.
    """
    return document_of(report_facts(ws, report, options, named=named), pictures)


def document_of(facts: ReportFacts, pictures: Sequence[Picture] = ()) -> ReportDocument:
    """Return the report that facts make, with pictures of the same comparison."""
    sections = [
        findings(facts),
        limits(facts),
        *_pictures(pictures),
        methods(facts),
        *study_sections(facts),
        models(facts),
        *_tables(facts),
        checksums(facts),
    ]
    return ReportDocument(
        title=_title(facts),
        about=tuple(_about(facts)),
        preliminary=preliminary(facts),
        sections=tuple(sections),
        study_ids=tuple(study.status.id for study in facts.studies),
    )


def write_report(
    ws: Workspace, files: Mapping[Path, bytes], document: ReportDocument, actor: str
) -> WrittenReport:
    """Write the files of a report: all of them, with one row of the trail, or none.

    Args:
        ws: The workspace.
        files: What to write by where; a file that is there is replaced.
        document: The report in them.
        actor: Who does it.

    Raises:
        UserFacingError: A file cannot be written, or belongs to the workspace.
    """
    hashes = tuple(hashlib.sha256(data).hexdigest() for data in files.values())
    study = document.study_ids[0] if len(document.study_ids) == 1 else ""
    told = {"report": True, "files_sha256": list(hashes), "studies": list(document.study_ids)}
    with ExitStack() as stack:
        for path, data in files.items():
            refuse_own(ws, path)
            # Each byte as the sign of that number: the file takes them as they are.
            stack.enter_context(replacing(path, "latin-1")).write(data.decode("latin-1"))
        add_entry(ws, trail_entry(ws, study, actor, "export", after=told))
    log.info("wrote a report, %d files, %d bytes", len(files), sum(map(len, files.values())))
    return WrittenReport(tuple(map(str, files)), hashes, document.preliminary)


def _title(facts: ReportFacts) -> str:
    of = f": {facts.choice.study}" if facts.choice.study else ""
    return f"Clinicians and automatic metrics{of}"


def _about(facts: ReportFacts) -> list[str]:
    made = f"Made {moment(local_now())} with MedsDesk {program_version()}."
    if facts.report is None:
        return [made, *_chosen(facts)]
    rated = facts.rated
    size = (
        f"{count(facts.report.ratings, 'rating')} of {count(rated.answers, 'answer')} by "
        f"{count(len(rated.raters), 'rater')}; {count(len(rated.models), 'model')}, "
        f"{count(len(rated.tasks), 'task')}, languages: {listed(rated.languages) or 'not known'}."
    )
    return [made, *_chosen(facts), size]


def _chosen(facts: ReportFacts) -> list[str]:
    """Return which ratings alone were compared, where not all of a study, or all, were."""
    choice, told = facts.choice, []
    for name in (*COLUMNS, "protocol"):
        value = getattr(choice, name)
        if value is not None and name != "study":
            words = facts.people.get(value, value) if name == "rater" else value
            told.append(f"{'scores' if name == 'protocol' else name} {words or 'not named'}")
    return [f"Only: {listed(told)}."] if told else []


def _pictures(pictures: Sequence[Picture]) -> list[Section]:
    blocks: tuple[Block, ...] = tuple(pictures) or (Paragraph(NO_PICTURES, "quiet"),)
    return [Section("Pictures", blocks)]


def _tables(facts: ReportFacts) -> list[Section]:
    if facts.report is None:
        return []
    groups = tables(facts.report, facts.people)
    parts = tuple(Section(group.title, group.grids) for group in groups)
    return [Section("All figures", (), parts)] if parts else []
