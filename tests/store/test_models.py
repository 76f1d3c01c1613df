"""Models are stored, brought up to date, listed and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.store.models import add_model, find_model, forget_model, list_models
from medsdesk.store.runs import add_run, list_runs
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker


def test_round_trip(ws: Workspace, make: Maker) -> None:
    model = make.model(name="Größe 模型 🩺", is_demo=True)
    add_model(ws, model)
    assert find_model(ws, model.id) == model


def test_unknown_model(ws: Workspace) -> None:
    assert find_model(ws, "none") is None
    assert list_models(ws) == ()


def test_the_demonstration_model_comes_last(ws: Workspace, make: Maker) -> None:
    demo = make.model(id="demo", name="A demo", is_demo=True)
    later, sooner = make.model(id="z", name="Zeta"), make.model(id="b", name="Beta")
    for model in (demo, later, sooner):
        add_model(ws, model)
    assert list_models(ws) == (sooner, later, demo)


def test_a_moved_file_is_brought_up_to_date(ws: Workspace, make: Maker) -> None:
    add_model(ws, make.model())
    moved = make.model(path="/elsewhere/small.gguf")
    add_model(ws, moved)
    assert list_models(ws) == (moved,)


def test_an_id_is_not_taken_over_by_another_file(ws: Workspace, make: Maker) -> None:
    first = make.model()
    add_model(ws, first)
    with pytest.raises(UserFacingError, match="already known"):
        add_model(ws, make.model(sha256="e" * 64))
    assert list_models(ws) == (first,)


def test_a_forgotten_model_leaves_its_runs(ws: Workspace, make: Maker) -> None:
    add_model(ws, make.model())
    add_run(ws, make.run())
    forget_model(ws, "small-q4")
    forget_model(ws, "small-q4")
    assert list_models(ws) == ()
    assert [run.model_name for run in list_runs(ws)] == ["Small"]
