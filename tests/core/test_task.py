"""The families of scores are stored by name, so the names must stay."""

from __future__ import annotations

import pytest

from medsdesk.core.task import Case, MetricFamily, TaskContent


@pytest.mark.parametrize(
    "name",
    [
        "choice",
        "extraction",
        "label",
        "verification",
        "outcome",
        "entities",
        "multilabel",
        "text",
        "none",
    ],
)
def test_a_family_reads_back_from_its_name(name: str) -> None:
    assert MetricFamily(name) == name
    assert MetricFamily(name).name == name.upper()


def test_there_is_no_other_family() -> None:
    assert len(MetricFamily) == 9
    with pytest.raises(ValueError, match="taste"):
        MetricFamily("taste")


def test_contents_are_equal_by_value() -> None:
    one = TaskContent("task1", "en", "d", (Case("a", "b"),), ())
    assert one == TaskContent("task1", "en", "d", (Case("a", "b"),), ())
    assert hash(one) == hash(TaskContent("task1", "en", "d", (Case("a", "b"),), ()))
