"""A smaller form of a model is made whole, or nothing stays."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.model import ModelFile
from medsdesk.services.convert_model import ConvertRequest, convert_model
from medsdesk.services.making_events import Progress
from medsdesk.services.model_files import list_models
from medsdesk.services.quantise_model import QuantiseRequest, quantise_model, standard_out
from medsdesk.store.model_origins import find_origin
from medsdesk.store.workspace import Workspace
from tests.checkpoints.small import WIDE, make

pytestmark = pytest.mark.gguf


@pytest.fixture
def whole(ws: Workspace, tmp_path: Path) -> ModelFile:
    folder = make(tmp_path / "c", WIDE)
    (tmp_path / "models").mkdir()
    out = tmp_path / "models" / "small-F16.gguf"
    return convert_model(ws, ConvertRequest(folder, out)).model


@pytest.mark.parametrize("kind", ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0", "F16"])
def test_every_form(ws: Workspace, whole: ModelFile, tmp_path: Path, kind: str) -> None:
    told: list[Progress] = []
    request = QuantiseRequest(whole, kind, tmp_path / "models" / "made.gguf")
    made = quantise_model(ws, request, told.append)
    assert made.model.quantisation == kind
    assert made.model in list_models(ws)
    assert (kind == "F16") == (made.model.size_bytes >= whole.size_bytes)
    assert made.origin == find_origin(ws, made.model.sha256)
    assert (made.origin.parent_id, made.origin.parent_sha256) == (whole.id, whole.sha256)
    assert made.origin.parent_kind == "F16"
    assert made.notes == ()
    done = [progress for progress in told if progress.stage == "quantising" and progress.of]
    assert done[-1] == Progress("quantising", made.tensors - 1, made.tensors)


def test_names_that_nobody_gave(ws: Workspace, whole: ModelFile) -> None:
    assert standard_out(ws, whole, "Q4_K_M") == Path(whole.path).with_name("small-Q4_K_M.gguf")
    demo = next((model for model in list_models(ws) if model.is_demo), None)
    if demo is not None:
        name = "SmolLM2-135M-Instruct-Q4_0.gguf"
        assert standard_out(ws, demo, "Q4_0") == ws.directory / "models" / name


def test_twice_is_done_when_asked_for_and_said(ws: Workspace, whole: ModelFile) -> None:
    once = quantise_model(ws, QuantiseRequest(whole, "Q8_0")).model
    with pytest.raises(UserFacingError, match=r"quantised already \(Q8_0\)"):
        quantise_model(ws, QuantiseRequest(once, "Q4_0"))
    twice = quantise_model(ws, QuantiseRequest(once, "Q4_0", again=True))
    said = "The source is quantised already (Q8_0): this form adds losses to those it has."
    assert twice.notes == (said,)
    assert twice.origin.parent_kind == "Q8_0"


def test_what_cannot_be_done_is_said_first(ws: Workspace, whole: ModelFile) -> None:
    for request, words in (
        (QuantiseRequest(whole, "Q3_X"), "no form"),
        (QuantiseRequest(whole, "Q4_0", Path("x.bin")), r"does not end in \.gguf"),
        (QuantiseRequest(whole, "Q4_0", Path(whole.path)), "already"),
    ):
        with pytest.raises(UserFacingError, match=words):
            quantise_model(ws, request)
    Path(whole.path).write_bytes(b"changed")
    with pytest.raises(UserFacingError, match="has changed"):
        quantise_model(ws, QuantiseRequest(whole, "Q4_0"))


def test_a_stop_kills_the_process_and_takes_the_half_away(ws: Workspace, whole: ModelFile) -> None:
    cancel, before = CancelToken(), list_models(ws)

    def tell(progress: Progress) -> None:
        if progress.done:
            cancel.cancel()

    began = time.monotonic()
    with pytest.raises(CancelledError):
        quantise_model(
            ws, QuantiseRequest(whole, "Q4_0"), tell, cancel, "tests.engine.scripted_files"
        )
    assert time.monotonic() - began < 60
    folder = Path(whole.path).parent
    assert [path.name for path in folder.iterdir()] == ["small-F16.gguf"]
    assert list_models(ws) == before
