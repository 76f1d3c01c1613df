"""A file that was made here joins the models with its origin, or goes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.core.made_model import ModelOrigin
from medsdesk.engine.demo import demo_model_path
from medsdesk.services.made_models import add_made_model
from medsdesk.services.making_events import quiet
from medsdesk.services.model_files import list_models
from medsdesk.store.model_origins import find_origin
from medsdesk.store.workspace import Workspace

ORIGIN = ModelOrigin("", "converted", "F16", "medsdesk", "2026-01-01T00:00:00.000Z")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    demo = demo_model_path()
    if demo is None:
        pytest.skip("the demonstration model is not installed")
    return Path(shutil.copy(demo, tmp_path / "made.gguf"))


def test_it_is_known_by_its_content(ws: Workspace, file: Path) -> None:
    model, origin = add_made_model(ws, file, ORIGIN, quiet, None)
    assert model in list_models(ws)
    assert origin.sha256 == model.sha256
    assert find_origin(ws, model.sha256) == origin


def test_a_stop_takes_the_file_away(ws: Workspace, file: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        add_made_model(ws, file, ORIGIN, quiet, cancel)
    assert not file.exists()
