"""What is written reads back the same, and nothing is written that is no task file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.task import Case
from medsdesk.tasks.meds_bench import Fault, Item, find_task_files, open_task_file, read_items
from medsdesk.tasks.task_faults import NO_OUTPUT
from medsdesk.tasks.task_header import TaskHeader
from medsdesk.tasks.task_writer import write_task_file

# Any text that is one: surrogates cannot be encoded and a zero byte is no text.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(str.strip)
MANY = st.lists(TEXTS, max_size=3).map(tuple)
CASES = st.lists(st.builds(Case, TEXTS, TEXTS), max_size=2).map(tuple)
HEADERS = st.builds(
    TaskHeader,
    definition=TEXTS,
    source=TEXTS | st.just(""),
    categories=MANY,
    domains=MANY,
    input_languages=MANY,
    output_languages=MANY,
    instruction_languages=MANY,
    contributors=MANY,
    url=MANY,
    reasoning=MANY,
    positive=CASES,
    negative=CASES,
    split=TEXTS | st.just(""),
)
ITEMS = st.lists(
    st.tuples(TEXTS, st.lists(TEXTS, min_size=1, max_size=3).map(tuple)), min_size=1, max_size=6
).map(
    lambda many: [
        Item(n, f"id-{n}" if n % 2 else "", text, out) for n, (text, out) in enumerate(many)
    ]
)
HEADER = TaskHeader(definition="Name the disease.")
ITEM = Item(0, "", "Fever.", ("flu",))


def _read(path: Path) -> tuple[TaskHeader, list[Item], list[Fault]]:
    faults: list[Fault] = []
    file = open_task_file(path)
    return file.header, list(read_items(file, faults.append)), faults


@settings(max_examples=200, deadline=None)
@given(HEADERS, ITEMS)
def test_what_is_written_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, header: TaskHeader, items: list[Item]
) -> None:
    path = tmp_path_factory.getbasetemp() / "task9999_round.json"
    assert write_task_file(path, header, items) == len(items)
    assert _read(path) == (header, items, [])


def test_the_file_is_in_the_authors_form(tmp_path: Path) -> None:
    path = tmp_path / "task9999_own.json"
    header = replace(HEADER, source="Made up", split="Test", positive=(Case("a", "b"),))
    many = Item(7, "x", "Cough.", ("cold", "flu"))
    assert write_task_file(path, header, iter((ITEM, many))) == 2
    text = path.read_text(encoding="utf-8")
    document = json.loads(text)
    assert text == json.dumps(document, ensure_ascii=False, indent=4) + "\n"
    assert list(document) == [
        "Contributors", "Source", "URL", "Categories", "Reasoning", "Definition",
        "Input_language", "Output_language", "Instruction_language", "Domains", "Split Type",
        "Positive Examples", "Negative Examples", "Instances",
    ]  # fmt: skip
    assert document["Source"] == ["Made up"]
    assert document["Instances"] == [
        {"input": "Fever.", "output": "flu"},
        {"id": "x", "input": "Cough.", "output": ["cold", "flu"]},
    ]


@pytest.mark.parametrize(
    ("header", "item", "words"),
    [
        (replace(HEADER, definition=" "), ITEM, "The definition is empty."),
        (replace(HEADER, url=("a", "")), ITEM, "URL is empty."),
        (replace(HEADER, split="\0"), ITEM, "Split Type has characters"),
        (replace(HEADER, positive=(Case("a", ""),)), ITEM, "output of positive example 1 is empty"),
        (replace(HEADER, negative=(Case("", "a"),)), ITEM, "input of negative example 1 is empty"),
        (HEADER, replace(ITEM, input=""), "The input of item 2 is empty."),
        (HEADER, replace(ITEM, input="\ud800"), "The input of item 2 has characters"),
        (HEADER, replace(ITEM, outputs=()), "Item 2 has no output."),
        (HEADER, replace(ITEM, outputs=("a", "")), "The output of item 2 is empty."),
    ],
)
def test_what_is_no_task_is_refused_and_the_old_file_stays(
    tmp_path: Path, header: TaskHeader, item: Item, words: str
) -> None:
    path = tmp_path / "task9999_own.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UserFacingError) as caught:
        write_task_file(path, header, (ITEM, item))
    assert words in caught.value.message
    assert [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()] == ["old"]


def test_a_task_without_items_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="has no items"):
        write_task_file(tmp_path / "task9999_own.json", HEADER, ())
    assert list(tmp_path.iterdir()) == []


def test_items_without_an_output_are_written_where_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "task9999_own.json"
    items = [replace(ITEM, outputs=()), replace(ITEM, index=1)]
    assert write_task_file(path, HEADER, items, open_items=True) == 2
    assert "output" not in json.loads(path.read_text(encoding="utf-8"))["Instances"][0]
    assert _read(path) == (HEADER, items, [Fault(0, NO_OUTPUT, kept=True)])


def test_an_id_that_is_no_text_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "task9999_own.json"
    write_task_file(path, HEADER, [replace(ITEM, id="\ud800")])
    assert _read(path) == (HEADER, [ITEM], [])


def test_the_real_files_come_through_unchanged(shared: Path, tmp_path: Path) -> None:
    for path in find_task_files([shared / "data" / "meds_bench"]):
        file = open_task_file(path)
        copy = tmp_path / path.name
        items = list(read_items(file, lambda fault: None))
        assert write_task_file(copy, file.header, items) == file.instances
        assert _read(copy) == (file.header, items, [])
