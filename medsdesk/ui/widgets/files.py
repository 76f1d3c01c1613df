"""The file dialogs, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

TEXT_FILES = (
    "Texts, documents and tables"
    " (*.txt *.text *.md *.docx *.pdf *.csv *.tsv *.json *.jsonl);;All files (*)"
)
MODEL_FILES = "GGUF models (*.gguf);;All files (*)"
TASK_FILES = "Task files (*.json *.jsonl *.ndjson *.xlsx *.xlsm);;All files (*)"
OWN_TEXTS = (
    "Letters, reports, tables and FHIR (*.txt *.text *.md *.docx *.pdf *.csv *.tsv *.xlsx *.xlsm"
    " *.json *.ndjson);;All files (*)"
)
TABLES = "Tables (*.csv *.tsv *.xlsx *.xlsm);;All files (*)"
GGUF_FILE = "GGUF model (*.gguf)"
TASK_FILE = "Task file (*.json)"
STUDY = "Study file (*.medsstudy)"
RATINGS = "File of ratings (*.medsratings)"
BACKUP = "Backup of a workspace (*.sqlite)"
EXCEL = "Excel workbook (*.xlsx)"
CSV = "CSV (*.csv)"
CSV_FOR_EXCEL = "CSV for Excel, with a byte order mark (*.csv)"


def ask_open(parent: QWidget, title: str, kinds: str) -> Path | None:
    """Return the file that the user chose to open, or None."""
    from PySide6.QtWidgets import QFileDialog  # not before somebody asks for a file

    name, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return Path(name) if name else None


def ask_open_many(parent: QWidget, title: str, kinds: str) -> list[Path]:
    """Return the files that the user chose to open; none where there was no choice."""
    from PySide6.QtWidgets import QFileDialog

    names, _ = QFileDialog.getOpenFileNames(parent, title, "", kinds)
    return [Path(name) for name in names]


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """Return the folder that the user chose, or None."""
    from PySide6.QtWidgets import QFileDialog

    name = QFileDialog.getExistingDirectory(parent, title)
    return Path(name) if name else None


def ask_save(
    parent: QWidget, title: str, name: str, kinds: Sequence[str]
) -> tuple[Path, str] | None:
    """Return where to save a file and of which of the kinds, or None.

    Args:
        parent: Of the dialog.
        title: Of the dialog.
        name: Offered.
        kinds: Such as ``CSV (*.csv)``; a name without an ending gets that of its kind.
    """
    from PySide6.QtWidgets import QFileDialog

    chosen, kind = QFileDialog.getSaveFileName(parent, title, name, ";;".join(kinds))
    if not chosen:
        return None
    path = Path(chosen)
    ending = "." + kind.rpartition("*.")[2].rstrip(")")
    return path if path.suffix else path.with_suffix(ending), kind


def ask_save_csv(parent: QWidget, title: str, name: str) -> tuple[Path, bool] | None:
    """Return where to save a CSV file and whether Excel shall read it, or None."""
    asked = ask_save(parent, title, name, (CSV, CSV_FOR_EXCEL))
    return asked and (asked[0], asked[1] == CSV_FOR_EXCEL)
