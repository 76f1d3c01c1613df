"""The rating forms that come along: what each asks, and the fingerprint follows the wording."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Literal

import pytest

from medsdesk.config.paths import resource
from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating import Instrument
from medsdesk.core.task import MetricFamily
from medsdesk.services.form_words import faults_of_words
from medsdesk.services.instruments import (
    LANGUAGES,
    form_file,
    form_for,
    form_names,
    load_instrument,
    translation_file,
    workbench_form,
)
from medsdesk.tasks.registry import all_tasks, bench_tasks, categories, find_task

# Ratings refer to it: another wording is another version.
WORKBENCH = "356bb437bdb7daed1286234fe384a429c374633bacede3176cb3bbe3ae6f5820"
ASKED = {
    "answer": "consensus inappropriate missing harm_extent harm_likelihood bias",
    "decision": "acceptable harm_extent harm_likelihood reference_wrong",
    "evidence": "accuracy relevance completeness harm_extent harm_likelihood",
    "extraction": "spurious missed wrong_type boundary",
    "hallucination": "marked",
    "label": "label_wrong",
    "pair": "completeness correctness conciseness",
    "preference": "preference",
    "quest": "quality understanding expression safety trust",
    "rationale": "consensus inappropriate missing harm_extent harm_likelihood bias",
    "summary": "accurate thorough useful succinct synthesized",
    "workbench": "accuracy completeness conciseness clarity harm_extent harm_likelihood",
}
CREOLA = {
    "fabrication": ("output",),
    "negation": ("output",),
    "context": ("output",),
    "causality": ("output",),
    "omission": ("source",),
}


def _targets(form: Instrument) -> dict[str, tuple[str, ...]]:
    return {mark.id: mark.targets for mark in form.marks}


def test_the_workbench_form_has_the_axes_of_the_contract() -> None:
    form = workbench_form()
    for criterion in form.criteria[:4]:
        assert [a.value for a in criterion.anchors] == [1, 2, 3, 4, 5]
    for criterion in form.criteria[:-1]:
        assert all(a.label and a.meaning for a in criterion.anchors)
    assert form.criteria[-1].scale == "text"


def test_the_fingerprint_is_the_files_whatever_its_line_ends() -> None:
    data = (resource("instruments") / "workbench.toml").read_bytes().replace(b"\r\n", b"\n")
    assert workbench_form().sha256 == hashlib.sha256(data).hexdigest()
    assert workbench_form().sha256 == WORKBENCH


def test_an_unknown_form_is_refused() -> None:
    for name in ("nonsense", "categories", "../instruments/summary", ""):
        with pytest.raises(UserFacingError, match="no rating form"):
            load_instrument(name)


@pytest.mark.parametrize("name", ASKED)
def test_a_form_asks_what_its_source_asks_and_a_comment_last(name: str) -> None:
    form = load_instrument(name)
    assert form.id == name
    assert [c.id for c in form.criteria] == [*ASKED[name].split(), "comment"]


def test_radiology_counts_six_classes_of_errors_as_significant_and_not() -> None:
    counts = [c for c in load_instrument("radiology").criteria if c.is_count]
    assert len(counts) == 12
    classes = [c.id.removesuffix("_significant") for c in counts[::2]]
    assert [c.id for c in counts[1::2]] == [f"{name}_insignificant" for name in classes]


def test_what_is_marked_where_and_how_grave_it_is() -> None:
    assert _targets(load_instrument("summary")) == CREOLA
    assert _targets(load_instrument("hallucination")) == CREOLA
    assert _targets(load_instrument("extraction")) == {
        "spurious": ("output",),
        "missed": ("source",),
        "wrong_type": ("output", "source"),
        "boundary": ("output", "source"),
    }
    steps = ["citation", "repetition", "reasoning_correct", "reasoning_wrong", "redundancy"]
    assert _targets(load_instrument("rationale")) == dict.fromkeys(steps, ("output",))
    graded = [n for n in form_names() if load_instrument(n).severities]
    assert graded == ["extraction", "hallucination", "summary"]
    assert [n for n in form_names() if load_instrument(n).edit] == ["summary"]


def test_pairs_are_asked_on_five_points_around_a_tie() -> None:
    pairs = [load_instrument(n) for n in form_names() if load_instrument(n).kind == "pair"]
    assert [form.id for form in pairs] == ["pair", "preference"]
    for form in pairs:
        for criterion in form.criteria[:-1]:
            assert [a.value for a in criterion.anchors] == [-2, -1, 0, 1, 2]
            assert [a.label[0] for a in criterion.anchors if a.value] == ["A", "A", "B", "B"]


def test_every_category_has_a_form_that_is_made_for_it() -> None:
    kinds: tuple[Literal["single", "pair"], ...] = ("single", "pair")
    for kind in kinds:
        for task in all_tasks():
            form = load_instrument(form_for(task.category, kind, task.id))
            assert form.kind == kind
            special = form_for(task.category, kind) != form.id
            assert special or not form.categories or task.category in form.categories
    assert {c for n in form_names() for c in load_instrument(n).categories} == set(categories())


@pytest.mark.parametrize(
    ("task_id", "single", "pair"),
    [
        ("task110", "summary", "pair"),
        ("task112", "radiology", "pair"),
        ("task85", "radiology", "pair"),
        ("task50", "answer", "pair"),
        ("task51", "rationale", "pair"),
        ("task130", "decision", "preference"),
        ("task117", "decision", "preference"),
        ("task100", "evidence", "pair"),
        ("task42", "evidence", "pair"),
        ("task41", "label", "preference"),
        ("task16", "label", "preference"),
        ("task57", "label", "preference"),
        ("task3", "extraction", "preference"),
        ("task128", "extraction", "preference"),
    ],
)
def test_which_form_fits_a_task(task_id: str, single: str, pair: str) -> None:
    category = find_task(task_id).category
    assert form_for(category, "single", task_id) == single
    assert form_for(category, "pair", task_id) == pair


def test_tasks_in_free_words_are_never_rated_as_labels_nor_labels_on_scales() -> None:
    for task in bench_tasks():
        form = form_for(task.category, "single", task.id)
        if form == "label":
            assert task.metric in (
                MetricFamily.CHOICE, MetricFamily.LABEL, MetricFamily.MULTILABEL,
                MetricFamily.VERIFICATION,
            )  # fmt: skip
        if task.metric is MetricFamily.TEXT:
            assert form in ("summary", "radiology", "answer", "rationale", "evidence")


def test_what_is_not_known_is_rated_with_the_general_forms() -> None:
    assert form_for("Letters of our own", "single") == "workbench"
    assert form_for("", "pair", "task9999") == "preference"


def test_a_forms_file_has_the_fingerprint_that_ratings_store() -> None:
    for name in form_names():
        assert form_file(name).sha256 == load_instrument(name).sha256


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("name", form_names())
def test_every_form_is_there_whole_in_every_language(name: str, language: str) -> None:
    file = translation_file(name, language)
    assert faults_of_words(load_instrument(name), file.text) == ()
    assert file.sha256 == hashlib.sha256(file.text.encode()).hexdigest()
    form = load_instrument(name, language)
    assert form.language == language
    assert (form.id, form.sha256) == (name, form_file(name).sha256)
    own = {"zh": "[\u4e00-\u9fff]", "ja": "[\u3040-\u30ff\u4e00-\u9fff]", "ru": "[\u0400-\u04ff]"}
    if language in own:
        for words in _words(form):
            assert re.search(own[language], words)
            assert not re.search("[A-Za-z]{2}", words)


def test_there_is_no_translation_without_a_form() -> None:
    folder = resource("instruments")
    assert {path.name for path in folder.iterdir() if path.is_dir()} == set(LANGUAGES[1:])
    for language in LANGUAGES[1:]:
        assert {path.stem for path in (folder / language).iterdir()} == set(form_names())


def test_a_language_that_is_not_there_is_refused() -> None:
    for language in ("de", "", "../en"):
        with pytest.raises(UserFacingError, match="'summary' is not there in the language"):
            load_instrument("summary", language)


def _words(form: Instrument) -> Iterator[str]:
    yield form.title
    for criterion in form.criteria:
        yield from (criterion.label, criterion.question)
        for anchor in criterion.anchors:
            yield from (anchor.label, anchor.meaning)
    for mark in (*form.marks, *form.severities):
        yield from (mark.label, mark.meaning)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_forms_have_the_same_title(language: str) -> None:
    titles = {load_instrument(name, language).title for name in form_names()}
    assert len(titles) == len(form_names())
