"""Header and instances are found in every form a task file comes in."""

from __future__ import annotations

from typing import Any

import pytest

from medsdesk.tasks.json_stream import ENDS_EARLY, MALFORMED, BrokenJsonError, JsonStream
from medsdesk.tasks.task_parts import (
    LOOSE_HEADER,
    NOT_A_LIST,
    SECOND_LIST,
    TEXT_AFTER,
    Layout,
    Survey,
    instances,
    survey,
)


def _stream(text: str) -> JsonStream:
    pieces = iter([text[at : at + 9] for at in range(0, len(text), 9)])
    return JsonStream(lambda _: next(pieces, ""), piece=9)


def _instances(text: str, layout: Layout) -> tuple[list[Any], list[str]]:
    faults: list[BrokenJsonError] = []
    found = list(instances(_stream(text), layout, faults.append))
    return found, [fault.reason for fault in faults]


ONE = '{"input": 1}'


@pytest.mark.parametrize(
    ("text", "layout", "header", "found"),
    [
        (f'{{"Source": "s", "Instances": [{ONE}, {ONE}]}}', "document", {"Source": "s"}, 2),
        (f'{{"Instances": [{ONE}], "Source": "s"}}', "document", {"Source": "s"}, 1),
        (f'{{"Instences": [{ONE}], "x": [3]}}', "document", {"x": None}, 1),
        ('{"Instances": []}', "document", {}, 0),
        (f"[{ONE}, {ONE}]", "list", {}, 2),
        (ONE, "lines", {}, 1),
        (f"{ONE}\n{ONE}\n", "lines", {}, 2),
        (f'{{"Source": "s"}}\n{ONE}\n{ONE}\n', "lines", {"Source": "s"}, 2),
        (f'{{"x": "s"}}\n{ONE}', "lines", {}, 2),
    ],
)
def test_a_sound_file_is_surveyed_and_read(
    text: str, layout: Layout, header: dict[str, Any], found: int
) -> None:
    respelt = ["Instences"] if "Instences" in text else []
    assert survey(_stream(text)) == Survey(
        layout, header, has_list=True, instances=found, respelt=respelt
    )
    values, faults = _instances(text, layout)
    assert len(values) == found
    assert values[-1:] == [{"input": 1}][:found]
    assert faults == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f'{{"Instances": [{ONE}]}} and more', TEXT_AFTER),
        (f'{{"Instances": [{ONE}]}}{{"Instances": []}}', TEXT_AFTER),
        (f'{{"Instances": [{ONE}], "Instances": [2]}}', SECOND_LIST),
        (f'{{"Instances": {ONE}}}', NOT_A_LIST),
        ('{"Instances": "x"}', NOT_A_LIST),
        (f'{{"URL": "a\nb", "Source": "c\td", "Instances": [{ONE}]}}', LOOSE_HEADER),
    ],
)
def test_problems_outside_the_instances_have_their_words(text: str, problem: str) -> None:
    found = survey(_stream(text))
    assert found.problems == [problem]
    assert found.broken is None
    assert _instances(text, "document")[0] == ([{"input": 1}] if found.has_list else [])


@pytest.mark.parametrize(
    ("text", "reason", "has_list"),
    [
        ('{"Source": "s", "Definition": nonsense that is long}', MALFORMED, False),
        ('{"Source": "s"', ENDS_EARLY, False),
        ("{", ENDS_EARLY, False),
        ("{a}\n{b}\n{c}", MALFORMED, False),
        (f'{{"Instances": [{ONE}] "x": 1, "y": 1234567890}}', MALFORMED, True),
        (f'{{"Instances": [{ONE}], "x": ', ENDS_EARLY, True),
    ],
)
def test_broken_json_outside_the_instances_is_kept_for_telling(
    text: str, reason: str, has_list: bool
) -> None:
    found = survey(_stream(text))
    assert found.broken is not None
    assert (found.broken.reason, found.has_list) == (reason, has_list)
    assert found.layout == "document"


@pytest.mark.parametrize(
    ("text", "layout", "count", "reasons"),
    [
        (f'{{"Instances": [{ONE}, {{"input" 1}}, {ONE}]}}', "document", 3, [MALFORMED]),
        (f'{{"Instances": [{ONE}, {{"inp', "document", 2, [ENDS_EARLY]),
        (f"[{ONE}, {ONE},", "list", 3, [ENDS_EARLY]),
        (f'{ONE}\n{{"input": nonsense, and long}}\n{ONE}', "lines", 3, [MALFORMED]),
        (f'{{"input": nonsense, and long}}\n{ONE}\n{ONE}', "lines", 3, [MALFORMED]),
        (f'{{"Source": "s"}}\nnonsense that is long\n{ONE}', "lines", 2, [MALFORMED]),
    ],
)
def test_faults_inside_the_instances_are_told_when_they_are_read(
    text: str, layout: Layout, count: int, reasons: list[str]
) -> None:
    found = survey(_stream(text))
    assert (found.layout, found.instances) == (layout, count)
    assert (found.problems, found.broken) == ([], None)
    values, faults = _instances(text, layout)
    assert faults == reasons
    assert values == [{"input": 1}] * len(values)
    assert len(values) + len(faults) == count


def test_a_file_of_another_kind_does_not_fill_the_memory() -> None:
    text = "{" + ", ".join(f'"k{n}": [{n}]' for n in range(1000)) + "}"
    found = survey(_stream(text))
    assert len(found.header) == 100
    assert set(found.header.values()) == {None}
    assert not found.has_list
