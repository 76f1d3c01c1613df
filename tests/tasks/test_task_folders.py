"""Task files are found in folders, and what is none is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from medsdesk.tasks.task_folders import files_below, order_of, task_id_of


@pytest.mark.parametrize(
    ("name", "task_id"),
    [
        ("task125_test_bc4chem.json", "task125"),
        ("Task007_x.jsonl", "task7"),
        ("task12.xlsx", "task12"),
        ("my_pneumonia.json", "my_pneumonia"),
        ("tasks.json", "tasks"),
    ],
)
def test_the_id_comes_from_the_name(name: str, task_id: str) -> None:
    assert task_id_of(Path("folder") / name) == task_id


def test_a_folder_gives_its_task_files_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "Fact_verication/task16_x.json": "{}",
        "MCQA/deep/task2_x.jsonl": "{}",
        "task9_x.xlsx": "",
        "own.json": '{"Definition": "x"}',
        "wide.json": '{"Instances": []}',
        "results.json": '{"rows": 3}',
        "locked.json": '{"Definition": "x"}',
        "MANIFEST.md": '"Instances"',
        ".cache/task3_x.json": "{}",
        "~$task9_x.xlsx": "",
        "task4_folder.json/readme.txt": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-16" if name == "wide.json" else "utf-8")
    real_open = Path.open

    def guarded(self: Path, *args: Any) -> object:
        if self.name == "locked.json":
            raise PermissionError
        return real_open(self, *args)

    monkeypatch.setattr(Path, "open", guarded)
    found = sorted(files_below(tmp_path), key=order_of)
    assert [path.name for path in found] == [
        "task2_x.jsonl",
        "task9_x.xlsx",
        "task16_x.json",
        "own.json",
        "wide.json",
    ]
