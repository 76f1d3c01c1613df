"""A model goes off the list; a file is deleted only where MedsDesk put it there."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.hub.record import RECORD_NAME
from medsdesk.services.copy_model import copy_model
from medsdesk.services.model_files import add_model, list_models
from medsdesk.services.remove_model import remove_model
from medsdesk.store import models
from medsdesk.store.workspace import Workspace
from tests.services.conftest import WriteGguf


def _ids(ws: Workspace) -> list[str]:
    return [model.id for model in list_models(ws)]


def test_the_file_stays_unless_asked(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    for add in (add_model, copy_model):
        model = add(ws, tiny_gguf())
        done = remove_model(ws, model.id, delete_file=False)
        assert (done.model, done.file_deleted) == (model, False)
        assert Path(model.path).is_file()
        assert _ids(ws) == ["demo"]


def test_a_copy_is_deleted_when_asked(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    source = tiny_gguf()
    model = copy_model(ws, source)
    assert remove_model(ws, model.id, delete_file=True).file_deleted
    assert not Path(model.path).exists()
    assert source.is_file()
    assert _ids(ws) == ["demo"]


def test_a_file_of_somebody_else_is_never_deleted(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    model = add_model(ws, tiny_gguf())
    with pytest.raises(UserFacingError, match="was not put there by MedsDesk"):
        remove_model(ws, model.id, delete_file=True)
    assert Path(model.path).is_file()
    assert model.id in _ids(ws)


def test_a_copy_that_somebody_wrote_to_is_not_deleted(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    model = copy_model(ws, tiny_gguf())
    os.utime(model.path, ns=(1, 1))
    with pytest.raises(UserFacingError, match="has changed since"):
        remove_model(ws, model.id, delete_file=True)
    assert Path(model.path).is_file()
    assert model.id in _ids(ws)


def test_a_copy_that_is_gone_already_is_taken_off_the_list(
    ws: Workspace, tiny_gguf: WriteGguf
) -> None:
    model = copy_model(ws, tiny_gguf())
    Path(model.path).unlink()
    assert not remove_model(ws, model.id, delete_file=True).file_deleted
    assert _ids(ws) == ["demo"]


@pytest.mark.parametrize("more", [(), ("another.gguf",)])
def test_the_folder_of_a_download_goes_when_nothing_else_is_in_it(
    ws: Workspace, tiny_gguf: WriteGguf, more: tuple[str, ...]
) -> None:
    path = tiny_gguf()
    model = replace(add_model(ws, path), keeping="downloaded")
    models.add_model(ws, model)
    for name in (RECORD_NAME, *more):
        (path.parent / name).touch()
    assert remove_model(ws, model.id, delete_file=True).file_deleted
    assert path.parent.exists() is bool(more)


def test_the_demonstration_model_and_unknown_ones_are_refused(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="comes with MedsDesk"):
        remove_model(ws, "demo", delete_file=True)
    with pytest.raises(UserFacingError, match="no model 'nonsense'"):
        remove_model(ws, "nonsense", delete_file=False)
