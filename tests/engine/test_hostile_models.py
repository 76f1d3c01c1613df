"""A sample of broken model files, six of each kind; ``tests.bench.hostile`` tries a thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile_models import MUTATIONS, Original, attempt, mutated

SEED = 0
EACH = 6

pytestmark = pytest.mark.gguf


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return Original(tmp_path_factory.mktemp("original"))


def test_the_original_answers(original: Original) -> None:
    assert attempt(original.path, -1, "none").end == "answered"


@pytest.mark.parametrize("kind", range(len(MUTATIONS)))
def test_a_sentence_or_an_answer(original: Original, tmp_path: Path, kind: int) -> None:
    for number in range(kind, EACH * len(MUTATIONS), len(MUTATIONS)):
        mutation, data = mutated(original, number, SEED)
        path = tmp_path / f"broken-{number}.gguf"
        path.write_bytes(data)
        trial = attempt(path, number, mutation)  # any other exception fails
        assert trial.words or trial.end == "answered"
        assert trial.seconds < 10
