"""Before a load the file is checked; whole only where the settings ask for it, and once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from medsdesk.config.settings import Settings, save_settings
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.model import LoadConfig, ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services import evaluate, evaluate_tasks
from medsdesk.services.evaluation_plan import EvaluationPlan
from medsdesk.services.load_model import load_model
from medsdesk.services.verify_models import Checking
from medsdesk.store.workspace import Workspace
from tests.services.conftest import MakeRequest, ScriptedModel, WriteTaskFile


def _damage(model: ModelFile) -> None:
    """Change a character that the script does not need, and nothing that shows outside."""
    path = Path(model.path)
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"made-up reply", b"made-Up reply"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.fixture
def model(scripted_model: ScriptedModel) -> ModelFile:
    return scripted_model({"text": "made-up reply"})


@pytest.fixture
def always() -> None:
    save_settings(Settings(verify_models="always"))


def test_usually_nothing_is_read(engine: Engine, model: ModelFile) -> None:
    _damage(model)
    told: list[Checking] = []
    load_model(engine, model, LoadConfig(model.path), told.append, None)
    assert told == []


@pytest.mark.usefixtures("always")
def test_it_is_read_whole_before_it_is_loaded_and_not_while_it_is(
    engine: Engine, model: ModelFile
) -> None:
    told: list[Checking] = []
    for _ in range(2):
        load_model(engine, model, LoadConfig(model.path), told.append, None)
    assert told == [Checking(model.name, model.size_bytes, model.size_bytes)]
    load_model(engine, model, LoadConfig(model.path, context=512), told.append, None)
    assert len(told) == 2


@pytest.mark.usefixtures("always")
def test_flipped_bits_are_refused_and_the_model_before_stays(
    engine: Engine, model: ModelFile, scripted_model: ScriptedModel
) -> None:
    other = scripted_model({"text": "another"}, name="other")
    load_model(engine, other, LoadConfig(other.path), None, None)
    pid = engine.pid
    _damage(model)
    with pytest.raises(UserFacingError, match="another content"):
        load_model(engine, model, LoadConfig(model.path), None, None)
    assert engine.pid == pid
    assert engine.loaded is not None


@pytest.mark.usefixtures("always")
def test_the_reading_can_be_stopped(engine: Engine, model: ModelFile) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        load_model(engine, model, LoadConfig(model.path), None, cancel)


@pytest.mark.usefixtures("always")
def test_a_single_run_is_refused_and_tells_of_the_reading(
    ws: Workspace, engine: Engine, model: ModelFile, make_request: MakeRequest
) -> None:
    events: list[evaluate.RunEvent] = []
    request = make_request(model=model)
    evaluate.run_once(ws, engine, request, events.append, CancelToken())
    assert [type(e).__name__ for e in events[:3]] == ["Loading", "Checking", "Started"]
    _damage(model)
    fresh = make_request(model=model, context=2048)
    with pytest.raises(UserFacingError, match="another content"):
        evaluate.run_once(ws, engine, fresh, events.append, CancelToken())
    with pytest.raises(UserFacingError, match="another content"):
        evaluate.preview(engine, fresh, count=True)


@pytest.mark.usefixtures("always")
def test_an_evaluation_is_refused_too(
    ws: Workspace, engine: Engine, model: ModelFile, write_task_file: WriteTaskFile
) -> None:
    _damage(model)
    plan = EvaluationPlan((write_task_file(),), model)
    with pytest.raises(UserFacingError, match="another content"):
        evaluate_tasks.evaluate(ws, engine, plan, lambda _: None, CancelToken())
