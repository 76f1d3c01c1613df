"""The strict protocol over all families, and over real data where it lies beside the checkout."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.task import MetricFamily, Task
from medsdesk.metrics import strict
from medsdesk.metrics.item import EMPTY, NO_REFERENCE

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
GOLDS = sorted(SHARED.glob("meds_bench/*.json"))

PERFECT = {
    MetricFamily.CHOICE: "The right answer is B: rest",
    MetricFamily.EXTRACTION: "boys, girls",
    MetricFamily.LABEL: "angina",
    MetricFamily.VERIFICATION: "yes",
    MetricFamily.OUTCOME: "False",
    MetricFamily.ENTITIES: "aspirin, heparin.",
    MetricFamily.MULTILABEL: "Cellular energetics",
    MetricFamily.TEXT: "Rest and fluids were advised.",
}
WRONG = {
    MetricFamily.CHOICE: "A",
    MetricFamily.EXTRACTION: "women",
    MetricFamily.LABEL: "asthma",
    MetricFamily.VERIFICATION: "no",
    MetricFamily.OUTCOME: "True",
    MetricFamily.ENTITIES: "warfarin",
    MetricFamily.MULTILABEL: "Resisting cell death",
    MetricFamily.TEXT: "zzz",
}

TaskMaker = Callable[..., Task]


@pytest.mark.parametrize("family", PERFECT)
def test_perfect_is_100_wrong_is_0(family: MetricFamily, make_task: TaskMaker) -> None:
    task, reference = make_task(family), PERFECT[family]
    right = strict.score(task, f"{reference}\n", [reference], "en", "")
    wrong = strict.score(task, WRONG[family], ["", reference], "en", "")
    assert [score.value for score in right] == pytest.approx([100.0] * len(right))
    assert {score.value for score in wrong} == {0.0}
    assert {score.protocol for score in right} == {"strict"}


@pytest.mark.parametrize("family", PERFECT)
def test_empty_output_is_unscored_except_for_text(
    family: MetricFamily, make_task: TaskMaker
) -> None:
    found = strict.score(make_task(family), " \n", [PERFECT[family]], "en", "")
    expected = (0.0, None) if family is MetricFamily.TEXT else (None, EMPTY)
    assert {(score.value, score.reason) for score in found} == {expected}


@pytest.mark.parametrize("family", PERFECT)
@pytest.mark.parametrize("references", [[], ["", "  "]])
def test_no_reference_is_unscored(
    family: MetricFamily, references: list[str], make_task: TaskMaker
) -> None:
    found = strict.score(make_task(family), "x", references, "en", "")
    assert {(score.value, score.reason) for score in found} == {(None, NO_REFERENCE)}


def test_task_without_a_metric_has_one_unscored_score(make_task: TaskMaker) -> None:
    (found,) = strict.score(make_task(MetricFamily.NONE), "x", [], "en", "")
    assert (found.value, found.reason) == (None, "no score is defined for this task")


def test_next_case_is_cut_from_decisions_but_not_from_text(make_task: TaskMaker) -> None:
    running_on = "yes\n\nInput:\nanother case"
    (verdict,) = strict.score(make_task(MetricFamily.VERIFICATION), running_on, ["yes"], "en", "")
    assert verdict.value == 100.0
    text = strict.score(make_task(MetricFamily.TEXT), running_on, ["yes"], "en", "")
    assert all(score.value is not None and score.value < 100 for score in text)


def test_form_task_is_read_as_a_form(make_task: TaskMaker) -> None:
    task = make_task(MetricFamily.EXTRACTION, task_id="task74")
    (found,) = strict.score(task, "Gender: F, Age: 8 years", ["Gender: F Age: 8 year"], "en", "")
    assert (found.metric, found.value) == ("accuracy", 100.0)


@pytest.mark.parametrize("family", MetricFamily)
def test_signatures_match_the_scores(family: MetricFamily, make_task: TaskMaker) -> None:
    task = make_task(family)
    for references in (["yes"], ["yes", "B"], []):
        found = strict.score(task, "yes", references, "fr", "")
        assert tuple(score.signature for score in found) == strict.signatures(task, "fr")
        assert tuple(score.metric for score in found) == strict.family_metrics(family)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(PERFECT)),
    st.text(max_size=60),
    st.text(min_size=1, max_size=60),
    st.sampled_from(["en", "zh", "ja", "fr", "ru", "es"]),
)
def test_any_text_is_scored_within_bounds_or_has_a_reason(
    make_task: TaskMaker, family: MetricFamily, output: str, reference: str, language: str
) -> None:
    for score in strict.score(make_task(family), output, [reference], language, reference):
        assert (score.value is None) == (score.reason is not None)
        assert score.value is None or 0.0 <= score.value <= 100.0


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(PERFECT)), st.text(min_size=1, max_size=60))
def test_any_reference_never_scores_below_100_against_itself(
    make_task: TaskMaker, family: MetricFamily, text: str
) -> None:
    # Identity holds for every text that can be read at all.
    for score in strict.score(make_task(family), text, [text], "en", text):
        if family is not MetricFamily.TEXT or score.metric.startswith("rouge"):
            assert score.value is None or score.value == pytest.approx(100.0)


# -- real data ------------------------------------------------------------------------------------

FAMILIES = {
    MetricFamily.CHOICE: (57, 58, 59, 60, 61, 122, 123, 129),
    MetricFamily.EXTRACTION: (1, 2, 3, 29, 74),
    MetricFamily.LABEL: (37, 47, 130),
    MetricFamily.VERIFICATION: (12, 16),
    MetricFamily.ENTITIES: (125, 126, 127, 128),
    MetricFamily.MULTILABEL: (106,),
}
LANGUAGES = {51: "zh", 53: "fr", 54: "ja", 55: "ru", 56: "es", 23: "es"} | {
    58: "zh",
    59: "ja",
    60: "fr",
    61: "ru",
    129: "es",
}
BY_TASK = {number: family for family, numbers in FAMILIES.items() for number in numbers}


def real_task(task_id: str, make_task: TaskMaker) -> tuple[Task, str]:
    number = int(task_id.removeprefix("task"))
    language = LANGUAGES.get(number, "en")
    family = BY_TASK.get(number, MetricFamily.TEXT)
    return make_task(family, task_id=task_id, lang=language), language


@pytest.mark.skipif(not GOLDS, reason="shared/data/meds_bench is not beside this checkout")
@pytest.mark.parametrize("path", GOLDS, ids=lambda path: path.name.partition("_")[0])
def test_official_references_score_100_against_themselves(path: Path, make_task: TaskMaker) -> None:
    task, language = real_task(path.name.partition("_")[0], make_task)
    # Long texts are slow to align and all alike in kind: a sample of them is enough.
    step = 5 if task.metric is MetricFamily.TEXT else 1
    below = []
    for item in json.loads(path.read_text(encoding="utf-8"))["Instances"][::step]:
        golds = item["output"] if isinstance(item["output"], list) else [item["output"]]
        for gold in golds:
            found = strict.score(task, gold, golds, language, item["input"])
            below += [score for score in found if (score.value or 0.0) < 100.0 - 1e-9]
    assert len(below) == 0


def same(one: str, other: str, family: MetricFamily) -> bool:
    """Say whether two references mean the same by plain rules of this test's own."""
    ways: dict[MetricFamily, Callable[[str], object]] = {
        MetricFamily.ENTITIES: lambda text: {name.strip(" .") for name in text.split(", ")},
        MetricFamily.MULTILABEL: lambda text: set(text.split(", ")),
    }
    if family in ways:
        return ways[family](one.casefold()) == ways[family](other.casefold())
    shorter, longer = sorted((one.casefold().strip(" ."), other.casefold().strip(" .")), key=len)
    # "All" is "All of the above".
    return longer.startswith(shorter) if family is MetricFamily.CHOICE else longer == shorter


