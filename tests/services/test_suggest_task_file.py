"""A task file of own texts has a place beside them that no other file has yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.services.suggest_task_file import Suggestion, suggest_task_file
from medsdesk.services.task_words import TaskWords

KNOWN, OWN = TaskWords(task="task114"), TaskWords(name="My question")


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "Letters of May"
    folder.mkdir()
    (folder / "Jane Roe.txt").write_text("Made up.", encoding="utf-8")
    return folder


def test_it_lies_beside_the_texts_and_is_called_after_them(letters: Path, tmp_path: Path) -> None:
    found = suggest_task_file(KNOWN, [letters])
    assert found == Suggestion(tmp_path / "task114_letters-of-may.json")
    assert suggest_task_file(OWN, [letters]).path == tmp_path / "own-my-question.json"
    one = suggest_task_file(KNOWN, [letters / "Jane Roe.txt"])
    assert one.path == letters / "task114_jane-roe.json"


def test_numbered_texts_give_the_file_no_name_either(letters: Path) -> None:
    one = suggest_task_file(KNOWN, [letters / "Jane Roe.txt"], numbered=True)
    assert one.path == letters / "task114_letters-of-may.json"


def test_a_name_that_is_taken_gets_a_number(letters: Path, tmp_path: Path) -> None:
    for name in ("task114_letters-of-may", "task114_letters-of-may-2"):
        (tmp_path / f"{name}.json").write_text("{}", encoding="utf-8")
    found = suggest_task_file(KNOWN, [letters])
    assert found == Suggestion(tmp_path / "task114_letters-of-may-3.json")


@pytest.mark.parametrize(
    ("words", "given", "problem"),
    [
        (KNOWN, "mine.json", "would not be known as one of task114"),
        (OWN, "task9_mine.json", "would be taken for task9"),
        (OWN, "own-mine.csv", "named as something else"),
        (OWN, "no/such/own-mine.json", "There is no folder"),
        (OWN, "~no-such-user/own-a.json", "Choose another one."),
    ],
)
def test_what_is_wrong_with_a_given_place_is_said(
    words: TaskWords, given: str, problem: str, letters: Path
) -> None:
    found = suggest_task_file(words, [letters], given)
    assert found.path is None
    assert problem in found.problem


def test_a_given_file_that_is_there_is_named(letters: Path, tmp_path: Path) -> None:
    assert suggest_task_file(OWN, [letters], "own-a") == Suggestion(tmp_path / "own-a.json")
    (tmp_path / "own-a.json").write_text("{}", encoding="utf-8")
    found = suggest_task_file(OWN, [letters], str(tmp_path / "own-a.json"))
    assert found.there
    assert "is there already" in found.problem


def test_nothing_is_suggested_for_nothing() -> None:
    assert suggest_task_file(KNOWN, []) == Suggestion()
