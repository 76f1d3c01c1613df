"""What the metric tests share: tasks made for the purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medsdesk.core.task import MetricFamily, Task
from medsdesk.metrics.item import Item

TaskMaker = Callable[..., Task]


@pytest.fixture(scope="session")
def make_task() -> TaskMaker:
    def make(
        metric: MetricFamily, labels: tuple[str, ...] = (), task_id: str = "task0", lang: str = "en"
    ) -> Task:
        return Task(
            id=task_id,
            name="made_for_tests",
            title="Made for tests",
            category="Tests",
            in_bench=False,
            domain="Synthetic",
            source="Synthetic",
            input_languages=(lang,),
            output_languages=(lang,),
            metric=metric,
            labels=labels,
            shots=0,
            access="open",
        )

    return make


@pytest.fixture(scope="session")
def make_item(make_task: TaskMaker) -> Callable[..., Item]:
    def make(
        metric: MetricFamily,
        answer: str,
        *references: str,
        source: str = "",
        labels: tuple[str, ...] = (),
        language: str = "en",
    ) -> Item:
        return Item(make_task(metric, labels), answer, references, language, source)

    return make
