"""Measured costs are kept by content, the latest first."""

from __future__ import annotations

from dataclasses import replace

from medsdesk.core.made_model import Estimate, Fidelity
from medsdesk.core.model import KvCache
from medsdesk.store.fidelities import add_fidelity, list_fidelities, list_kv_fidelities
from medsdesk.store.workspace import Workspace

ONE = Fidelity(
    "a" * 64, "b" * 64, "model-f16", "F16", "", "c" * 64, 19, 3000, Estimate(12.5, 10.25, 15.0),
    Estimate(12.0), Estimate(1.04, 1.02, 1.06), Estimate(97.5, 96.0, 98.5),
    Estimate(0.011, 0.01, 0.012), "bootstrap", "engine 1", "2026-01-01T00:00:00.000Z",
)  # fmt: skip

KINDS: tuple[KvCache, ...] = ("q8_0", "q4_0")


def test_round_trip_latest_first(ws: Workspace) -> None:
    later = replace(ONE, reference_sha256="d" * 64, measured_at="2026-02-01T00:00:00.000Z")
    for fidelity in (later, ONE, replace(ONE, model_sha256="e" * 64)):
        add_fidelity(ws, fidelity)
    assert list_fidelities(ws, ONE.model_sha256) == (later, ONE)
    assert list_fidelities(ws, "0" * 64) == ()


def test_the_same_measurement_replaces_the_older_one(ws: Workspace) -> None:
    add_fidelity(ws, ONE)
    again = replace(ONE, tokens=2999, measured_at="2026-03-01T00:00:00.000Z")
    add_fidelity(ws, again)
    assert list_fidelities(ws, ONE.model_sha256) == (again,)


def test_ways_to_keep_a_context_stand_beside_the_forms_of_a_model(ws: Workspace) -> None:
    eight, four = (replace(ONE, reference_sha256="a" * 64, kv_cache=kind) for kind in KINDS)
    for fidelity in (ONE, eight, four, replace(eight, tokens=1)):
        add_fidelity(ws, fidelity)
    assert list_fidelities(ws, ONE.model_sha256) == (ONE,)
    assert set(list_kv_fidelities(ws, ONE.model_sha256)) == {replace(eight, tokens=1), four}
    assert list_kv_fidelities(ws, "0" * 64) == ()
