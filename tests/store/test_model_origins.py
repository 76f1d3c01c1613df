"""How a file came to be is kept by its content."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from medsdesk.core.made_model import ModelOrigin
from medsdesk.store.model_origins import add_origin, find_origin
from medsdesk.store.workspace import Workspace

CONVERTED = ModelOrigin(
    "a" * 64, "converted", "F16", "medsdesk 0.1.0", "2026-01-01T00:00:00.000Z",
    repository="maker/model", revision="f" * 40, licence="llama3",
)  # fmt: skip
QUANTISED = replace(
    CONVERTED, sha256="b" * 64, how="quantised", kind="Q4_0",
    parent_id="model", parent_sha256="a" * 64, parent_kind="F16",
)  # fmt: skip


def test_round_trip_and_renewal(ws: Workspace) -> None:
    for origin in (CONVERTED, QUANTISED):
        add_origin(ws, origin)
        assert find_origin(ws, origin.sha256) == origin
    again = replace(QUANTISED, parent_id="renamed")
    add_origin(ws, again)
    assert find_origin(ws, again.sha256) == again
    assert find_origin(ws, "c" * 64) is None


def test_a_quantised_file_has_a_parent_and_a_converted_one_has_none(ws: Workspace) -> None:
    for wrong in (replace(QUANTISED, parent_sha256=None), replace(QUANTISED, how="converted")):
        with pytest.raises(sqlite3.IntegrityError):
            add_origin(ws, wrong)
