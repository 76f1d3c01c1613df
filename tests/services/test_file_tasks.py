"""A task file's task: the registry's where it knows it, else what the file itself says."""

from __future__ import annotations

from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.task import MetricFamily
from medsdesk.services.file_tasks import definition_of, own_cases, task_of
from medsdesk.tasks.meds_bench import open_task_file
from medsdesk.tasks.registry import find_task, task_content
from tests.services.conftest import WriteTaskFile


def test_a_known_task_is_the_registrys(write_task_file: WriteTaskFile) -> None:
    file = open_task_file(write_task_file("task46_do_entity_explanation.json"))
    assert task_of(file) == find_task("task46")


@pytest.mark.parametrize(
    ("header", "metric", "languages", "shots"),
    [
        ({"Categories": ["Explanation"], "Output_language": ["German"]}, "text", ("de",), 3),
        ({"Categories": [], "Output_language": ["Klingon"]}, "none", ("en",), 3),
        ({"Categories": ["Nothing known"], "Output_language": []}, "none", ("en",), 3),
    ],
)
def test_an_unknown_task_is_made_of_the_header(
    write_task_file: WriteTaskFile,
    header: dict[str, Any],
    metric: str,
    languages: tuple[str, ...],
    shots: int,
) -> None:
    task = task_of(open_task_file(write_task_file("task9001_new.json", **header)))
    assert (task.id, task.name, task.in_bench) == ("task9001", "task9001_new", False)
    assert (task.metric, task.output_languages, task.shots) == (metric, languages, shots)
    assert own_cases(task) == ()


def test_multiple_choice_is_asked_without_cases(write_task_file: WriteTaskFile) -> None:
    category = find_task("task57").category
    task = task_of(open_task_file(write_task_file("task9001_new.json", Categories=[category])))
    assert task.metric is MetricFamily.CHOICE
    assert task.shots == 0


def test_the_files_own_words_are_used_before_ours(write_task_file: WriteTaskFile) -> None:
    file = open_task_file(write_task_file())
    assert definition_of(file, task_of(file)) == ("Made up: explain the term.", "file")
    bare = open_task_file(write_task_file(Definition=[]))
    ours = task_content("task46")
    assert definition_of(bare, task_of(bare)) == (ours.definition, "own")
    assert own_cases(task_of(bare)) == ours.cases


def test_without_any_words_a_file_is_refused(write_task_file: WriteTaskFile) -> None:
    file = open_task_file(write_task_file("task9001_new.json", Definition=[]))
    with pytest.raises(UserFacingError, match=r"task9001_new\.json has no instruction"):
        definition_of(file, task_of(file))
