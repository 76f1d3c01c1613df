"""The catalogue is whole and honest, and one that is not is refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.hub.catalogue import (
    catalogue,
    catalogue_path,
    find_in_catalogue,
    is_repository,
)
from medsdesk.tasks.published_results import VERSIONS, paper_version

# Models of the paper that nobody can download.
CLOSED = {"GPT-3.5", "GPT-4", "Claude-3.5"}
GOOD = """
schema_version = 1
[[licence]]
id = "free"
name = "Free"
url = "https://example.org/free"
acceptance = false
[[model]]
id = "small"
name = "Small"
role = "comparison"
repository = "owner/small"
revision = "main"
format = "gguf"
licence = "free"
access = "open"
architecture = "llama"
context = 2048
prompt_form = "gguf"
shape = { layers = 2, width = 8, feed_forward = 16, heads = 2, kv_heads = 1, vocabulary = 10 }
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str) -> Path:
        path = tmp_path / "catalogue.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return put


def test_every_open_model_of_the_paper_is_in_it() -> None:
    printed = {
        name
        for version in VERSIONS
        for column in paper_version(version).columns
        for name in column.values
    }
    assert printed > CLOSED
    assert {model.published for model in catalogue()} - {""} == printed - CLOSED


def test_what_is_studied_comes_first_and_is_fetched_at_a_fixed_commit() -> None:
    first = catalogue()[0]
    assert (first.id, first.role) == ("mmedins-llama-3-8b", "study")
    assert first.repository == "Henrychur/MMedS-Llama-3-8B"
    assert len(first.revision) == 40
    assert (first.licence.id, first.licence.acceptance) == ("llama3", True)
    assert first.prompt_form == "llama3"
    # What the hub lists for its four files: 9.95, 10, 9.83 and 2.34 GB.
    assert first.checkpoint_bytes / 1e9 == pytest.approx(32.12, rel=0.002)


def test_licences_that_bind_are_to_be_accepted_and_say_what_they_ask() -> None:
    for model in catalogue():
        bound = model.licence.id != "apache-2.0"
        assert model.licence.acceptance is bound, model.id
        assert bool(model.licence.summary) is bound, model.id


def test_no_fingerprint_is_made_up() -> None:
    assert all(len(sha256) == 64 for model in catalogue() for sha256 in model.sha256.values())


@pytest.mark.parametrize(
    "name",
    [
        "mmedins-llama-3-8b",
        "MMedIns-Llama 3 8B",
        "henrychur/mmeds-llama-3-8b",
        "MMEDINS LLAMA 3 8B",
    ],
)
def test_a_model_is_found_by_id_name_and_repository(name: str) -> None:
    found = find_in_catalogue(name)
    assert found is not None
    assert found.id == "mmedins-llama-3-8b"


@pytest.mark.parametrize("name", ["", "..", "llama", "mmedins"])
def test_other_names_mean_no_model(name: str) -> None:
    assert find_in_catalogue(name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("owner/name", True), ("o.w-n/na_me.1", True), ("name", False), ("a/b/c", False),
        ("../x", False), ("owner/", False), ("/name", False), ("owner/na me", False),
        ("owner/name?x=1", False), ("owner/..", False),
    ],
)  # fmt: skip
def test_what_can_be_a_repository(name: str, *, expected: bool) -> None:
    assert is_repository(name) is expected


def test_a_small_catalogue_is_read(write: Write) -> None:
    [model] = catalogue(write(GOOD))
    assert (model.id, model.published, model.weight_bytes, model.sha256) == ("small", "", 0, {})
    assert model.page == "https://huggingface.co/owner/small"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("schema_version = 1", "schema_version = 2", "schema version is 2"),
        ("schema_version = 1", "", "schema version is None"),
        ("[[licence]]", "[[licences]]", "unknown part 'licences'"),
        ("[[licence]]", "[licence]", "no list of tables 'licence'"),
        ("[[model]]", "[model]", "no list of tables 'model'"),
        ('id = "small"', "", "a model has no id"),
        ('id = "small"', 'id = "Small One"', "a model has no id"),
        ('id = "free"', "id = 7", "a licence has no id"),
        ('url = "https://', 'url = "http://', "no address that begins with https"),
        ('licence = "free"', 'licence = "other"', "a licence that is not in it, 'other'"),
        ('licence = "free"', "", "a licence that is not in it, 'None'"),
        ('role = "comparison"', 'role = "best"', "the model 'small' is wrong"),
        ('role = "comparison"', "", "the model 'small' is wrong"),
        ("context = 2048", 'context = "2048"', "the model 'small' is wrong"),
        ("context = 2048", "context = 0", "a measure below one"),
        ("layers = 2,", "layers = -2,", "a measure below one"),
        ("heads = 2, kv", "heads = 3, kv", "heads that do not go"),
        ("kv_heads = 1", "kv_heads = 4", "heads that do not go"),
        ("layers = 2,", "layer = 2,", "unknown entry 'layer'"),
        ('name = "Small"', 'name = "Small"\ncolour = "red"', "unknown entry 'colour'"),
        ('"owner/small"', '"https://owner/small"', "no repository in the form"),
        ('format = "gguf"', 'format = "safetensors"', "weight_bytes"),
        ("context = 2048", "context = 2048\nweight_bytes = 2", "weight_bytes"),
        ("context = 2048", 'context = 2048\nsha256 = { "a.gguf" = "12" }', "fingerprint"),
        ("context = 2048", f'context = 2048\nsha256 = {{ "../a" = "{"a" * 64}" }}', "fingerprint"),
    ],
)  # fmt: skip
def test_a_wrong_catalogue_is_refused_in_a_sentence(
    write: Write, old: str, new: str, reason: str
) -> None:
    assert old in GOOD
    path = write(GOOD.replace(old, new, 1))
    with pytest.raises(UserFacingError, match="cannot be used: ") as caught:
        catalogue(path)
    assert reason in caught.value.message
    assert str(path) in caught.value.message
    assert "Install MedsDesk again" in caught.value.hint


def test_the_same_model_twice_is_refused(write: Write) -> None:
    model = GOOD[GOOD.index("[[model]]") :]
    with pytest.raises(UserFacingError, match="'small' is in it twice"):
        catalogue(write(GOOD + model))


def test_a_catalogue_without_models_is_refused(write: Write) -> None:
    head = GOOD[: GOOD.index("[[model]]")]
    with pytest.raises(UserFacingError, match="it has no model"):
        catalogue(write(head.replace("schema_version = 1", "schema_version = 1\nmodel = []")))


@pytest.mark.parametrize("content", [None, b"[[model", b"\xff\xfe"])
def test_a_file_that_is_missing_or_broken_is_told(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "catalogue.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserFacingError, match=r"catalogue\.toml"):
        catalogue(path)


def test_our_own_is_where_the_paths_say() -> None:
    assert catalogue_path().is_file()
