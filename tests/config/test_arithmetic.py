"""Linear algebra stays in the thread that asks for it, unless somebody wants it otherwise."""

from __future__ import annotations

import os

import pytest

from medsdesk.config.arithmetic import use_one_thread


def test_one_thread_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"VECLIB_MAXIMUM_THREADS": "4"})
    use_one_thread()
    assert os.environ == {"OPENBLAS_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "4"}
