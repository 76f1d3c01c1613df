"""The registry and the 53 content files that ship: complete, and with answers a scorer can use."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from medsdesk.config.paths import resource
from medsdesk.core.task import Case, MetricFamily, Task, TaskContent
from medsdesk.metrics.scoring import score
from medsdesk.tasks.prompts import render
from medsdesk.tasks.registry import all_tasks, bench_tasks, categories, find_task, task_content

FILES = sorted(resource("tasks/content").glob("*.toml"))
LANGUAGES = {"ca", "de", "en", "es", "fr", "ja", "ru", "sv", "zh"}

HAN = re.compile("[\u4e00-\u9fff]")
KANA = re.compile("[\u3041-\u30ff]")
CYRILLIC = re.compile("[\u0400-\u04ff]")
OPTION = re.compile(r"(?:^|[\s\t])([A-E])[:：.．]\s*(.+?)(?=\s*(?:\t|\n|\s[A-E][:：.．]|$))")
NO_ENTITY = "There is no related enetity."  # the benchmark's own spelling, which models learned


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def path(request: pytest.FixtureRequest) -> Path:
    """Return each content file in turn."""
    file: Path = request.param
    return file


@pytest.fixture
def task(path: Path) -> Task:
    """Return the task of the file."""
    return find_task(path.stem)


@pytest.fixture
def content(path: Path) -> TaskContent:
    """Return the content of the file."""
    return task_content(path.stem)


def items(content: TaskContent) -> tuple[Case, ...]:
    """Return cases and samples together."""
    return (*content.cases, *content.samples)


def test_the_registry_has_every_task_once() -> None:
    tasks = all_tasks()
    assert len(tasks) == 125
    assert len(bench_tasks()) == 53
    assert len({task.id for task in tasks}) == 125
    assert all(re.fullmatch("task[1-9][0-9]*", task.id) for task in tasks)
    assert len({task.title for task in tasks}) == 125
    assert len({task.category for task in bench_tasks()}) == 12
    assert len(categories()) == len(set(categories()))


def test_the_registry_has_the_tasks_of_the_published_table(shared: Path) -> None:
    table = (shared / "reference" / "medsbench_tasks.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t")[:3] for line in table.splitlines()[1:]]
    wanted = {(task_id, name, bench == "yes") for task_id, name, bench in rows}
    assert {(task.id, task.name, task.in_bench) for task in all_tasks()} == wanted


@pytest.mark.parametrize("kind", ["input_languages", "output_languages"])
def test_every_task_has_known_languages(kind: str) -> None:
    for task in all_tasks():
        spoken: Sequence[str] = getattr(task, kind)
        assert spoken, task.id
        assert set(spoken) <= LANGUAGES, task.id


def test_every_task_has_words_for_people_and_a_sound_number_of_shots() -> None:
    for task in all_tasks():
        for words in (task.name, task.title, task.category, task.domain, task.source):
            assert words, task.id
            assert words.strip() == words, task.id
        zero_shot = task.in_bench and task.metric is MetricFamily.CHOICE
        assert task.shots == 0 if zero_shot else task.shots in (0, 3), task.id


def test_closed_sets_have_labels_and_no_label_set_is_left_over() -> None:
    closed = (MetricFamily.LABEL, MetricFamily.VERIFICATION, MetricFamily.MULTILABEL)
    for task in bench_tasks():
        if task.metric in (*closed, MetricFamily.OUTCOME):
            assert len(task.labels) >= 2, task.id
        folded = [label.casefold() for label in task.labels]
        assert len(set(folded)) == len(folded), task.id
    sets = tomllib.loads(resource("tasks/labels.toml").read_text(encoding="utf-8"))
    assert set(sets) <= {task.id for task in all_tasks()}


def test_each_family_has_its_number_of_evaluation_tasks() -> None:
    """The figures are counted from the published table of tasks and metrics."""
    counted = Counter(task.metric for task in bench_tasks())
    assert counted == {
        MetricFamily.TEXT: 27,
        MetricFamily.CHOICE: 8,
        MetricFamily.EXTRACTION: 5,
        MetricFamily.ENTITIES: 4,
        MetricFamily.LABEL: 3,
        MetricFamily.OUTCOME: 3,
        MetricFamily.VERIFICATION: 2,
        MetricFamily.MULTILABEL: 1,
    }


def test_every_evaluation_task_has_content_and_no_other_has() -> None:
    assert {path.stem for path in FILES} == {task.id for task in bench_tasks()}


def test_a_file_says_that_it_is_made_up(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8"))["synthetic"] is True


def test_three_cases_and_two_samples_all_distinct(content: TaskContent) -> None:
    assert len(content.cases) == 3
    assert len(content.samples) == 2
    assert len({" ".join(item.input.split()) for item in items(content)}) == 5


def test_texts_are_whole_and_end_where_they_should(content: TaskContent) -> None:
    # The definition runs into the next sentence of the prompt, so a line end would show.
    assert content.definition == content.definition.strip()
    assert len(content.definition) > 20
    for item in items(content):
        assert item.output == item.output.strip()
        assert item.output
        assert item.input.strip("\n") == item.input
        assert item.input.strip()
        assert "\r" not in item.input + item.output


def test_every_case_reaches_the_prompt(task: Task, content: TaskContent) -> None:
    for sample in content.samples:
        prompt = render(sample.input, content, content.definition, 3)
        assert prompt.shots == 3
        # The benchmark's own limit is 2,048 tokens; a token is three bytes or more.
        assert sum(len(m.content.encode()) for m in prompt.messages) < 6_000, task.id


def test_the_language_is_what_the_registry_says(task: Task, content: TaskContent) -> None:
    assert content.language in task.input_languages
    for item in items(content):
        assert written_in(content.language, item.input), item.input[:80]


def written_in(language: str, text: str) -> bool:
    """Tell by the letters whether a text can be in a language."""
    letters = sum(char.isalpha() for char in text)
    han, kana, cyrillic = (len(found.findall(text)) for found in (HAN, KANA, CYRILLIC))
    if language == "zh":
        return han > letters / 2 and not kana
    if language == "ja":
        return kana > 0 and han + kana > letters / 2
    if language == "ru":
        return cyrillic > letters / 2
    return not han and not kana and cyrillic == 0


def test_spanish_and_french_have_their_accents(content: TaskContent) -> None:
    if content.language in ("es", "fr"):
        for item in items(content):
            assert re.search("[áéíóúñ¿àâçèêëîïôùûœ]", item.input, re.IGNORECASE), item.input


def is_choice(task: Task, item: Case) -> bool:
    """Tell whether the answer names one option of the input, with the option's own words."""
    if task.id == "task123":
        return item.output.casefold() in ("yes", "no", "maybe")
    options = OPTION.findall(item.input)
    named = [text for letter, text in options if re.search(rf"\b{letter}[:：.]", item.output)]
    return len(options) >= 2 and len(named) == 1 and named[0].strip(" .。") in item.output


