"""Tasks are found by what people type; a broken registry or content file is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.task import Case, MetricFamily
from medsdesk.tasks import registry
from medsdesk.tasks.registry import all_tasks, bench_tasks, categories, find_task, task_content

FIELDS = """
[[task]]
id = "{id}"
name = "{name}"
title = "{title}"
category = "{category}"
in_bench = {in_bench}
domain = "Made up"
source = "Made up"
input_languages = ["en"]
output_languages = ["en"]
metric = "label"
shots = 3
access = "open"
"""

CONTENT = """
task_id = "task9"
language = "en"
synthetic = true
definition = "Say yes or no."
[[cases]]
input = "a"
output = "yes"
[[samples]]
input = "b"
output = "no"
"""


def entry(number: int, name: str, category: str = "A", *, in_bench: bool = True) -> str:
    """Return one made-up entry of a registry."""
    flag = str(in_bench).lower()
    title = f"Title of {name}"
    return FIELDS.format(
        id=f"task{number}", name=name, title=title, category=category, in_bench=flag
    )


@pytest.fixture
def tasks_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put a made-up registry in the resources' place."""
    folder = tmp_path / "tasks"
    (folder / "content").mkdir(parents=True)
    text = entry(10, "third", "C", in_bench=False) + entry(9, "Second_Name", "B") + entry(1, "one")
    text += entry(11, "twice", in_bench=False) + entry(12, "Twice")
    (folder / "registry.toml").write_text(text, encoding="utf-8")
    labels = '[task9]\nlabels = ["yes", "no"]\n'
    (folder / "labels.toml").write_text(labels, encoding="utf-8")
    (folder / "content" / "task9.toml").write_text(CONTENT, encoding="utf-8")
    monkeypatch.setattr(registry, "resource", lambda name: tmp_path / name)
    all_tasks.cache_clear()
    task_content.cache_clear()
    yield folder
    all_tasks.cache_clear()
    task_content.cache_clear()


@pytest.mark.usefixtures("tasks_dir")
def test_tasks_come_in_the_order_of_their_numbers() -> None:
    assert [task.id for task in all_tasks()] == ["task1", "task9", "task10", "task11", "task12"]
    assert [task.id for task in bench_tasks()] == ["task1", "task9", "task12"]
    assert all_tasks() is all_tasks()


@pytest.mark.usefixtures("tasks_dir")
def test_categories_of_the_benchmark_come_first() -> None:
    assert categories() == ("A", "B", "C")


@pytest.mark.usefixtures("tasks_dir")
def test_label_sets_are_joined_to_their_tasks() -> None:
    assert find_task("task9").labels == ("yes", "no")
    assert find_task("task1").labels == ()
    assert find_task("task9").metric is MetricFamily.LABEL


@pytest.mark.usefixtures("tasks_dir")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("task9", "task9"),
        ("9", "task9"),
        (" TASK9 ", "task9"),
        ("Second_Name", "task9"),
        ("second_name", "task9"),
        ("one", "task1"),
    ],
)
def test_a_task_is_found_by_id_number_and_name(typed: str, found: str) -> None:
    assert find_task(typed).id == found


@pytest.mark.usefixtures("tasks_dir")
def test_a_name_of_two_tasks_asks_for_the_id() -> None:
    with pytest.raises(UserFacingError, match="task11, task12") as caught:
        find_task("twice")
    assert "id" in caught.value.hint


@pytest.mark.usefixtures("tasks_dir")
@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("secnd_name", "Did you mean task9 (Second_Name)?"),
        ("second", "Did you mean task9 (Second_Name)?"),
        ("title of third", "Did you mean task10 (third)?"),
        ("zzz", "Look for it in the list of tasks."),
        ("", "Look for it in the list of tasks."),
        ("w", "Look for it in the list of tasks."),
    ],
)
def test_an_unknown_task_names_the_nearest(typed: str, hint: str) -> None:
    with pytest.raises(UserFacingError) as caught:
        find_task(typed)
    assert caught.value.message == f"There is no task '{typed}'."
    assert caught.value.hint.startswith(hint[:-1])


@pytest.mark.usefixtures("tasks_dir")
def test_no_more_than_three_are_named() -> None:
    with pytest.raises(UserFacingError) as caught:
        find_task("task")
    assert caught.value.hint.count(" or ") == 2


@pytest.mark.usefixtures("tasks_dir")
def test_a_page_typed_as_a_task_is_not_repeated_whole() -> None:
    with pytest.raises(UserFacingError) as caught:
        find_task("x" * 5000)
    assert len(caught.value.message) < 100


@pytest.mark.usefixtures("tasks_dir")
def test_the_content_of_a_task() -> None:
    content = task_content("task9")
    assert content.definition == "Say yes or no."
    assert content.cases == (Case("a", "yes"),)
    assert content.samples == (Case("b", "no"),)
    assert (content.task_id, content.language) == ("task9", "en")


@pytest.mark.parametrize("task_id", ["task1", "task2", "../registry", "/etc/hostname", ""])
def test_a_task_without_content_is_said(tasks_dir: Path, task_id: str) -> None:
    with pytest.raises(UserFacingError, match="no instruction"):
        task_content(task_id)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("synthetic = true", "synthetic = false", "is not the content of task9"),
        ("synthetic = true", "", "is not the content of task9"),
        ('"task9"', '"task8"', "is not the content of task9"),
        ('language = "en"', 'language = "en"\nauthor = "A"', "do not belong: author"),
        ('definition = "Say yes or no."', "definition = 3", "does not hold what it should"),
        ('definition = "Say yes or no."', "", "does not hold what it should"),
        ("[[samples]]", "[[sample]]", "do not belong: sample"),
        ("synthetic", "synthetic = ", "broken in line 4"),
    ],
)
def test_a_broken_content_file_is_refused(tasks_dir: Path, old: str, new: str, words: str) -> None:
    path = tasks_dir / "content" / "task9.toml"
    path.write_text(CONTENT.replace(old, new), encoding="utf-8")
    with pytest.raises(UserFacingError, match=words):
        task_content("task9")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("shots = 3", 'shots = 3\ncolour = "red"', "do not belong: colour"),
        ("shots = 3", 'shots = "3"', "does not hold what it should"),
        ("shots = 3", "", "does not hold what it should"),
        ('metric = "label"', 'metric = "taste"', "does not hold what it should"),
        ('access = "open"', 'access = "ajar"', "does not hold what it should"),
        ('source = "Made up"', "source = ", "broken in line"),
    ],
)
def test_a_broken_registry_is_refused(tasks_dir: Path, old: str, new: str, words: str) -> None:
    path = tasks_dir / "registry.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(UserFacingError, match=words) as caught:
        all_tasks()
    assert "Install MedsDesk again" in caught.value.hint


def test_a_missing_label_file_is_refused(tasks_dir: Path) -> None:
    (tasks_dir / "labels.toml").unlink()
    with pytest.raises(UserFacingError, match=r"labels\.toml cannot be read"):
        all_tasks()
