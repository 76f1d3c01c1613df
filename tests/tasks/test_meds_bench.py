"""Task files in all their real variety are read, and every fault is named."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.tasks.json_stream import ENDS_EARLY, EXTRA_COMMA, MALFORMED
from medsdesk.tasks.meds_bench import (
    LOOSE,
    Fault,
    Item,
    check_task_file,
    find_task_files,
    open_task_file,
    read_items,
)

HEADER: dict[str, Any] = {
    "Contributors": "Dr Synthetic",
    "Source": ["Made up"],
    "URL": [],
    "Categories": ["Diagnosis"],
    "Reasoning": [],
    "Definition": ["Name the disease."],
    "Input_language": ["English"],
    "Output_language": ["English"],
    "Instruction_language": ["English"],
    "Domains": ["Clinical Text"],
    "Positive Examples": [],
    "Negative Examples": [],
}
INSTANCES = [
    {"id": "a-0", "input": "Fever and cough — for days.", "output": "flu"},
    {"id": "a-1", "input": "発熱と咳。", "output": ["influenza", "cold"]},
    {"input": "Fièvre.", "output": "grippe"},
]
ITEMS = (
    Item(0, "a-0", "Fever and cough — for days.", ("flu",)),
    Item(1, "a-1", "発熱と咳。", ("influenza", "cold")),
    Item(2, "", "Fièvre.", ("grippe",)),
)


def _text(**changes: Any) -> str:
    return json.dumps({**HEADER, "Instances": INSTANCES, **changes}, ensure_ascii=False, indent=4)


def _file(folder: Path, data: str | bytes, name: str = "task130_own.json") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def _read(path: Path) -> tuple[tuple[Item, ...], list[Fault]]:
    faults: list[Fault] = []
    items = tuple(read_items(open_task_file(path), faults.append))
    report = check_task_file(path)
    assert report.items == len(items)
    assert list(report.faults) == faults
    return items, faults


HEADER_LINE = json.dumps(HEADER, ensure_ascii=False)
LINES = "\n".join(json.dumps(one, ensure_ascii=False) for one in INSTANCES)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (_text(), "task130_own.json"),
        (_text(), "task130_one_document.jsonl"),
        (json.dumps({"Instances": INSTANCES, **HEADER}), "task130_header_last.json"),
        (f"{HEADER_LINE}\n{LINES}\n", "task130_lines.jsonl"),
        (f"{HEADER_LINE}\r\n{LINES}".encode("utf-8-sig"), "task130_lines.json"),
        (_text().encode("utf-8-sig"), "task130_mark.json"),
        (_text().encode("utf-16"), "task130_wide.json"),
        (_text().encode("utf-16-be"), "task130_wide_without_mark.json"),
    ],
)
def test_every_form_of_a_file_gives_the_same_items(
    tmp_path: Path, data: str | bytes, name: str
) -> None:
    path = _file(tmp_path, data, name)
    assert _read(path) == (ITEMS, [])
    file = open_task_file(path)
    assert (file.task_id, file.instances) == ("task130", 3)
    assert file.header.definition == "Name the disease."
    assert file.header.contributors == ("Dr Synthetic",)
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert file.size_bytes == path.stat().st_size


def test_an_old_encoding_is_guessed_and_the_guess_told(tmp_path: Path) -> None:
    text = "La fièvre a été élevée pendant une semaine à l'hôpital."
    instances = [{"input": text, "output": "été"}]
    path = _file(tmp_path, _text(Instances=instances).encode("cp1252"))
    report = check_task_file(path)
    assert report.faults == ()
    assert "cp1252, which is a guess" in report.notes[0]
    assert next(read_items(open_task_file(path), print)).input == text
    assert check_task_file(_file(tmp_path, _text().encode("utf-16"))).notes == (
        "The file is in the encoding utf-16.",
    )


def test_bytes_of_another_encoding_are_mended_item_by_item_and_told(tmp_path: Path) -> None:
    data = _text(Mood="ok").encode().replace("Fièvre".encode(), b"Fi\xe8vre")
    path = _file(tmp_path, data)
    items, faults = _read(path)
    assert items == ITEMS
    assert faults == [
        Fault(2, "some of its bytes are not UTF-8 and were read as Windows-1252", kept=True)
    ]
    assert "Some bytes of the file are not UTF-8." in check_task_file(path).notes


def test_a_list_or_lines_without_a_header_are_read_and_its_lack_told(tmp_path: Path) -> None:
    for data in (json.dumps(INSTANCES), LINES):
        assert _read(_file(tmp_path, data)) == (ITEMS, [Fault(None, "Definition is missing")])


def test_faults_of_items_are_told_by_their_index_and_the_rest_is_read(tmp_path: Path) -> None:
    good = LINES.replace("\n", ",\n").replace("発熱と咳。", "発熱\n咳")
    path = _file(tmp_path, _with(f'[{good}, 5, {{"id": "a-0", "input": "x", "output": "y"}}, ]'))
    items, faults = _read(path)
    assert [item.index for item in items] == [0, 1, 2, 4]
    assert items[1].input == "発熱\n咳"
    place = path.read_bytes().rindex(b"]")
    assert faults == [
        Fault(1, LOOSE, kept=True),
        Fault(3, "it is not an object with 'input' and 'output'"),
        Fault(4, "it has the id of an earlier item", kept=True),
        Fault(5, f"{EXTRA_COMMA}, at byte {place:,}", kept=True),
    ]


def _with(instances: str) -> str:
    return f'{HEADER_LINE[:-1]}, "Instances": {instances}}}'


def test_malformed_json_is_told_with_item_and_byte_and_what_follows_is_read(
    tmp_path: Path,
) -> None:
    path = _file(tmp_path, _with('[{"input": "é", "output": "b"}, {"input" "long"}, {"x": 1}]'))
    place = path.read_bytes().index(b'"long"')
    items, faults = _read(path)
    assert [item.input for item in items] == ["é"]
    assert faults == [
        Fault(1, f"{MALFORMED}, at byte {place:,}"),
        Fault(2, "it has no input"),
    ]


def test_a_truncated_file_gives_what_came_before_its_end(tmp_path: Path) -> None:
    data = _text().encode()
    data = data[: data.index("Fièvre".encode())]
    items, faults = _read(_file(tmp_path, data))
    assert items == ITEMS[:2]
    assert faults == [Fault(2, f"{ENDS_EARLY}, at byte {len(data):,}")]


def test_a_file_cut_between_two_items_is_told_as_a_fault_of_the_file(tmp_path: Path) -> None:
    data = _with(LINES.splitlines()[0]).replace('s": {', 's": [{')[:-1].encode()
    items, faults = _read(_file(tmp_path, data))
    assert items == ITEMS[:1]
    assert faults == [Fault(None, f"{ENDS_EARLY}, at byte {len(data):,}", kept=True)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_text(Definition=[]), "Definition is missing"),
        (json.dumps(HEADER), "Instances is missing"),
        (_text(Instances={}), "Instances is not a list"),
        (_text() + "{}", "there is more text after the end of the document"),
        (_text()[:-1] + ', "Mood": nothing that JSON knows}', f"{MALFORMED}, at byte"),
    ],
)
def test_faults_of_the_file_are_told(tmp_path: Path, data: str, reason: str) -> None:
    [fault] = check_task_file(_file(tmp_path, data)).faults
    assert fault.item is None
    assert fault.reason.startswith(reason)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"{}", "is no task file"),
        (b'{"PMC1": {"case": 1}}', "is no task file"),
        (b"Fever for days", "is no task file"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"PK\x03\x04", "is a ZIP archive or an Office document"),
        (b'{"x": nothing that is JSON}', f"cannot be read as JSON: {MALFORMED}, at byte 6"),
        (b"{", f"cannot be read as JSON: {ENDS_EARLY}, at byte 1"),
    ],
)
def test_what_is_no_task_file_is_refused_and_reported(
    tmp_path: Path, data: bytes, words: str
) -> None:
    path = _file(tmp_path, data)
    with pytest.raises(UserFacingError) as caught:
        open_task_file(path)
    assert words in caught.value.message
    report = check_task_file(path)
    assert (report.items, report.fault_count, report.sha256) == (0, 1, "")
    assert words in report.faults[0].reason
    assert report.notes == (caught.value.hint,)


def test_a_task_that_the_registry_lacks_is_noted_with_how_it_is_scored(tmp_path: Path) -> None:
    assert check_task_file(_file(tmp_path, _text())).notes == ()
    report = check_task_file(_file(tmp_path, _text(), "my_disease.json"))
    assert (report.task_id, report.title, report.faults) == ("my_disease", "my disease", ())
    assert "not in the registry" in report.notes[0]
    assert "scored as label" in report.notes[0]
    report = check_task_file(_file(tmp_path, _text(Categories="Poetry"), "task9999_x.json"))
    assert "not scored" in report.notes[0]


def test_long_inputs_and_unknown_keys_are_noted_and_read(tmp_path: Path) -> None:
    long = {"input": "x" * 200_000, "output": "y", "explanation": "z"}
    report = check_task_file(_file(tmp_path, _text(Instances=[long], Version="2")))
    assert (report.items, report.faults) == (1, ())
    assert report.notes == (
        "The header has keys that are not read: Version.",
        "1 item has a key that is not read: explanation.",
        "1 item has an input of more than 100,000 characters; the longest has 200,000.",
    )


def test_keys_of_the_header_in_another_spelling_are_read_and_noted(tmp_path: Path) -> None:
    text = _text().replace('"Instances"', '"instences"').replace('"Domains"', '"Text Domains"')
    path = _file(tmp_path, text)
    report = check_task_file(path)
    assert (report.items, report.faults) == (3, ())
    assert report.notes == (
        "The header has keys that the format spells otherwise: Text Domains, instences.",
    )
    assert open_task_file(path).header.domains == ("Clinical Text",)


def test_only_the_first_faults_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    report = check_task_file(_file(tmp_path, _text(Instances=[{}] * 250)))
    assert (report.items, len(report.faults), report.fault_count) == (0, 100, 250)


def test_a_file_that_changed_after_it_was_opened_is_not_read(tmp_path: Path) -> None:
    path = _file(tmp_path, _text())
    file = open_task_file(path)
    _file(tmp_path, _text(Instances=[]))
    with pytest.raises(UserFacingError, match="was changed after it was opened"):
        list(read_items(file, lambda fault: None))
    path.unlink()
    with pytest.raises(UserFacingError, match="cannot be read"):
        list(read_items(file, lambda fault: None))


def test_a_check_can_be_stopped_and_logs_no_text(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = _file(tmp_path, _text())
    cancel = CancelToken()
    assert check_task_file(path, cancel).items == 3
    cancel.cancel()
    with pytest.raises(CancelledError):
        check_task_file(path, cancel)
    assert "3 items" in caplog.text
    assert "Fever" not in caplog.text


def test_files_are_found_in_order_and_once(tmp_path: Path) -> None:
    for name in ("task100_b.json", "task20_a.json", "MCQA/task3_c.jsonl", "other.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        _file(tmp_path, "{}", name)
    named = tmp_path / "other.json"
    found = find_task_files([tmp_path, named, tmp_path / "task20_a.json"])
    assert [path.name for path in found] == [
        "task3_c.jsonl",
        "task20_a.json",
        "task100_b.json",
        "other.json",
    ]


def test_finding_none_is_told(tmp_path: Path) -> None:
    for paths in ([], [tmp_path], [tmp_path / "missing"]):
        with pytest.raises(UserFacingError):
            find_task_files(paths)


def test_the_real_files_are_all_clean(shared: Path) -> None:
    paths = find_task_files([shared / "data" / "meds_bench"])
    assert len(paths) == 38
    for path in paths:
        raw = json.loads(path.read_text(encoding="utf-8"))
        items, faults = _read(path)
        assert faults == []
        assert [item.input for item in items] == [one["input"] for one in raw["Instances"]]
        outputs = [one["output"] for one in raw["Instances"]]
        assert [item.outputs for item in items] == [
            tuple(one) if isinstance(one, list) else (one,) for one in outputs
        ]
        assert open_task_file(path).header.definition == "\n".join(raw["Definition"])