def is_extraction(task: Task, item: Case) -> bool:
    """Tell whether every phrase of the answer occurs in the input, or it says there is none."""
    if task.id in ("task1", "task2", "task3") and item.output == "not found":
        return True
    if task.id == "task74":  # an age and a gender, which the text says in other words
        return bool(
            re.fullmatch(r"Gender: [FM]\n\nAge: \"?\[\[\d+(\.\d+)?, '\w+'\].*", item.output)
        )
    return all(part.casefold() in item.input.casefold() for part in item.output.split(", "))


def is_entities(_: Task, item: Case) -> bool:
    """Tell whether every entity occurs in the input, or the answer says that there is none."""
    if item.output == NO_ENTITY:
        return True
    return item.output.endswith(".") and all(
        entity in item.input for entity in item.output.removesuffix(".").split(", ")
    )


def is_label(task: Task, item: Case) -> bool:
    """Tell whether the answer, without the sentence around it, is one of the labels."""
    bare = re.sub(r"^The (diagnosis result is|treatment planning is:?) *", "", item.output)
    return bare.removesuffix(".").casefold() in {label.casefold() for label in task.labels}


def is_multilabel(task: Task, item: Case) -> bool:
    """Tell whether every part of the answer is one of the labels."""
    return set(item.output.removesuffix(".").split(", ")) <= set(task.labels)


