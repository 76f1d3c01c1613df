"""Finds task files in folders and reads the task's number from their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = (".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm")

_HEAD_BYTES = 1 << 16
_NUMBERED = re.compile(r"task(\d+)", re.IGNORECASE)


def task_id_of(path: Path) -> str:
    """Return the task's id from a file's name: ``task125`` of ``task125_test_bc4chem.json``.

    A name without a number is an id of its own.
    """
    number = _number(path)
    return path.stem if number is None else f"task{number}"


def order_of(path: Path) -> tuple[bool, int, str]:
    """Return a key to sort by: the task's number, then files without one by their names."""
    number = _number(path)
    return number is None, number or 0, str(path)


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the task files of a folder, at any depth.

    They are called ``task`` and a number, or begin as a task file does.
    """
    for path in folder.rglob("*"):
        if path.suffix.lower() not in SUFFIXES:
            continue
        # Hidden files, and what Office keeps beside an open document, are no documents.
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        if not hidden and path.is_file() and (_number(path) is not None or _begins_well(path)):
            yield path


def _number(path: Path) -> int | None:
    found = _NUMBERED.match(path.name)
    return int(found[1]) if found else None


def _begins_well(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            # Without its zero bytes UTF-16 shows the ASCII names too.
            head = file.read(_HEAD_BYTES).replace(b"\0", b"")
    except OSError:
        return False
    return b'"Instances"' in head or b'"Definition"' in head
