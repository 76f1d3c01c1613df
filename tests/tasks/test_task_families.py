"""What the registry knows of a file's task, and what its categories tell where it knows none."""

from __future__ import annotations

import pytest

from medsdesk.core.task import MetricFamily
from medsdesk.tasks.task_families import family_of, in_registry, title_of


@pytest.mark.parametrize(
    ("task_id", "categories", "family"),
    [
        ("task125", (), MetricFamily.ENTITIES),
        ("task125", ("Translation",), MetricFamily.ENTITIES),
        ("own", ("Translation",), MetricFamily.TEXT),
        ("own", ("nothing known", " named entity RECOGNITION "), MetricFamily.ENTITIES),
        ("own", ("Question Answering",), MetricFamily.NONE),
        ("own", ("Question Answering", "Diagnosis"), MetricFamily.LABEL),
        ("own", (), MetricFamily.NONE),
    ],
)
def test_the_registry_decides_then_the_first_category_that_is_clear(
    task_id: str, categories: tuple[str, ...], family: MetricFamily
) -> None:
    assert family_of(task_id, categories) is family


def test_titles_and_membership() -> None:
    assert "Exam questions" in title_of("task57")
    assert title_of("my_own_task") == "my own task"
    assert in_registry("task57")
    assert not in_registry("task9999")
