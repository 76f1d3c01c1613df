"""The record beside the files, and where a file came from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.hub.record import (
    RECORD_NAME,
    FileEntry,
    FolderRecord,
    load_record,
    origin_of,
    save_record,
)
from medsdesk.tasks.task_folders import files_below
from tests.hub_server import FIRST, REPOSITORY

ENTRY = FileEntry("MCQA/task57_x.jsonl", 7, "1" * 64, "2026-01-31T14:02:03.004Z")
RECORD = FolderRecord(REPOSITORY, "main", FIRST, "hub.example", (ENTRY,))


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert load_record(tmp_path) is None
    assert load_record(tmp_path / "gone") is None
    save_record(tmp_path, RECORD)
    assert load_record(tmp_path) == RECORD


def test_a_later_version_of_a_file_takes_the_place_of_the_earlier() -> None:
    again = FileEntry(ENTRY.path, 7, ENTRY.sha256, "2027-01-01T00:00:00.000Z")
    assert RECORD.with_file(again) is RECORD
    other = FileEntry(ENTRY.path, 8, "2" * 64, "2027-01-01T00:00:00.000Z")
    assert RECORD.with_file(other).files == (other,)
    first = FileEntry("A/task1.json", 8, "3" * 64, "2027-01-01T00:00:00.000Z")
    assert RECORD.with_file(first).files == (first, ENTRY)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"repository": 1}', "\0", '"x"'])
def test_a_broken_record_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(UserFacingError, match="cannot be read"):
        load_record(tmp_path)


def test_a_record_of_a_newer_program_is_told(tmp_path: Path) -> None:
    save_record(tmp_path, RECORD)
    path = tmp_path / RECORD_NAME
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(values | {"schema_version": 99}), encoding="utf-8")
    with pytest.raises(UserFacingError, match="newer MedsDesk"):
        load_record(tmp_path)


def test_a_record_is_no_task_file(tmp_path: Path) -> None:
    save_record(tmp_path, RECORD)
    assert list(files_below(tmp_path)) == []


def test_the_origin_is_that_of_the_content(tmp_path: Path) -> None:
    save_record(tmp_path, RECORD)
    told = f"{REPOSITORY}@{FIRST}:MCQA/task57_x.jsonl"
    assert origin_of(tmp_path / "MCQA" / "task57_x.jsonl", ENTRY.sha256) == told
    assert origin_of(tmp_path / "renamed.json", ENTRY.sha256) == told
    assert origin_of(tmp_path / "MCQA" / "task57_x.jsonl", "9" * 64) == ""
    assert origin_of(tmp_path / "1" / "2" / "3" / "4" / "x.json", ENTRY.sha256) == ""


def test_a_broken_record_leaves_the_origin_unknown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / RECORD_NAME).write_text("{", encoding="utf-8")
    assert origin_of(tmp_path / "task57.json", ENTRY.sha256) == ""
    assert "origin" in caplog.text
    caplog.clear()
