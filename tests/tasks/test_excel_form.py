"""The authors' Excel form reads as a task file does."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks import excel_form
from medsdesk.tasks.meds_bench import check_task_file, open_task_file, read_items

HAS_OPENPYXL = importlib.util.find_spec("openpyxl") is not None
needs_openpyxl = pytest.mark.skipif(
    not HAS_OPENPYXL, reason="the optional package openpyxl, which reads Excel, is not installed"
)

INFORMATION: list[Sequence[Any]] = [
    ("Task Card", None),
    (None, None),
    ("Contributors", "Dr A", "Dr B"),
    ("Text Domains", "Clinical Text"),
    ("Categories", "Diagnosis"),
    ("Definition", "Name the disease."),
    ("Split Type", "Test"),
]
INSTANCES: list[Sequence[Any]] = [
    ("Input", "Output", None),
    ("Fever for days", "flu", "ignored"),
    (None, None, None),
    ("How many?", 3.0, None),
    ("Is it so?", True, None),
    ("How much?", 1.5, None),
    (None, "flu", None),
    (None, None, None),
]


def test_keys_stand_before_their_values() -> None:
    assert excel_form.header_of([(), *map(tuple, INFORMATION)]) == {
        "Contributors": ["Dr A", "Dr B"],
        "Text Domains": ["Clinical Text"],
        "Categories": ["Diagnosis"],
        "Definition": ["Name the disease."],
        "Split Type": ["Test"],
    }


def test_rows_have_the_names_of_the_first_and_numbers_are_what_was_typed() -> None:
    rows = [(), *map(tuple, INSTANCES)]
    assert list(excel_form.rows_of(rows)) == [
        {"input": "Fever for days", "output": "flu"},
        {},
        {"input": "How many?", "output": "3"},
        {"input": "Is it so?", "output": "True"},
        {"input": "How much?", "output": "1.5"},
        {"output": "flu"},
    ]


def test_a_workbook_is_known_by_name_and_first_bytes() -> None:
    assert excel_form.is_excel(Path("task1_x.XLSX"), b"PK\x03\x04more")
    assert not excel_form.is_excel(Path("task1_x.xlsx"), b"{")
    assert not excel_form.is_excel(Path("task1_x.docx"), b"PK\x03\x04more")


def test_without_openpyxl_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "task1_x.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("x", "y")
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UserFacingError) as caught:
        open_task_file(path)
    assert "openpyxl" in caught.value.message
    assert check_task_file(path).fault_count == 1


def _book(path: Path, sheets: dict[str, list[Sequence[Any]]]) -> Path:
    openpyxl = importlib.import_module("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    book.close()
    return path


@needs_openpyxl
@pytest.mark.parametrize("title", ["Instences", "Instances", "instances "])
def test_a_workbook_reads_as_a_task_file(tmp_path: Path, title: str) -> None:
    path = _book(tmp_path / "task130_x.xlsx", {"Basic Information": INFORMATION, title: INSTANCES})
    file = open_task_file(path)
    assert (file.header.definition, file.header.domains) == (
        "Name the disease.",
        ("Clinical Text",),
    )
    assert (file.header.contributors, file.instances) == (("Dr A", "Dr B"), 6)
    faults: list[Any] = []
    items = list(read_items(file, faults.append))
    assert [(item.index, item.outputs) for item in items] == [
        (0, ("flu",)), (2, ("3",)), (3, ("True",)), (4, ("1.5",)),
    ]  # fmt: skip
    assert [(fault.item, fault.reason) for fault in faults] == [
        (1, "it has no input"),
        (5, "it has no input"),
    ]


@needs_openpyxl
def test_a_workbook_without_the_sheets_is_told(tmp_path: Path) -> None:
    path = _book(tmp_path / "task130_x.xlsx", {"Basic Information": INFORMATION})
    report = check_task_file(path)
    assert [fault.reason for fault in report.faults] == ["Instances is missing"]
    path = _book(tmp_path / "task131_x.xlsx", {"Instances": INSTANCES[:2]})
    assert [fault.reason for fault in check_task_file(path).faults] == ["Definition is missing"]
    path = _book(tmp_path / "task132_x.xlsx", {"Sheet": INSTANCES[:2]})
    with pytest.raises(UserFacingError, match="no task file"):
        open_task_file(path)


@needs_openpyxl
def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "task1_x.xlsx"
    path.write_bytes(b"PK\x03\x04broken")
    with pytest.raises(UserFacingError, match="is damaged or cut short"):
        open_task_file(path)
