"""What a form costs is measured with the real engine, kept, and told with its caveat."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.convert_model import ConvertRequest, convert_model
from medsdesk.services.making_events import Progress
from medsdesk.services.measure_fidelity import (
    caveat,
    known_fidelities,
    kv_cost,
    measure_fidelity,
    standard_reference,
)
from medsdesk.services.passages import own_passages
from medsdesk.services.quantise_model import QuantiseRequest, quantise_model
from medsdesk.store.fidelities import add_fidelity
from medsdesk.store.workspace import Workspace
from tests.checkpoints.small import WIDE, Small, make

pytestmark = pytest.mark.gguf


def test_smaller_forms_cost_more(ws: Workspace, tmp_path: Path) -> None:
    folder = make(tmp_path / "c", WIDE)
    whole = convert_model(ws, ConvertRequest(folder, tmp_path / "whole-F16.gguf")).model
    found = {}
    for kind in ("Q8_0", "Q4_0"):
        model = quantise_model(ws, QuantiseRequest(whole, kind)).model
        assert standard_reference(ws, model) == whole
        told: list[Progress] = []
        found[kind] = measure_fidelity(ws, model, whole, told.append)
        assert known_fidelities(ws, model) == (found[kind],)
        assert told[-1].done == told[-1].of > 0
    large, small = found["Q8_0"], found["Q4_0"]
    assert large.tokens == small.tokens > 2000
    assert large.passages == len(own_passages().texts)
    assert large.reference_perplexity == small.reference_perplexity
    assert 0 < large.divergence.value < small.divergence.value
    assert 100 > large.top_agreement.value > small.top_agreement.value > 5
    assert large.top_agreement.low is not None
    assert large.top_agreement.low < large.top_agreement.value
    assert (large.reference_kind, large.reference_made_from, caveat(large)) == ("F16", "", "")


def test_a_reference_that_has_lost_something_itself_is_named(ws: Workspace, tmp_path: Path) -> None:
    folder = make(tmp_path / "c", Small())
    whole = convert_model(ws, ConvertRequest(folder, tmp_path / "w.gguf", "f32")).model
    q8 = quantise_model(ws, QuantiseRequest(whole, "Q8_0")).model
    again = quantise_model(ws, QuantiseRequest(q8, "F16", again=True)).model
    from_quantised = measure_fidelity(ws, whole, again)
    assert from_quantised.reference_made_from == "Q8_0"
    assert "made from a quantised file (Q8_0)" in caveat(from_quantised)
    assert "itself quantised (Q8_0)" in caveat(replace(from_quantised, reference_kind="Q8_0"))


def test_other_models_are_no_reference(ws: Workspace, tmp_path: Path) -> None:
    one = convert_model(
        ws, ConvertRequest(make(tmp_path / "a", Small()), tmp_path / "a.gguf")
    ).model
    longer = make(tmp_path / "b", replace(Small(), words=1100))
    two = convert_model(ws, ConvertRequest(longer, tmp_path / "b.gguf")).model
    with pytest.raises(UserFacingError, match="no forms of one model"):
        measure_fidelity(ws, one, two)
    with pytest.raises(UserFacingError, match="not known here"):
        standard_reference(ws, one)
    assert known_fidelities(ws, one) == ()
    same = measure_fidelity(ws, one, one)
    assert (same.divergence.value, same.top_agreement.value) == (0, 100)
    add_fidelity(ws, replace(same, text_sha256="0" * 64))  # of another version of the text
    assert known_fidelities(ws, one) == (same,)


def test_what_a_smaller_context_costs(ws: Workspace, tmp_path: Path) -> None:
    folder = make(tmp_path / "c", replace(Small(), head_width=32))
    model = convert_model(ws, ConvertRequest(folder, tmp_path / "m.gguf")).model
    assert kv_cost(ws, model, "f16") == ""
    assert "has not been measured here" in kv_cost(ws, model, "q8_0")
    eight = measure_fidelity(ws, model, model, kv_cache="q8_0")
    four = measure_fidelity(ws, model, model, kv_cache="q4_0")
    assert (eight.kv_cache, four.kv_cache) == ("q8_0", "q4_0")
    assert eight.reference_perplexity == four.reference_perplexity
    assert 0 < eight.divergence.value < four.divergence.value
    assert 100 > eight.top_agreement.value > four.top_agreement.value > 5
    assert f"{four.top_agreement.value:.1f} % of tokens" in kv_cost(ws, model, "q4_0")
    assert known_fidelities(ws, model) == ()  # of its form nothing is known


def test_a_smaller_context_is_measured_against_the_same_file(ws: Workspace, tmp_path: Path) -> None:
    whole = convert_model(
        ws, ConvertRequest(make(tmp_path / "c", Small()), tmp_path / "s.gguf")
    ).model
    with pytest.raises(UserFacingError, match="against the same file"):
        measure_fidelity(ws, whole, replace(whole, sha256="0" * 64), kv_cache="q8_0")
    with pytest.raises(UserFacingError, match="no multiple of 32"):
        measure_fidelity(ws, whole, whole, kv_cache="q8_0")
