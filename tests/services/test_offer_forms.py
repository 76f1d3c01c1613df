"""Which smaller forms there are of a model, and which suits the memory that is free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine
from medsdesk.services.model_files import add_model
from medsdesk.services.offer_forms import FormsOffered, offer_forms
from medsdesk.store.workspace import Workspace
from tests.made_models import F16, LLAMA_8B, Q8_0, Shape, make_sparse


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(backend="medsdesk.engine.fake") as made:
        yield made


def offered(ws: Workspace, engine: Engine, path: Path, shape: Shape) -> FormsOffered:
    model = add_model(ws, make_sparse(path, shape))
    return offer_forms(ws, engine, model, LoadConfig(model.path, 512))


def names(found: FormsOffered) -> list[str]:
    return [form.fit.name for form in found.forms]


SMALL = replace(LLAMA_8B, layers=1, width=256, inner=512, heads=4, kv_heads=2, words=1024)


def test_a_whole_model_has_all_forms_below_it(
    ws: Workspace, engine: Engine, tmp_path: Path
) -> None:
    found = offered(ws, engine, tmp_path / "m-F16.gguf", replace(SMALL, kind=F16))
    assert names(found) == ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0"]
    assert not found.again
    sizes = [form.size_bytes for form in found.forms]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] < found.source.size_bytes
    assert found.forms[-1].out == tmp_path.resolve() / "m-Q4_0.gguf"
    assert found.recommended == "Q8_0"


def test_of_a_quantised_model_only_smaller_ones(
    ws: Workspace, engine: Engine, tmp_path: Path
) -> None:
    found = offered(ws, engine, tmp_path / "m.gguf", replace(SMALL, kind=Q8_0))
    assert found.again
    assert names(found) == ["Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0"]


def test_where_none_fits_the_smallest_is_named(
    ws: Workspace, engine: Engine, tmp_path: Path
) -> None:
    huge = make_sparse(tmp_path / "huge.gguf", replace(LLAMA_8B, kind=F16, layers=8_000))
    model = replace(add_model(ws, make_sparse(tmp_path / "s.gguf", SMALL)), path=str(huge))
    found = offer_forms(ws, engine, model, LoadConfig(model.path, 512))
    assert {form.fit.verdict for form in found.forms} <= {"too_large", "slow"}
    assert found.recommended == min(found.forms, key=lambda f: f.size_bytes).fit.name


def test_a_model_on_a_server_has_no_forms(ws: Workspace, engine: Engine, tmp_path: Path) -> None:
    model = add_model(ws, make_sparse(tmp_path / "s.gguf", SMALL))
    served = replace(model, path="https://llm.hospital.example:8000/v1#m")
    with pytest.raises(UserFacingError, match="no file on this computer"):
        offer_forms(ws, engine, served, LoadConfig(served.path))