def is_text(_: Task, item: Case) -> bool:
    """Tell whether the answer is more than a word and not the input again."""
    return len(item.output) >= 10 and item.output not in item.input


FITS: Mapping[MetricFamily, Callable[[Task, Case], bool]] = {
    MetricFamily.CHOICE: is_choice,
    MetricFamily.EXTRACTION: is_extraction,
    MetricFamily.LABEL: is_label,
    MetricFamily.VERIFICATION: is_label,
    MetricFamily.OUTCOME: is_label,
    MetricFamily.ENTITIES: is_entities,
    MetricFamily.MULTILABEL: is_multilabel,
    MetricFamily.TEXT: is_text,
}


QUESTION = "Which organ?\nOptions: A: Liver\tB: Heart\t"


@pytest.mark.parametrize(
    ("task_id", "text", "bad"),
    [
        ("task57", QUESTION, "The right answer is C: Lung"),
        ("task57", QUESTION, "The right answer is A: Heart"),
        ("task57", QUESTION, "Heart"),
        ("task57", "Which organ?", "The right answer is A: Liver"),
        ("task123", "Is it?", "perhaps"),
        ("task29", "high dose", "low"),
        ("task29", "high dose", "not found"),
        ("task1", "56 donors", "56 donors, 12 nurses"),
        ("task74", "A girl.", "female, 18"),
        ("task126", "dobutamine", "Dobutamine."),
        ("task126", "dobutamine", "dobutamine"),
        ("task126", "dobutamine", "There is no related entity."),
        ("task41", "Fever", "implication"),
        ("task16", "Fever", "3"),
        ("task117", "Fever", "perhaps"),
        ("task106", "Fever", "Growing"),
        ("task46", "fever of three days", "three days"),
        ("task46", "fever", "hot"),
    ],
)
def test_the_check_of_answers_can_fail(task_id: str, text: str, bad: str) -> None:
    task = find_task(task_id)
    assert not FITS[task.metric](task, Case(text, bad))


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh", "Fever"), ("zh", "発熱です"), ("ja", "发热三天"), ("ru", "Fever"), ("en", "Боль")],
)
def test_the_check_of_languages_can_fail(language: str, text: str) -> None:
    assert not written_in(language, text)


def test_answers_have_the_form_that_their_scorer_reads(task: Task, content: TaskContent) -> None:
    for item in items(content):
        assert FITS[task.metric](task, item), item.output


def test_the_reference_itself_has_full_marks(task: Task, content: TaskContent) -> None:
    """Under the strict protocol; the authors' rules give some right answers no mark."""
    for item in items(content):
        given = score(task, item.output, [item.output], task.output_languages[0], item.input)
        scores = [s for s in given if s.protocol == "strict"]
        assert scores
        assert [s.value for s in scores] == [pytest.approx(100)] * len(scores), item.output


def test_answers_differ_where_there_is_a_choice(task: Task, content: TaskContent) -> None:
    """Cases that all have one answer would teach the model that answer."""
    answers = {item.output for item in items(content)}
    assert len(answers) >= (2 if task.metric is not MetricFamily.TEXT else 5)


def test_no_sentence_is_taken_from_the_benchmark(shared: Path) -> None:
    corpus = " ".join(
        " ".join(f"{instance['input']} {instance['output']}".split())
        for path in sorted((shared / "data" / "meds_bench").glob("*.json"))
        for instance in json.loads(path.read_text(encoding="utf-8"))["Instances"]
    ).casefold()
    for path in FILES:
        # Two lists of the same labels are alike without anybody having copied.
        free = find_task(path.stem).metric is MetricFamily.TEXT
        for item in items(task_content(path.stem)):
            ours = f"{item.input}\n{item.output}" if free else item.input
            for sentence in re.split(r"(?<=[.?!。？！])\s*|\n+", ours):
                words = " ".join(sentence.split()).casefold()
                assert len(words.encode()) < 60 or words not in corpus, (path.stem, words)
