"""The self-test and the devices, in the child where the library is."""

from __future__ import annotations

import time

import pytest

from medsdesk.engine.client import Engine

pytestmark = pytest.mark.gguf


def test_the_multiplication_is_quick_and_survived() -> None:
    with Engine() as engine:
        engine.describe()
        pid = engine.pid
        began = time.monotonic()
        engine.self_test()
        assert time.monotonic() - began < 5
        assert engine.pid == pid


def test_the_processor_comes_first_and_once() -> None:
    with Engine() as engine:
        kinds = [device.type for device in engine.describe().devices]
    assert kinds[0] == "cpu"
    assert kinds.count("cpu") == 1
