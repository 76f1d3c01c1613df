"""Tokens of the demonstration model's vocabulary, seen through counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from medsdesk.core.generation import Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine

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
