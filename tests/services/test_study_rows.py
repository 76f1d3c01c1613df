"""Ratings of locked studies in the table of ratings: with models, sides turned back, checks out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from medsdesk.core.rating_view import RatedValue, RatingView
from medsdesk.services.adjudicate import decide
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions, CompareReport
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.find_disagreements import disagreements
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.services.rating_rows import RatingRow, rating_rows
from medsdesk.store.workspace import Workspace
from tests.rated_studies import Rule, made_study, middle, rate_all


def _locked(ws: Workspace, rule: Rule = middle, **changes: Any) -> tuple[RatingRow, ...]:
    made = made_study(ws, **changes)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater, rule)
    assert rating_rows(ws) == ((), ())
    lock_study(ws, made.id, "", "Dr Owner")
    return rating_rows(ws)[0]


def test_ratings_are_seen_after_the_lock_with_models_and_scores(ws: Workspace) -> None:
    rows = _locked(ws, form="workbench", n_calibration=2, repeat_share=0.2, attention_share=0.2)
    assert len(rows) == 12 * 2 * 6  # no practice, no repeat, no damaged copy
    assert {row.text("study") for row in rows} == {"Letters"}
    assert {row.text("model") for row in rows} == {"zebra", "okapi"}
    assert all(row["side"] is None and "strict.bleu4" in row.scores for row in rows)
    assert Counter(row.text("rater") for row in rows) == {"Dr Roy": 72, "Dr Sato": 72}
    texts = Counter(row.text("item") for row in rows)
    assert len(texts) == 6  # both models answered each text


def _for_zebra(view: RatingView, criterion: str) -> int:
    """Always for the answer of the model whose name begins with z."""
    return -2 if "says z" in view.outputs[0] else 2 if "says z" in view.outputs[1] else 0


def test_a_pair_is_two_rows_in_favour_of_one_and_against_the_other(ws: Workspace) -> None:
    rows = _locked(
        ws, _for_zebra, kind="pair", form="preference", repeat_share=0, attention_share=0
    )
    assert len(rows) == 12 * 2 * 2
    for row in rows:
        assert row["value"] == (2 if row["model"] == "zebra" else -2)
        assert row["strength"] == 2
        assert row["side"] in ("A", "B")
    left = Counter(row["side"] for row in rows if row["model"] == "zebra")
    assert min(left["A"], left["B"]) >= 8  # within one of half in stretches of ten and of two


def test_agreement_counts_a_pair_once_and_metrics_see_both_answers(ws: Workspace) -> None:
    _locked(ws, _for_zebra, kind="pair", form="preference")
    report = compare(ws, CompareOptions(study="Letters", resamples=50))
    assert {row.n_items for row in report.agreement if row.value is not None} <= {12}
    alpha = report.agreement[0]
    assert alpha.n_items == 12
    assert any(row.n_models == 2 and row.n_items == 12 for row in report.human_vs_metric)


def test_comments_marks_and_corrections_are_kept_in_words(ws: Workspace) -> None:
    made = made_study(ws, form="summary", n_items=4, repeat_share=0, attention_share=0)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    session = StudySession(ws, made.id, "Dr Roy")
    session.set_comment("A word.")
    session.set_marks(())
    session.set_edit("Corrected.")
    lock_study(ws, made.id, "", "Dr Owner")
    told = {
        row.text("criterion"): row.text("comment")
        for row in rating_rows(ws)[0]
        if row["scale"] == "text"
    }
    assert told == {"comment": "A word.", "marks": "[]", "edit": "Corrected."}


def test_an_export_comes_back_as_what_is_here_already(ws: Workspace, tmp_path: Path) -> None:
    rows = _locked(ws, _for_zebra, kind="pair", form="preference")
    file = tmp_path / "ratings.csv"
    assert export_ratings(ws, file).ratings == len(rows)
    found = import_ratings(ws, file)
    assert (found.imported, found.already_there, found.conflicts) == (0, len(rows), ())


def _decided(ws: Workspace) -> None:
    """Make a locked study in which half of the disagreements were decided, one left standing."""
    made = made_study(ws, kind="pair", form="preference")
    rate_all(ws, made.id, "Dr Roy", _for_zebra)
    rate_all(ws, made.id, "Dr Sato", lambda view, asked: -_for_zebra(view, asked))
    rows = disagreements(ws, made.id).rows
    assert len(rows) == 12
    for number, row in enumerate(rows[:6]):
        for_zebra = -1 if "says z" in row.outputs[0] else 1
        value: RatedValue = for_zebra if number else "cannot_judge"
        decide(ws, made.id, row.item_id, row.criterion, value, "Dr Ada")
    lock_study(ws, made.id, "", "Dr Owner")


def test_decisions_are_rows_of_their_own_that_say_so(ws: Workspace, tmp_path: Path) -> None:
    _decided(ws)
    rows = rating_rows(ws)[0]
    told = [row for row in rows if row["rater"] == "Dr Ada"]
    assert Counter(row.text("status") for row in told) == {"decided": 10, "left_standing": 2}
    for row in told:
        if row["status"] == "decided":
            assert row["value"] == (1 if row["model"] == "zebra" else -1)
    assert Counter(row.text("status") for row in rows if row not in told) == {"rated": 48}
    file = tmp_path / "ratings.csv"
    assert export_ratings(ws, file).ratings == len(rows) == 60
    found = import_ratings(ws, file)
    assert (found.already_there, found.conflicts, found.faults) == (60, (), ())


def test_decisions_stand_instead_of_means_only_where_asked_for(ws: Workspace) -> None:
    _decided(ws)
    plain = compare(ws, CompareOptions(study="Letters", resamples=50))
    asked = compare(ws, CompareOptions(study="Letters", resamples=50, decisions=True))
    assert (plain.decided, asked.decided) == (0, 10)
    assert plain.ratings == asked.ratings == 48
    assert plain.agreement == asked.agreement
    assert plain.agreement[0].n_raters == 2
    assert plain.agreement[0].excluded == {"decided": 10, "left_standing": 2}

    def figure(report: CompareReport) -> float | None:
        [row] = [r for r in report.human_vs_metric
                 if r.statistic == "spearman_pooled" and r.category == "all"]  # fmt: skip
        return row.value

    # The raters' means are all 0, so that no metric follows them; what was decided is not.
    assert figure(plain) is None
    assert figure(asked) is not None
