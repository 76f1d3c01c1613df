"""The self-test and the devices, in the child where the library is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from medsdesk.engine import ggml_calls
from medsdesk.engine.client import Engine

CPU, CARD, IN_PROCESSOR, HELPER = 0, 1, 2, 3  # ggml's numbers


@pytest.mark.gguf
def test_the_multiplication_is_quick_and_survived() -> None:
    with Engine() as engine:
        engine.describe()
        pid = engine.pid
        began = time.monotonic()
        engine.self_test()
        assert time.monotonic() - began < 5
        assert engine.pid == pid


@pytest.mark.gguf
def test_the_processor_comes_first_and_once() -> None:
    with Engine() as engine:
        kinds = [device.type for device in engine.describe().devices]
    assert kinds[0] == "cpu"
    assert kinds.count("cpu") == 1


@pytest.mark.parametrize(
    ("kinds", "used"),
    [
        ([CPU], "0"),
        ([CARD, CPU], "10"),
        ([CARD, CARD, HELPER, CPU], "301"),
        ([IN_PROCESSOR, CPU], "10"),
        ([IN_PROCESSOR, CARD, CPU], "21"),  # llama.cpp leaves the weaker card out
    ],
)
def test_the_cards_are_those_that_models_are_put_on(kinds: Sequence[int], used: str) -> None:
    found = ggml_calls.devices(_library(kinds))
    assert "".join(device.name.split(" ")[0] for device in found) == used
    assert [device.type for device in found] == ["cpu"] + ["gpu"] * (len(used) - 1)
    shares = [kinds[int(device.name.split(" ")[0])] == IN_PROCESSOR for device in found]
    assert [device.shares_memory for device in found] == shares


def _library(kinds: Sequence[int]) -> Any:
    """Return what opens a library that knows devices of these kinds, named by their number."""

    def tell_memory(_device: int, free: Any, total: Any) -> None:
        free._obj.value, total._obj.value = 1 << 30, 2 << 30

    library = SimpleNamespace(
        ggml_backend_dev_count=lambda: len(kinds),
        ggml_backend_dev_get=lambda index: index,
        ggml_backend_dev_name=lambda device: str(device).encode(),
        ggml_backend_dev_description=lambda _: b"of a test",
        ggml_backend_dev_type=lambda device: kinds[device],
        ggml_backend_dev_memory=tell_memory,
    )
    return lambda _name: library
