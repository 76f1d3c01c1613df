"""The authors' protocol as a whole, against the figures that their scripts give."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from medsdesk.core.score import Score
from medsdesk.core.task import MetricFamily, Task
from medsdesk.metrics import medsbench, summary
from medsdesk.metrics.item import NO_REFERENCE
from medsdesk.metrics.medsbench import NOT_SCORED

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared"
RESULTS = [("authors_results_rationale_zh_en_ru", 3), ("corrupted_predictions", 24)]

TaskMaker = Callable[..., Task]


def scored(make_task: TaskMaker, number: int, output: str, *references: str) -> tuple[Score, ...]:
    task = make_task(MetricFamily.CHOICE, task_id=f"task{number}")
    return medsbench.score(task, output, references, "en", "")


def figures(path: Path, make_task: TaskMaker) -> dict[str, dict[str, float | None]]:
    """Return the figures of a result file by task and metric."""
    by_task: dict[str, list[Score]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as table:
        for row in csv.DictReader(table):
            number = int(row["task_id"].removeprefix("task"))
            by_task[row["task_id"]] += scored(make_task, number, row["output"], row["GT"])
    return {
        task_id: {score.metric: score.value for score in summary.summarise(scores)}
        for task_id, scores in by_task.items()
    }


def check(path: Path, make_task: TaskMaker) -> int:
    """Hold a result file against the figures that the authors' scripts give it."""
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))["scores"]
    found = figures(path, make_task)
    assert found.keys() == expected.keys()
    for task_id, values in expected.items():
        # One expected file calls the macro F1 by another name.
        wanted = {key.replace("f1_score", "f1"): value for key, value in values.items()}
        assert {key: found[task_id][key] for key in wanted} == pytest.approx(wanted, abs=1e-4)
    return len(expected)


def test_all_53_tasks_have_the_figures_of_the_authors_scripts(make_task: TaskMaker) -> None:
    assert check(HERE / "authors_scripts.csv", make_task) == 53


@pytest.mark.skipif(not SHARED.exists(), reason="shared/ is not beside this checkout")
@pytest.mark.parametrize(("name", "tasks"), RESULTS)
def test_real_answers_have_the_figures_of_the_authors_scripts(
    name: str, tasks: int, make_task: TaskMaker
) -> None:
    assert check(SHARED / "data" / f"{name}.csv", make_task) == tasks


@pytest.mark.skipif(not SHARED.exists(), reason="shared/ is not beside this checkout")
def test_every_evaluation_task_has_a_rule() -> None:
    with (SHARED / "reference" / "medsbench_tasks.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    bench = {row["task_id"] for row in rows if row["in_MedS-Bench"] == "yes"}
    assert medsbench._families().keys() == bench
    assert len(bench) == 53


@pytest.mark.parametrize(
    ("number", "output", "reference", "expected"),
    [
        (57, "B", "The right answer is B: rest", 100.0),
        (123, "no", "no", 100.0),
        (123, "maybe", "maybe", 0.0),
        (41, "it is entailment", "Entailment.", 100.0),
        (131, "so: surgery and more", "The treatment planning is: Surgery.", 100.0),
        (130, "so: angina", "The diagnosis result is angina.", 100.0),
        (117, "False", "False", 100.0),
        (16, "not 1\n0", "0", 0.0),
        (74, "x gender: f y", 'Gender: "F"', 100.0),
    ],
)
def test_each_task_has_its_own_rule(
    make_task: TaskMaker, number: int, output: str, reference: str, expected: float
) -> None:
    (found,) = scored(make_task, number, output, reference)
    assert (found.name, found.value) == ("medsbench.accuracy", expected)


@pytest.mark.parametrize("number", [42, 78, 83, 94, 110, 112])
def test_closed_summaries_are_compared_as_the_open_ones(make_task: TaskMaker, number: int) -> None:
    text = "No acute disease. The heart is normal in size"
    assert scored(make_task, number, text, text) == scored(make_task, 114, text, text)


def test_the_first_reference_counts(make_task: TaskMaker) -> None:
    (found,) = scored(make_task, 1, "boys", " ", "girls", "boys")
    assert found.value == 0.0


def test_what_cannot_be_scored_says_why(make_task: TaskMaker) -> None:
    (found,) = scored(make_task, 57, "B", " ")
    assert (found.value, found.reason) == (None, NO_REFERENCE)
    (found,) = scored(make_task, 26, "B", "B")
    assert (found.value, found.reason) == (None, NOT_SCORED)


@pytest.mark.parametrize("family", MetricFamily)
def test_tasks_without_a_rule_have_unscored_metrics(
    make_task: TaskMaker, family: MetricFamily
) -> None:
    task = make_task(family)
    found = medsbench.score(task, "x", ["x"], "en", "")
    assert tuple(score.metric for score in found) == medsbench.family_metrics(family)
    assert tuple(score.signature for score in found) == medsbench.signatures(task, "en")
    assert {score.value for score in found} == {None}


def test_signatures_name_protocol_script_and_tokenizer(make_task: TaskMaker) -> None:
    bleu, rouge = medsbench.signatures(make_task(MetricFamily.TEXT, task_id="task51"), "zh")
    for signature in (bleu, rouge):
        assert "|protocol:medsbench|" in signature
        assert "|tok:jieba-" in signature
        assert signature.endswith("|agg:mean")
