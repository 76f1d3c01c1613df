"""The published numbers are those of the paper, and each belongs to tasks of the registry."""

from __future__ import annotations

import csv
import statistics
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.metrics.medsbench import family_metrics
from medsdesk.tasks.published_results import VERSIONS, PaperVersion, paper_version
from medsdesk.tasks.registry import bench_tasks, find_task

Key = tuple[str, str, str, str, str, str]


@pytest.fixture(params=VERSIONS)
def paper(request: pytest.FixtureRequest) -> PaperVersion:
    return paper_version(request.param)


def _ours(paper: PaperVersion) -> dict[Key, str]:
    return {
        (paper.version, str(c.table), c.printed_category, c.task, c.metric, model): value
        for c in paper.columns
        for model, value in c.values.items()
    }


def test_every_published_row_is_ours_and_none_is_added(shared: Path, paper: PaperVersion) -> None:
    with (shared / "reference" / "published_results.csv").open(encoding="utf-8") as file:
        theirs = {
            (r["paper_version"], r["table"], r["category"], r["task"], r["metric"], r["model"]): r
            for r in csv.DictReader(file)
            if r["paper_version"] == paper.version
        }
    assert _ours(paper) == {key: row["value"] for key, row in theirs.items()}


def test_shots_and_numbers_of_items_are_those_of_the_table(
    shared: Path, paper: PaperVersion
) -> None:
    with (shared / "reference" / "medsbench_tasks.tsv").open(encoding="utf-8") as file:
        rows = {row["task_id"]: row for row in csv.DictReader(file, delimiter="\t")}
    field = "n_eval_arXiv_v1" if paper.version == "arxiv-v1" else "n_eval_npj(second-hand)"
    seen = 0
    for column in paper.columns:
        for task_id, n in column.items.items():
            told = rows[task_id][field].strip()
            if told.isdecimal():
                assert n == int(told), task_id
                seen += 1
            else:
                assert column.note, task_id
                assert not n or str(n) in told, task_id
            assert rows[task_id]["few_shot"].startswith(f"{column.shots}-shot")
    assert seen > 40


def test_every_evaluation_task_has_a_number_and_nothing_else_has(paper: PaperVersion) -> None:
    mapped = {task_id for column in paper.columns for task_id in column.items}
    assert mapped == {task.id for task in bench_tasks()}
    assert set(paper.categories()) == {task.category for task in bench_tasks()}


def test_metrics_are_those_of_the_protocol_and_columns_have_names(paper: PaperVersion) -> None:
    for column in paper.columns:
        for task_id in column.items:
            task = find_task(task_id)
            assert task.category == column.category
            assert column.score in family_metrics(task.metric)
        assert column.is_average == (not column.items)
    for category in paper.categories():
        keys = [column.key for column in paper.of_category(category)]
        assert len(set(keys)) == len(keys)


def test_published_accuracies_are_whole_numbers_of_answers_but_for_a_few(
    paper: PaperVersion,
) -> None:
    """That they fit the numbers of items shows that both were read rightly."""
    cells = [
        (column, model)
        for column in paper.columns
        if column.score == "accuracy" and column.n is not None
        for model in column.values
    ]
    odd = [(c.task, model) for c, model in cells if c.right_answers(model) is None]
    assert len(cells) > 100
    assert len(odd) <= 6
    assert ("MMedBench JA", "GPT-3.5") in odd


def test_averages_are_means_of_their_columns_where_the_paper_made_them_so(
    paper: PaperVersion,
) -> None:
    """Tables 3 to 6; those of Table 2 are made in a way the paper does not tell."""
    for average in (c for c in paper.columns if c.is_average and c.table >= 3):
        parts = [
            c
            for c in paper.of_category(average.category)
            if c.score == average.score and not c.is_average
        ]
        for model in average.values:
            values = [value for c in parts if (value := c.value(model)) is not None]
            assert statistics.fmean(values) == pytest.approx(average.value(model), abs=0.0151)


def test_what_the_versions_say_differently_stays_different() -> None:
    npj, v1 = (
        next(c for c in paper_version(v).columns if c.table == 6 and c.is_average) for v in VERSIONS
    )
    assert npj.values["MMedIns-Llama 3"] == "79.29"
    assert v1.values["MMedIns-Llama 3"] == "68.58"


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(UserFacingError, match="no version 'v9'"):
        paper_version("v9")


def test_a_broken_file_is_told_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    broken = '[[table]]\nnumber = 1\nmodels = ["A", "B"]\n[[table.column]]\nvalues = "1"\n'
    (tmp_path / "published" / "npj-2025.toml").write_text(broken, encoding="utf-8")
    monkeypatch.setattr("medsdesk.tasks.published_results.resource", lambda name: tmp_path / name)
    with pytest.raises(UserFacingError, match="does not hold what it should"):
        paper_version.__wrapped__("npj-2025")
