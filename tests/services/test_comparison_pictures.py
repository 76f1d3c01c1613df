"""What the pictures know: the leader is found, turned the right way round, and filters hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.services.choose_ratings import RatingChoice
from medsdesk.services.compare import compare
from medsdesk.services.comparison_pictures import (
    TAU,
    Compared,
    Looked,
    compare_chosen,
    key_of,
    look_at,
    read_ratings,
)
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rated_tables import ALL
from medsdesk.store.workspace import Workspace
from tests.compared_ratings import MODELS, RATERS, import_planted
from tests.rated_studies import made_study, rate_all

QUICK = CompareOptions(resamples=200)


def _planted(ws: Workspace, folder: Path, **choice: str) -> Compared:
    import_planted(ws, folder)
    return compare_chosen(read_ratings(ws), RatingChoice(**choice), QUICK)


def _look(compared: Compared, criterion: str, metric: str | None = None) -> Looked:
    [key] = [key_of(q) for q in compared.questions if q.criterion == criterion]
    found = look_at(compared, key, metric)
    assert found is not None
    return found


def test_a_planted_metric_leads_on_both_kinds_of_question(ws: Workspace, tmp_path: Path) -> None:
    compared = _planted(ws, tmp_path, protocol="strict")
    for criterion in ("useful", "harm"):
        found = _look(compared, criterion)
        assert found.leader is not None
        assert (found.leader.metric, found.metric) == ("strict.near", "strict.near")
        assert found.leader.value is not None
        assert found.leader.value > 0.5
        assert found.leader.ci95 is not None
        assert found.leader.ci95[0] < found.leader.value < found.leader.ci95[1]
        assert found.leader.turned is (criterion == "harm")
        assert found.rival is not None
        assert found.rival.other == "strict.noise"
        assert found.rival.p_holm < 0.01
        assert found.roc.area is not None
        assert found.roc.area > 0.8
        assert [pair.n for pair in found.pairs] == [108] * 3
        assert found.raters == RATERS
        assert found.worst
        flat = found.strengths[-1]
        assert (flat.metric, flat.value) == ("strict.flat", None)
        assert flat.note


def test_figures_are_those_of_the_comparison_itself(ws: Workspace, tmp_path: Path) -> None:
    compared = _planted(ws, tmp_path)
    report = compare(ws, QUICK)
    whole = [
        replace(row, p_bh=None, p_holm=None)
        for row in report.human_vs_metric
        if (row.category, row.statistic) == (ALL, TAU)
    ]
    assert [
        replace(row, p_bh=None, p_holm=None) for row in compared.report.human_vs_metric
    ] == whole
    assert [row.p_holm for row in compared.report.human_vs_metric] == [
        row.p_holm for row in report.human_vs_metric if (row.category, row.statistic) == (ALL, TAU)
    ]
    assert compared.report.metric_vs_metric == tuple(
        row for row in report.metric_vs_metric if row.category == ALL
    )
    assert compared.report.agreement == report.agreement[: len(compared.report.agreement)]


def test_a_choice_of_rater_or_model_says_what_can_no_longer_be_said(
    ws: Workspace, tmp_path: Path
) -> None:
    found = _look(_planted(ws, tmp_path, rater="A"), "useful")
    assert found.pairs == ()
    found = _look(compare_chosen(read_ratings(ws), RatingChoice(model=MODELS[0]), QUICK), "useful")
    assert found.leader is None
    assert found.ranking.gap
    assert all(each.note for each in found.strengths)
    assert len(found.points) == 36


def test_nothing_is_looked_at_where_nothing_fits(ws: Workspace, tmp_path: Path) -> None:
    compared = _planted(ws, tmp_path, rater="Nobody")
    assert compared.questions == ()
    assert look_at(compared, None, None) is None
    assert compared.ratings > 0


def test_an_empty_workspace_is_refused_in_words(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="no ratings"):
        compare_chosen(read_ratings(ws), RatingChoice(), QUICK)


def test_it_tells_how_far_it_is_and_stops(ws: Workspace, tmp_path: Path) -> None:
    import_planted(ws, tmp_path, items=6)
    told: list[tuple[int, int]] = []
    rows = read_ratings(ws)
    compare_chosen(rows, RatingChoice(), QUICK, tell=lambda *at: told.append(at))
    assert told == [(0, 2), (1, 2)]
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        compare_chosen(rows, RatingChoice(), QUICK, token)


def test_ratings_of_a_study_are_not_seen_before_it_is_locked(ws: Workspace) -> None:
    study = made_study(ws)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, study.id, rater)
    assert read_ratings(ws) == ()
    lock_study(ws, study.id, "", "Dr Owner")
    assert {row.text("model") for row in read_ratings(ws)} == {"zebra", "okapi"}
