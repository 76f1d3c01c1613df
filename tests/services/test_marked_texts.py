"""Agreement on marks of a locked study, as the comparison shows it."""

from __future__ import annotations

from typing import Any

from medsdesk.core.identity import text_sha256
from medsdesk.core.study_rating import Mark
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, rate_all

PLAIN: dict[str, Any] = {"n_items": 6, "repeat_share": 0, "attention_share": 0}


def _mark_all(ws: Workspace, study: str, rater: str, start: int, end: int) -> None:
    rate_all(ws, study, rater)
    session = StudySession(ws, study, rater)
    for place in range(session.view.total):
        text = session.go_to(place).outputs[0]
        session.set_marks([Mark("output_a", start, end, text_sha256(text), "negation", "major")])


def test_a_form_with_marks_has_rows_for_outputs_and_for_the_source(ws: Workspace) -> None:
    made = made_study(ws, 20, form="hallucination", **PLAIN)
    _mark_all(ws, made.id, "Dr Roy", 0, 4)
    _mark_all(ws, made.id, "Dr Sato", 2, 6)
    options = CompareOptions(study="Letters", resamples=50)
    lock_study(ws, made.id, "", "Dr Owner")
    rows = {
        (row.criterion, row.statistic): row
        for row in compare(ws, options).agreement
        if row.criterion.startswith("marks.")
    }
    f1 = rows["marks.output", "f1_characters"]
    assert (f1.value, f1.n_items, f1.n_raters) == (0.5, 6, 2)
    assert f1.why is not None
    alpha = rows["marks.output", "krippendorff_alpha_characters_nominal"]
    assert alpha.value is not None
    assert 0 < alpha.value < 0.5
    assert rows["marks.source", "f1_characters"].value is None  # nobody pinned an omission


def test_a_form_without_marks_has_none(ws: Workspace) -> None:
    made = made_study(ws, form="workbench", **PLAIN)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    lock_study(ws, made.id, "", "Dr Owner")
    report = compare(ws, CompareOptions(resamples=50))
    assert not any(row.criterion.startswith("marks.") for row in report.agreement)
