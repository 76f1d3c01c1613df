"""Bounds of a load: how they are found, and that they end what goes past them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import LoadConfig
from medsdesk.engine import containment
from medsdesk.engine.client import Engine
from medsdesk.engine.containment import Guard, LoadLimits, limits_of
from tests.made_models import make_sparse, make_tiny

MIB, GIB = 1 << 20, 1 << 30


def test_limits_follow_the_file(tmp_path: Path) -> None:
    tiny = LoadConfig(str(make_tiny(tmp_path / "tiny.gguf")))
    large = LoadConfig(str(make_sparse(tmp_path / "8b.gguf")))
    small_limits, large_limits = limits_of(tiny), limits_of(large)
    assert small_limits is not None
    assert large_limits is not None
    assert small_limits.seconds < 40 * 8 < large_limits.seconds
    assert small_limits.memory < 2 * GIB < 9 * GIB < large_limits.memory
    longer = limits_of(replace(large, context=8192))
    assert longer is not None
    assert longer.memory - large_limits.memory >= 512 * MIB  # as much as the cells take


def test_what_is_no_model_has_the_least_and_a_script_none(tmp_path: Path) -> None:
    note = tmp_path / "note.gguf"
    note.write_bytes(b"A synthetic note.")
    assert limits_of(LoadConfig(str(note))) == LoadLimits("note.gguf", 8.0, GIB)
    for path in ("fake:{}", f"fake:{' ' * 5000}", "fake:\0", str(tmp_path), "none.gguf"):
        assert limits_of(LoadConfig(path)) is None


def test_a_load_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containment, "_BASE_SECONDS", 0.3)
    script = tmp_path / "script.gguf"
    script.write_text(json.dumps({"load_seconds": 60, "load_ignores_cancel": True}))
    began = time.monotonic()
    with Engine("medsdesk.engine.fake") as engine:
        with pytest.raises(UserFacingError, match="was not loaded within 0 seconds") as caught:
            engine.load(LoadConfig(str(script)))
        assert engine.pid is None
        assert engine.load(LoadConfig("fake:{}")).total_layers == 1
    assert time.monotonic() - began < 30
    assert caught.value.hint


def test_a_process_that_takes_too_much_is_seen() -> None:
    code = "import sys, time; input(); x = bytearray(b'1' * (300 << 20)); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, text=True) as child:
        try:
            guard = Guard(child.pid, LoadLimits("m.gguf", 60, 100 * MIB))
            assert guard.excess() is None
            assert child.stdin is not None
            child.stdin.write("\n")
            child.stdin.flush()
            end, found = time.monotonic() + 30, None
            while found is None and time.monotonic() < end:
                time.sleep(0.02)
                found = guard.excess()
            assert found is not None
            assert "took more memory than its header" in found.message
        finally:
            child.kill()
    # A process that has ended holds nothing.
    assert Guard(child.pid, LoadLimits("m.gguf", 60, 1)).excess() is None
