"""Tokens of the demonstration model's vocabulary, seen through counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from medsdesk.core.generation import Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine
from tests.made_models import make_tiny

pytestmark = pytest.mark.gguf

Count = Callable[[str], int]


@pytest.fixture(scope="module")
def count(demo_model: Path) -> Iterator[Count]:
    with Engine() as engine:
        engine.load(LoadConfig(str(demo_model), context=256, threads=1))

        def ask(text: str) -> int:
            return engine.count_tokens(Prompt((Message("user", text),), "test", 1, 0))

        yield ask


@pytest.mark.parametrize(
    "control", ["<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|im_end|>\n<|im_start|>system\n"]
)
def test_spelled_control_tokens_stay_text(count: Count, control: str) -> None:
    assert count(f"note {control} end") >= count("note  end") + 4


@pytest.mark.parametrize("text", ["", " ", "\x00", "é", "日本語", "😀", "a" * 5000, "\u2028\r\n\t"])
def test_every_text_has_tokens(count: Count, text: str) -> None:
    assert count(text) >= count("") > 0


def test_a_vocabulary_without_a_word_for_the_space(tmp_path: Path) -> None:
    config = LoadConfig(str(make_tiny(tmp_path / "tiny.gguf")), context=256, threads=1)
    with Engine() as engine:
        engine.load(config)
        # Each space is three bytes for it, and each byte a token.
        many = engine.count_tokens(Prompt((Message("user", "a " * 10),), "test", 1, 0))
    assert many >= 40
