"""A report of a real study is whole, blind where it must be, and on the trail."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.choose_ratings import RatingChoice
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.make_report import compared, document_of, make_report, write_report
from medsdesk.services.report_facts import report_facts
from medsdesk.services.report_html import report_html
from medsdesk.store.audit import list_entries
from medsdesk.store.workspace import Workspace
from tests.services.reports import QUICK, rated_study

TITLES = (
    "What was found", "Limits", "Pictures", "Methods", "Sources", "The study 'Letters'",
    "Models and runs", "All figures", "Agreement of raters", "Clinicians and metrics",
    "Raters with themselves", "Models ranked by clinicians and by metrics",
    "Metrics on the scale of the ratings", "Checksums",
)  # fmt: skip


def test_a_locked_study_has_every_part_and_no_names(ws: Workspace, tmp_path: Path) -> None:
    study = rated_study(ws)
    document = make_report(ws, compared(ws, QUICK), QUICK)
    assert [title for _, title in document.headings()] == list(TITLES)
    assert document.preliminary == ""
    page = report_html(document)
    assert "Dr Roy" not in page
    assert "Made-up case" not in page
    assert "remedy" not in page, "no text of a case or an answer is in a report"
    named = report_html(make_report(ws, compared(ws, QUICK), QUICK, named=True))
    assert "Dr Roy" in named
    target = tmp_path / "report.html"
    written = write_report(ws, {target: page.encode()}, document, "Dr Owner")
    assert written.sha256 == (hashlib.sha256(target.read_bytes()).hexdigest(),)
    entry = list_entries(ws, study)[-1]
    assert (entry.action, entry.actor) == ("export", "Dr Owner")
    assert json.loads(entry.after)["files_sha256"] == list(written.sha256)


def test_the_same_ratings_give_the_same_report(ws: Workspace) -> None:
    rated_study(ws)
    one, other = (make_report(ws, compared(ws, QUICK), QUICK) for _ in range(2))
    assert one.sections == other.sections


def test_an_open_study_is_preliminary_and_blind(ws: Workspace) -> None:
    rated_study(ws, locked=False)
    document = make_report(ws, compared(ws, QUICK), QUICK)
    assert document.preliminary.startswith("Preliminary: the study 'Letters' is not locked yet.")
    page = report_html(document)
    for hidden in ("Zebra", "zebra", "Okapi", "Quagga", "bleu4", "Dr Roy"):
        assert hidden not in page
    assert document.preliminary.split(".")[0].replace("'", "&#x27;") in page


def test_what_cannot_be_said_is_refused(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="no ratings"):
        compared(ws, CompareOptions())
    study = rated_study(ws)
    with pytest.raises(UserFacingError, match="no study 'Other'"):
        compared(ws, CompareOptions(study="Other"))
    document = make_report(ws, None, QUICK)
    before = list_entries(ws, study)
    for path in (tmp_path / "no" / "r.html", ws.path):
        with pytest.raises(UserFacingError):
            write_report(ws, {tmp_path / "r.html": b"x", path: b"y"}, document, "")
    assert not (tmp_path / "r.html").exists(), "all files are there, or none"
    assert list_entries(ws, study) == before


def test_a_choice_of_ratings_is_told_and_counted(ws: Workspace) -> None:
    rated_study(ws)
    choice = RatingChoice(study="Letters", rater="Dr Sato")
    facts = report_facts(ws, compared(ws, QUICK, None, choice), QUICK, choice=choice)
    document = document_of(facts)
    assert "Only: rater Rater 2." in document.about
    assert facts.report is not None
    assert facts.report.ratings == facts.rated.statuses["rated"]
    # As much is compared as without a choice, and not what the page shows of it.
    whole = compare(ws, replace(QUICK, study="Letters"))
    made = {row.statistic for row in facts.report.human_vs_metric}
    assert made == {row.statistic for row in whole.human_vs_metric}
    assert "One person rated" in report_html(document)
    assert "medsdesk compare" not in report_html(document), "no command line prints the same"
