"""No sentence of the window speaks of an option of the command line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from medsdesk.ui.command_words import in_window

ROOT = Path(__file__).resolve().parent.parent.parent / "medsdesk"
SOURCES = (
    *(ROOT / "hub").glob("*.py"),
    *(ROOT / "tasks").glob("*.py"),
    *(ROOT / "services").glob("make_task.py"),
    *(ROOT / "services").glob("task_words.py"),
    *(ROOT / "services").glob("download_*.py"),
    *(ROOT / "services").glob("*_model.py"),
    ROOT / "config" / "network.py",
)
OPTIONS = ("--text-column", "--reference-column", "--id-column")  # named apart from the sentence


def sentences() -> Iterator[str]:
    """Yield what may be said, with options in the places where they are put."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value in OPTIONS:
                    yield f"Give one of these with {node.value}."
                elif re.search(r"--[a-z]|medsdesk eval|settings\.toml", node.value):
                    yield node.value


@pytest.mark.parametrize("sentence", sorted(set(sentences())))
def test_sentences_name_fields_and_buttons(sentence: str) -> None:
    shown = in_window(sentence)
    assert shown != sentence
    assert not re.search(r"--[a-z]|medsdesk eval|settings\.toml", shown)
    assert "  " not in shown


def test_other_sentences_stay_as_they_are() -> None:
    assert in_window("The file is empty. Mend it.") == "The file is empty. Mend it."
