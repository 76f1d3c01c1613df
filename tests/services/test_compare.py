"""Ratings compared with each other and with metrics, from files and from the Workbench."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from medsdesk.agreement import human_metric, raters
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.engine.client import Engine
from medsdesk.services import compare as service
from medsdesk.services import compare_metrics
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import AgreementRow, CompareOptions, MetricRow
from medsdesk.services.evaluate import run_once
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.instruments import workbench_form
from medsdesk.services.rate import RatingSession
from medsdesk.store.workspace import Workspace
from tests.agreement.worked import FOUR_RATERS, Floats
from tests.services.conftest import MakeRequest

QUICK = CompareOptions(resamples=200)


def _import(ws: Workspace, folder: Path, head: str, rows: Sequence[Sequence[object]]) -> None:
    path = folder / "ratings.csv"
    lines = [head, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert import_ratings(ws, path).complete


def _krippendorff(ws: Workspace, folder: Path, scale: str) -> None:
    rows = [
        ("Paper", f"u{unit}", "ABCD"[rater], "c", int(value), scale)
        for unit, values in enumerate(FOUR_RATERS)
        for rater, value in enumerate(values)
        if np.isfinite(value)
    ]
    _import(ws, folder, "study,item,rater,criterion,value,scale", rows)


def _study(
    ws: Workspace,
    folder: Path,
    human: Floats,
    metrics: dict[str, Floats],
    criterion: str = "quality",
    category: Sequence[str] = (),
) -> None:
    """Import ratings of two raters of answers of several models, with metrics beside them."""
    names = list(metrics)
    rows = []
    for item, model in np.ndindex(human.shape):
        for rater in "AB":
            scores = [round(float(metrics[name][item, model]), 6) for name in names]
            place = category[item] if category else ""
            value = human[item, model]
            rows.append(("S", f"i{item}", rater, criterion, value, f"m{model}", place, *scores))
    head = ",".join(f"metric:{name}" for name in names)
    _import(ws, folder, f"study,item,rater,criterion,value,model,category,{head}", rows)


def _planted(items: int = 40, models: int = 4, seed: int = 1) -> tuple[Floats, dict[str, Floats]]:
    random = np.random.default_rng(seed)
    latent = random.normal(0, 1, (items, models))
    human = np.clip(np.round(latent * 1.3 + 3), 1, 5)
    near = latent + random.normal(0, 0.4, latent.shape)
    return human, {"near": near, "noise": random.normal(0, 1, latent.shape)}


def _one(
    rows: Sequence[MetricRow], metric: str, statistic: str, category: str = "all"
) -> MetricRow:
    [row] = [
        r for r in rows if (r.metric, r.statistic, r.category) == (metric, statistic, category)
    ]
    return row


def _first(rows: Sequence[AgreementRow], criterion: str) -> AgreementRow:
    return next(row for row in rows if row.criterion == criterion)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_the_published_example_comes_out_of_a_file(
    ws: Workspace, tmp_path: Path, scale: str, expected: float
) -> None:
    _krippendorff(ws, tmp_path, scale)
    report = compare(ws, QUICK)
    first = report.agreement[0]
    assert (first.study, first.criterion) == ("Paper", "c")
    assert first.statistic == f"krippendorff_alpha_{scale}"
    assert first.value == pytest.approx(expected, abs=1e-6)
    assert (first.n_items, first.n_raters) == (11, 4)
    assert first.why is not None
    assert report.ratings == 41
    [row] = report.human_vs_metric
    assert (row.value, row.note) == (None, compare_metrics.NO_SCORES)


def test_a_planted_metric_is_found_and_noise_is_not(ws: Workspace, tmp_path: Path) -> None:
    human, metrics = _planted()
    _study(ws, tmp_path, human, metrics)
    report = compare(ws, QUICK)
    near = _one(report.human_vs_metric, "near", "kendall_tau_b_by_item")
    noise = _one(report.human_vs_metric, "noise", "kendall_tau_b_by_item")
    assert (near.n_items, near.n_models, near.n_raters) == (40, 4, 2)
    assert (near.value or 0) > 0.6
    assert near.p_holm is not None
    assert near.p_holm < 0.01
    assert (noise.p_value or 0) > 0.05
    assert near.p_bh is not None
    assert near.p_value is not None
    assert near.p_value <= near.p_bh <= near.p_holm
    statistics = [r.statistic for r in report.human_vs_metric if r.metric == "near"]
    assert statistics == [
        "kendall_tau_b_by_item",
        "acc_eq_star",
        "acc_eq_star_held_out",
        "spearman_by_item",
        "spa",
        "spearman_pooled",
    ]
    [contest] = report.metric_vs_metric
    assert (contest.leading, contest.other) == ("near", "noise")
    assert contest.p_holm < 0.01
    assert contest.ci95 is not None
    assert contest.ci95[0] > 0


def test_the_same_data_and_seed_give_the_same_report(ws: Workspace, tmp_path: Path) -> None:
    human, metrics = _planted(20)
    _study(ws, tmp_path, human, metrics)
    assert compare(ws, QUICK) == compare(ws, QUICK)
    other = compare(ws, CompareOptions(resamples=200, seed=5))
    assert other.human_vs_metric != compare(ws, QUICK).human_vs_metric


def test_simpsons_paradox_between_inputs_is_told(ws: Workspace, tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    level, inside = np.linspace(-6, 6, 30)[:, None], random.normal(0, 1, (30, 4))
    _study(ws, tmp_path, level + inside, {"m": inside - level})
    report = compare(ws, QUICK)
    assert (_one(report.human_vs_metric, "m", "spearman_by_item").value or 0) > 0
    pooled = _one(report.human_vs_metric, "m", "spearman_pooled")
    assert (pooled.value or 0) < 0
    assert human_metric.AGAINST in (pooled.note or "")


def test_simpsons_paradox_between_categories_is_told(ws: Workspace, tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    shift = np.repeat([[0.0], [10.0]], 20, axis=0)
    inside = random.normal(0, 1, (40, 1))
    kinds = ["easy"] * 20 + ["hard"] * 20
    _study(ws, tmp_path, inside - shift, {"m": inside + shift}, category=kinds)
    report = compare(ws, QUICK)
    assert (_one(report.human_vs_metric, "m", "spearman_pooled", "easy").value or 0) > 0.9
    pooled = _one(report.human_vs_metric, "m", "spearman_pooled")
    assert (pooled.value or 0) < 0
    assert service.AGAINST_CATEGORIES in (pooled.note or "")


def test_categories_stand_by_themselves_and_together(ws: Workspace, tmp_path: Path) -> None:
    human, metrics = _planted()
    _study(ws, tmp_path, human, metrics, category=["a"] * 20 + [""] * 20)
    found = {row.category for row in compare(ws, QUICK).human_vs_metric}
    assert found == {"a", "", "all"}


def test_one_category_is_not_told_twice(ws: Workspace, tmp_path: Path) -> None:
    human, metrics = _planted(10)
    _study(ws, tmp_path, human, metrics, category=["a"] * 10)
    assert {row.category for row in compare(ws, QUICK).human_vs_metric} == {"a"}


def test_harm_is_turned_round_where_it_must_be(ws: Workspace, tmp_path: Path) -> None:
    human, metrics = _planted()
    _study(ws, tmp_path, 6 - human, metrics, criterion="harm_extent")
    report = compare(ws, CompareOptions(resamples=200, acceptable=3))
    tau = _one(report.human_vs_metric, "near", "kendall_tau_b_by_item")
    accuracy = _one(report.human_vs_metric, "near", "acc_eq_star")
    area = _one(report.human_vs_metric, "near", "auc_unacceptable")
    assert (tau.value or 0) < -0.6
    assert compare_metrics.BAD_IS_HIGH in (tau.note or "")
    assert (accuracy.value or 0) > 0.6
    assert (area.value or 0) > 0.8
    assert compare_metrics.TURNED in (accuracy.note or "")
    assert report.metric_vs_metric[0].leading == "near"


def test_too_little_gives_sentences_and_no_numbers(ws: Workspace, tmp_path: Path) -> None:
    head = "study,item,rater,criterion,value,metric:m"
    rows = [("S", "i1", "A", "one", 3, 0.5), ("S", "i2", "A", "one", 4, "")]
    rows += [("S", f"i{n}", rater, "equal", 2, 0.1 * n) for n in range(6) for rater in "AB"]
    _import(ws, tmp_path, head, rows)
    report = compare(ws, QUICK)
    assert _first(report.agreement, "one").note == raters.ONE_RATER
    assert _first(report.agreement, "equal").note == raters.CONSTANT
    assert all(row.value is None and row.note for row in report.agreement)
    assert all(row.value is None and row.note for row in report.human_vs_metric)
    assert report.metric_vs_metric == ()


def test_a_metric_that_is_no_number_has_its_sentence(ws: Workspace, tmp_path: Path) -> None:
    rows = [("S", f"i{n}", "A", "c", n % 5, "NaN", n) for n in range(8)]
    _import(ws, tmp_path, "study,item,rater,criterion,value,metric:none,metric:some", rows)
    found = compare(ws, QUICK).human_vs_metric
    assert [row.note for row in found if row.metric == "none"] == [compare_metrics.NO_SCORE]
    assert (_one(found, "some", "spearman_pooled").value or 0) > 0
    again = tmp_path / "again.csv"
    export_ratings(ws, again)
    assert import_ratings(ws, again).already_there == 8


def test_a_nominal_scale_has_agreement_and_no_order(ws: Workspace, tmp_path: Path) -> None:
    head = "study,item,rater,criterion,value,scale,metric:m"
    words = ["yes", "no", "maybe"]
    rows = [
        ("S", f"i{n}", rater, "ok", words[(n + (rater == "B" and n == 4)) % 3], "nominal", n)
        for n in range(9)
        for rater in "AB"
    ]
    _import(ws, tmp_path, head, rows)
    report = compare(ws, QUICK)
    assert report.agreement[0].statistic == "krippendorff_alpha_nominal"
    assert 0.5 < (report.agreement[0].value or 0) < 1
    assert [row.note for row in report.human_vs_metric] == [compare_metrics.NO_ORDER]


def test_what_is_not_rated_is_counted_and_left_out(ws: Workspace, tmp_path: Path) -> None:
    head = "study,item,rater,criterion,value,status"
    rows: list[tuple[object, ...]] = [
        ("S", f"i{n}", r, "c", n % 3, "rated") for n in range(6) for r in "AB"
    ]
    rows += [("S", "i6", "A", "c", "", "cannot_judge"), ("S", "i7", "B", "c", "", "withdrawn")]
    rows += [("S", "i1", "A", "only", "", "cannot_judge")]
    _import(ws, tmp_path, head, rows)
    report = compare(ws, QUICK)
    assert report.agreement[0].excluded == {"cannot_judge": 1, "withdrawn": 1}
    assert {row.criterion for row in report.agreement} == {"c"}
    assert report.ratings == 12


def test_studies_are_chosen_by_name(ws: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="no ratings in this workspace"):
        compare(ws, QUICK)
    _krippendorff(ws, tmp_path, "ordinal")
    assert compare(ws, CompareOptions("Paper", resamples=50)).ratings == 41
    with pytest.raises(UserFacingError, match="no study 'Other'") as refused:
        compare(ws, CompareOptions("Other"))
    assert refused.value.hint == "Choose one of Paper."


def test_it_can_be_stopped(ws: Workspace, tmp_path: Path) -> None:
    human, metrics = _planted(10)
    _study(ws, tmp_path, human, metrics)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        compare(ws, QUICK, cancel)


def test_ratings_of_the_workbench_are_compared_too(
    ws: Workspace, engine: Engine, make_request: MakeRequest
) -> None:
    request = make_request({"text": "The lungs are clear."})
    for number in range(8):
        done = run_once(ws, engine, request, lambda _: None, CancelToken())
        for rater in ("Ann", "Bo"):
            session = RatingSession(ws, done.output.id, rater, workbench_form())
            session.set_value("accuracy", 1 + number % 5)
            session.set_comment("Fine.")
    report = compare(ws, QUICK)
    first = _first(report.agreement, "accuracy")
    assert (first.study, first.instrument, first.n_items, first.n_raters) == ("", "workbench", 8, 2)
    assert first.value == pytest.approx(1)
    assert {row.category for row in report.human_vs_metric} == {"Text Summarization"}
    # Eight answers of one model to one text: a single item.
    tau = next(r for r in report.human_vs_metric if r.statistic == "kendall_tau_b_by_item")
    assert (tau.n_items, tau.n_models) == (1, 1)
    assert (tau.note or "").startswith("Only 1 items")
    assert {"spearman_partial_length"} <= {row.statistic for row in report.human_vs_metric}
