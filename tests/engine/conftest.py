"""Engines and prompts for the tests of the engine room."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.generation import Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine
from medsdesk.engine.demo import demo_model_path

MakePrompt = Callable[..., Prompt]
Scripted = Callable[..., Engine]


@pytest.fixture
def prompt() -> MakePrompt:
    """Return a maker of prompts from a user's and a system text."""

    def make(user: str = "A synthetic note.", system: str = "Answer briefly.") -> Prompt:
        return Prompt((Message("system", system), Message("user", user)), "test", 1, 0)

    return make


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """Return a maker of engines that follow a script; all of them are closed at the end."""
    engines: list[Engine] = []

    def make(*replies: dict[str, Any], grace: float = 0.3, **script: Any) -> Engine:
        engine = Engine("medsdesk.engine.fake", grace)
        engines.append(engine)
        engine.load(script_config(*replies, **script))
        return engine

    yield make
    for engine in engines:
        engine.close()


def script_config(*replies: dict[str, Any], context: int = 4096, **script: Any) -> LoadConfig:
    return LoadConfig("fake:" + json.dumps({"replies": replies, **script}), context=context)


@pytest.fixture
def as_config() -> Callable[..., LoadConfig]:
    """Return the maker of load configurations that hold a script."""
    return script_config


@pytest.fixture(scope="session")
def demo_model() -> Path:
    """Return the demonstration model's file, or skip where its package is absent."""
    path = demo_model_path()
    if path is None:
        pytest.skip("the demonstration model is not installed")
    return path
