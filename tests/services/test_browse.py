"""Finding a task by the words a clinician would type."""

from __future__ import annotations

import pytest

from medsdesk.services.browse import language_name, task_tree


def _ids(words: str = "", language: str | None = None, *, only_runnable: bool = False) -> set[str]:
    groups = task_tree(words, language, only_runnable=only_runnable)
    return {task.id for group in groups for task in group.tasks}


def test_the_whole_tree_has_all_tasks_and_the_runnable_part_the_benchmark() -> None:
    assert len(_ids()) == 125
    assert len(_ids(only_runnable=True)) == 53
    assert len(task_tree(only_runnable=True)) == 12


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("task112", "task112"),
        ("mimic-cxr", "task112"),
        ("MIMIC cxr summ", "task112"),
        ("igakuqa japanese", "task59"),
        ("named entity bc5-chem", "task126"),
    ],
)
def test_every_word_must_be_found_somewhere(words: str, expected: str) -> None:
    assert _ids(words) == {expected}


def test_no_match_gives_no_groups() -> None:
    assert task_tree("no such words at all") == ()


def test_language_narrows_to_texts_or_answers_in_it() -> None:
    assert _ids("", "ja") == {"task54", "task59"}
    assert "task23" in _ids("", "es")


def test_languages_have_names() -> None:
    assert language_name("ru") == "Russian"
    assert language_name("xx") == "xx"
