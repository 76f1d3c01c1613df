"""An own task says what it is, and never goes by the name of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.task import Case
from medsdesk.services.task_words import TaskWords, header_of, target_of
from medsdesk.tasks.registry import find_task, task_content
from medsdesk.tasks.task_folders import task_id_of

OWN = TaskWords(definition="Name the disease.")


def test_the_words_of_a_task_of_the_registry_are_taken() -> None:
    header = header_of(TaskWords(task="112"))
    assert header.definition == task_content("task112").definition
    assert header.categories == (find_task("task112").category,)
    assert header.input_languages == header.output_languages == ("English",)
    assert header.instruction_languages == ("English",)
    chinese = header_of(TaskWords(task="task51"))
    assert (chinese.output_languages, chinese.instruction_languages) == (("Chinese",), ("English",))


def test_what_is_given_comes_before_the_registrys() -> None:
    words = TaskWords(
        task="task112", definition=" Sum it up. ", categories=("diagnosis", "My own"),
        input_languages=("de",), output_languages=("French",), contributors=("Dr Made-up",),
        source="Our ward", urls=("https://example.org",), domains=("Clinical Text",),
    )  # fmt: skip
    header = header_of(words)
    assert header.definition == "Sum it up."
    assert header.categories == ("Diagnosis", "My own")
    assert (header.input_languages, header.output_languages) == (("German",), ("French",))
    assert header.instruction_languages == ()
    assert (header.contributors, header.source) == (("Dr Made-up",), "Our ward")
    assert (header.url, header.domains) == (("https://example.org",), ("Clinical Text",))
    answers = header_of(TaskWords(definition="x", input_languages=("ja",))).output_languages
    assert answers == ("Japanese",)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (TaskWords(), "There is no instruction"),
        (TaskWords(definition=" "), "There is no instruction"),
        (TaskWords(task="task9999"), "There is no task 'task9999'"),
        (TaskWords(task="task19"), "MedsDesk has no instruction for task19"),
        (TaskWords(definition="x", input_languages=("xx",)), "The language 'xx' is not known"),
        (TaskWords(definition="x", cases_file=Path("none.csv")), "There is no file none.csv"),
    ],
)
def test_what_is_missing_is_said(words: TaskWords, said: str) -> None:
    with pytest.raises(UserFacingError, match=said) as caught:
        header_of(words)
    assert caught.value.hint


def _cases(folder: Path, text: str) -> tuple[Case, ...]:
    path = folder / "cases.csv"
    path.write_text(text, encoding="utf-8")
    return header_of(TaskWords(definition="x", cases_file=path)).positive


def test_worked_cases_are_taken_from_a_table(tmp_path: Path) -> None:
    made = _cases(tmp_path, "input,output\nFever.,flu\nCough.,cold\n")
    assert made == (Case("Fever.", "flu"), Case("Cough.", "cold"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("input,output\nFever.,\n", "worked cases without an answer"),
        ("input\nFever.\n", "worked cases without an answer"),
        ("input,output\n", "has no worked cases"),
        ("input,output\n,flu\n", r"cases.csv, line 2: the text is empty\."),
        ("a,b\nFever.,flu\n", "not clear which column"),
    ],
)
def test_worked_cases_must_all_be_sound(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserFacingError, match=said):
        _cases(tmp_path, text)


@pytest.mark.parametrize(
    ("words", "out", "name"),
    [
        (TaskWords(task="112"), "", "task112_ward-letters.json"),
        (TaskWords(task="112", name="ENT: März_7"), "", "task112_ent-märz-7.json"),
        (OWN, "", "own-ward-letters.json"),
        (TaskWords(definition="x", name="!?"), "", "own-texts.json"),
        (TaskWords(task="112"), "task112_mine.json", "task112_mine.json"),
        (TaskWords(task="112"), "task112", "task112.json"),
        (OWN, "own-mine", "own-mine.json"),
        (OWN, "letters.JSON", "letters.JSON"),
        (OWN, "tasks.json", "tasks.json"),
    ],
)
def test_the_file_goes_by_the_name_of_its_task(
    tmp_path: Path, words: TaskWords, out: str, name: str
) -> None:
    path = target_of(words, tmp_path / out, [tmp_path / "Ward Letters.csv"])
    assert path == tmp_path / name
    assert (task_id_of(path) == "task112") == bool(words.task)


@pytest.mark.parametrize(
    ("words", "out", "hint"),
    [
        (TaskWords(task="112"), "mine.json", "task112_mine.json"),
        (TaskWords(task="112"), "task11_mine.json", "task112_task11-mine.json"),
        (OWN, "task112_mine.json", "own-mine.json"),
        (OWN, "TASK9999.json", "own-texts.json"),
        (OWN, "mine.csv", "mine.json"),
    ],
)
def test_a_name_that_stands_for_another_task_is_refused(
    tmp_path: Path, words: TaskWords, out: str, hint: str
) -> None:
    with pytest.raises(UserFacingError) as caught:
        target_of(words, tmp_path / out, [])
    assert hint in caught.value.hint
    assert "." not in caught.value.message.removesuffix(".").replace(out, "")


def test_own_names_are_one_task_by_the_authors_rule_too(tmp_path: Path) -> None:
    """Their scripts take the name up to the first underscore, ours the whole."""
    path = target_of(TaskWords(definition="x", name="a_b c"), tmp_path, [])
    assert task_id_of(path) == path.stem == path.stem.split("_")[0] == "own-a-b-c"
