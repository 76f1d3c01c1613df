"""What every backend has in common."""

from __future__ import annotations

import importlib

from medsdesk.engine.backend import Backend


def test_the_scripted_backend_is_one() -> None:
    backend: Backend = importlib.import_module("medsdesk.engine.fake").create()
    names = [name for name in vars(Backend) if not name.startswith("_")]
    assert "step" in names
    assert [name for name in names if not hasattr(backend, name)] == []