@pytest.mark.skipif(not GOLDS, reason="shared/data/meds_bench is not beside this checkout")
@pytest.mark.parametrize("path", GOLDS, ids=lambda path: path.name.partition("_")[0])
def test_another_items_reference_is_never_fully_right(path: Path, make_task: TaskMaker) -> None:
    task, language = real_task(path.name.partition("_")[0], make_task)
    items = json.loads(path.read_text(encoding="utf-8"))["Instances"]
    golds = [one["output"] if isinstance(one["output"], list) else [one["output"]] for one in items]
    # For multiple choice every item meets ten others, some with the same letter.
    reach = 10 if task.metric is MetricFamily.CHOICE else 1
    step = 5 if task.metric is MetricFamily.TEXT else 1
    full = []
    for at in range(0, len(items), step):
        for other in range(at + 1, min(at + 1 + reach, len(items))):
            answer = golds[other][0]
            if any(same(answer, gold, task.metric) for gold in golds[at]):
                continue
            found = strict.score(task, answer, golds[at], language, items[at]["input"])
            # A part of the names alone can have full precision, more names full recall.
            whole = [score for score in found if not score.metric.endswith(("precision", "recall"))]
            full += [score for score in whole if (score.value or 0.0) > 100.0 - 1e-9]
    assert len(full) == 0


# Corrupted answers that hold nothing to read: announcements cut short, half a label; or the right
# letter with the text of another question.
UNREADABLE = {"task57": 2, "task58": 2, "task59": 2, "task60": 3, "task106": 2, "task130": 7}


@pytest.mark.skipif(not GOLDS, reason="shared/data is not beside this checkout")
def test_corrupted_predictions_are_unscored_only_where_nothing_is_left(
    make_task: TaskMaker,
) -> None:
    unscored: Counter[str] = Counter()
    with (SHARED / "corrupted_predictions.csv").open(encoding="utf-8-sig", newline="") as table:
        for row in csv.DictReader(table):
            task, language = real_task(row["task_id"], make_task)
            if task.metric is MetricFamily.TEXT:
                continue
            found = strict.score(task, row["output"], [row["GT"]], language, row["input"])
            unscored[task.id] += found[0].value is None
    assert {task: count for task, count in unscored.items() if count} == UNREADABLE
