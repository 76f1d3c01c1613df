"""Corrections and marks as measures: means over raters, zeros only where somebody looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.core.identity import text_sha256
from medsdesk.core.study_rating import Mark
from medsdesk.services.compare import compare
from medsdesk.services.compare_metrics import ALL_EQUAL, LOW_IS_GOOD
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.services.rated_tables import ALL
from medsdesk.services.rating_rows import RatingRow, rating_rows
from medsdesk.services.study_measures import is_low_good, signature_of
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, rate_all

PLAIN = {"n_items": 4, "repeat_share": 0, "attention_share": 0}


def _item_at(session: StudySession, text: str) -> None:
    """Turn to the item whose output is a text."""
    places = range(session.view.total)
    assert any(session.go_to(place).outputs[0] == text for place in places)


def _rows_of(ws: Workspace, study: str, *, incomplete: bool = False) -> tuple[RatingRow, ...]:
    lock_study(ws, study, "", "Dr Owner", incomplete=incomplete)
    return rating_rows(ws)[0]


def test_measures_are_means_over_raters_and_zero_where_nothing_was_found(ws: Workspace) -> None:
    made = made_study(ws, form="summary", **PLAIN)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    roy, sato = (StudySession(ws, made.id, rater) for rater in ("Dr Roy", "Dr Sato"))
    output = roy.view.outputs[0]
    _item_at(sato, output)
    print_ = text_sha256(output)
    roy.set_edit(f"{output} Twice a day.")  # four words and signs more
    roy.set_marks([Mark("output_a", 0, 4, print_, "negation", "major")])
    sato.set_marks([Mark("output_a", 5, 9, print_, "negation", "major"),
                    Mark("output_a", 0, 4, print_, "context", "minor")])  # fmt: skip
    rows = _rows_of(ws, made.id)
    edited = {row.text("output") for row in rows if row["criterion"] == "edit"}
    assert len(edited) == 1
    for row in rows:
        scores = row.scores
        assert "strict.bleu4" in scores
        hit = row.text("output") in edited
        assert scores["postedit.distance"] == (2.0 if hit else 0.0)  # of 4 and 0
        assert (scores["postedit.rate"] == 0.0) is not hit
        assert scores["marks.negation_major"] == (1.0 if hit else 0.0)
        assert scores["marks.context_minor"] == (0.5 if hit else 0.0)
        assert scores["errors.all"] == (1.5 if hit else 0.0)
        assert scores["marks.omission_major"] == 0.0


def test_what_nobody_finished_has_no_measure(ws: Workspace) -> None:
    made = made_study(ws, form="summary", **PLAIN)
    session = StudySession(ws, made.id, "Dr Roy")
    first = session.view.form.criteria[0]
    session.set_value(first.id, first.anchors[0].value)
    corrected = session.next().outputs[0]
    session.set_edit(f"{corrected} More.")
    session.next()
    for criterion in session.view.form.criteria:
        if criterion.scale != "text":
            session.set_cannot_judge(criterion.id)
    rows = _rows_of(ws, made.id, incomplete=True)
    told = {
        row.text("output"): {n for n in row.scores if not n.startswith("strict")} for row in rows
    }
    assert len(told) == 3
    # begun, and judged impossible: nothing; corrected: the correction, and no count of marks
    assert sorted(map(len, told.values())) == [0, 0, 3]


def test_a_form_that_asks_for_neither_has_neither(ws: Workspace) -> None:
    made = made_study(ws, form="workbench", **PLAIN)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    assert all(set(row.scores) == {"strict.bleu4"} for row in _rows_of(ws, made.id))


def test_the_export_has_them_as_columns_and_they_come_back(ws: Workspace, tmp_path: Path) -> None:
    made = made_study(ws, form="summary", **PLAIN)
    rate_all(ws, made.id, "Dr Roy")
    rate_all(ws, made.id, "Dr Sato")
    rows = _rows_of(ws, made.id)
    file = tmp_path / "ratings.csv"
    assert export_ratings(ws, file).ratings == len(rows)
    header = file.read_text(encoding="utf-8").splitlines()[0]
    assert "metric:postedit.rate" in header
    assert "metric:marks.omission_minor" in header
    assert import_ratings(ws, file).conflicts == ()


def test_the_comparison_knows_that_few_edits_are_good(ws: Workspace) -> None:
    made = made_study(ws, form="summary", n_items=12, repeat_share=0, attention_share=0)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater, lambda view, _: 1 if "says z" in view.outputs[0] else 5)
        session = StudySession(ws, made.id, rater)
        for place in range(session.view.total):
            if "says z" in (output := session.go_to(place).outputs[0]):
                session.set_edit(f"Give nothing. {output}")
    _rows_of(ws, made.id)
    report = compare(ws, CompareOptions(study="Letters", acceptable=3, resamples=50))
    found = {
        row.statistic: row
        for row in report.human_vs_metric
        if (row.metric, row.criterion, row.category) == ("postedit.rate", "accurate", ALL)
    }
    tau = found["kendall_tau_b_by_item"]
    assert tau.value == -1.0
    assert LOW_IS_GOOD in (tau.note or "")
    assert "agg:mean-over-raters" in (tau.note or "")
    assert found["acc_eq_star"].value == found["spa"].value == 1.0
    assert found["auc_unacceptable"].value == 1.0
    [never] = [
        row
        for row in report.human_vs_metric
        if (row.metric, row.criterion, row.category) == ("errors.all", "accurate", ALL)
    ]
    assert (never.value, never.note) == (None, ALL_EQUAL)  # nobody marked anything
    leading = {row.leading for row in report.metric_vs_metric if row.criterion == "accurate"}
    assert leading
    assert "strict.bleu4" not in leading


@pytest.mark.parametrize(
    ("name", "low"),
    [
        ("postedit.distance", True),
        ("postedit.seconds", True),
        ("errors.per_100_words", True),
        ("marks.omission_major", True),
        ("marks.reasoning_correct", False),  # a sound step: without a severity nobody knows
        ("strict.bleu4", False),
    ],
)
def test_which_figures_are_good_when_low(name: str, low: bool) -> None:
    assert is_low_good(name) is low
    assert (signature_of(name) is None) is (name == "strict.bleu4")
