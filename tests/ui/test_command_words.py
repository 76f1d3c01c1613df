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
    ROOT / "services" / "model_files.py",
    ROOT / "services" / "verify_models.py",
    ROOT / "services" / "new_files.py",
    ROOT / "services" / "measure_fidelity.py",
    ROOT / "config" / "network.py",
    ROOT / "engine" / "placement.py",
    ROOT / "engine" / "quantising.py",
)
OPTIONS = ("--text-column", "--reference-column", "--id-column")  # named apart from the sentence
COMMAND = re.compile(r"--[a-z]|'medsdesk [a-z]+|settings\.toml")


def sentences() -> Iterator[str]:
    """Yield what may be said, with options in the places where they are put."""
    for path in SOURCES:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        parts = {id(part) for n in nodes if isinstance(n, ast.JoinedStr) for part in n.values}
        for node in nodes:
            if id(node) in parts:
                continue
            told = in_words(node)
            if told in OPTIONS:
                yield f"Give one of these with {told}."
            elif COMMAND.search(told):
                yield told


def in_words(node: ast.AST) -> str:
    """Return a text of the source; what an f-string puts in stands as ``x``."""
    if isinstance(node, ast.JoinedStr):
        return "".join(in_words(part) or "x" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("sentence", sorted(set(sentences())))
def test_sentences_name_fields_and_buttons(sentence: str) -> None:
    shown = in_window(sentence)
    assert shown != sentence
    assert not COMMAND.search(shown)
    assert "  " not in shown


def test_other_sentences_stay_as_they_are() -> None:
    assert in_window("The file is empty. Mend it.") == "The file is empty. Mend it."
