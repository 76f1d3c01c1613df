"""Doubt about a model file refuses it; reading it whole ends the doubt, one way or the other."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.model import ModelFile
from medsdesk.services.model_files import add_model, find_model
from medsdesk.services.verify_models import (
    Checking,
    check_content,
    check_unchanged,
    content_sha256,
    file_state,
    in_doubt,
    verify_models,
)
from medsdesk.store.workspace import Workspace
from tests.services.conftest import WriteGguf


@pytest.fixture
def model(ws: Workspace, tiny_gguf: WriteGguf) -> ModelFile:
    return add_model(ws, tiny_gguf())


def _flip(path: Path) -> None:
    """Change one bit as a bad disk does: size, time and number stay."""
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)[0]
        file.seek(-1, 2)
        file.write(bytes([last ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def _replace(path: Path) -> None:
    status = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x")


def test_a_file_as_it_was_added_is_not_in_doubt(model: ModelFile) -> None:
    check_unchanged(model)
    check_content(model, None, None)


@pytest.mark.parametrize("change", [_touch, _replace, _grow])
def test_another_size_time_or_number_is_doubt(
    model: ModelFile, change: Callable[[Path], None]
) -> None:
    change(Path(model.path))
    with pytest.raises(UserFacingError, match="has changed since it was added") as caught:
        check_unchanged(model)
    assert f"medsdesk models verify {model.id}" in caught.value.hint


@pytest.mark.parametrize("change", [_touch, _replace])
def test_the_same_content_ends_the_doubt(
    ws: Workspace, model: ModelFile, change: Callable[[Path], None]
) -> None:
    change(Path(model.path))
    told: list[Checking] = []
    [done] = verify_models(ws, (model,), told.append)
    assert (done.outcome, done.sha256, done.message) == ("same", model.sha256, "")
    assert told[-1] == Checking(model.name, model.size_bytes, model.size_bytes)
    check_unchanged(find_model(ws, model.id))


def test_flipped_bits_are_found_and_the_file_is_refused_from_then_on(
    ws: Workspace, model: ModelFile
) -> None:
    path = Path(model.path)
    _flip(path)
    check_unchanged(model)  # nothing shows without reading it
    with pytest.raises(UserFacingError, match="another content"):
        check_content(model, None, None)
    assert content_sha256(model, None, None) != model.sha256
    [done] = verify_models(ws, (model,))
    assert done.outcome == "different"
    assert done.sha256[:12] in done.message
    assert "Put the right file back" in done.hint
    with pytest.raises(UserFacingError, match="has changed"):
        check_unchanged(find_model(ws, model.id))
    _flip(path)
    assert verify_models(ws, (find_model(ws, model.id),))[0].outcome == "same"
    check_unchanged(find_model(ws, model.id))


def test_a_file_that_is_gone_is_told(ws: Workspace, model: ModelFile) -> None:
    Path(model.path).unlink()
    with pytest.raises(UserFacingError, match="not there any more"):
        check_unchanged(model)
    [done] = verify_models(ws, (model,))
    assert (done.outcome, done.sha256) == ("missing", "")
    assert "not there" in done.message


def test_a_file_that_is_written_to_is_told_and_stays_as_it_was(
    ws: Workspace, model: ModelFile
) -> None:
    [done] = verify_models(ws, (model,), lambda _: _grow(Path(model.path)))
    assert done.outcome == "unreadable"
    assert find_model(ws, model.id) == model


def test_stopping_stops(ws: Workspace, model: ModelFile) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        verify_models(ws, (model,), None, cancel)


def test_models_of_an_earlier_version_are_judged_by_size_and_time(model: ModelFile) -> None:
    path = Path(model.path)
    status = path.stat()
    old = replace(model, modified_ns=0, inode="")
    check_unchanged(old)
    os.utime(path, (status.st_atime, status.st_mtime + 60))
    with pytest.raises(UserFacingError, match="changed"):
        check_unchanged(old)


def test_the_number_alone_is_doubt(model: ModelFile) -> None:
    status = Path(model.path).stat()
    assert model.inode == str(status.st_ino)
    assert model.modified_ns == status.st_mtime_ns
    from medsdesk.services.fingerprint_files import FileMark

    assert in_doubt(model, FileMark(model.size_bytes, model.modified_ns, "another"))


@pytest.fixture(autouse=True)
def expected_warnings(caplog: pytest.LogCaptureFixture) -> None:
    """A file that is not what it was is logged as a warning."""
    caplog.set_level("ERROR", logger="medsdesk.services.verify_models")


def test_the_state_of_a_file_is_told_without_reading_it(ws: Workspace, model: ModelFile) -> None:
    path = Path(model.path)
    assert file_state(model) == "unchanged"
    _flip(path)
    assert file_state(model) == "unchanged"  # as long as nobody reads it
    verify_models(ws, (model,))
    assert file_state(find_model(ws, model.id)) == "different"
    _touch(path)
    assert file_state(model) == "doubtful"
    path.unlink()
    assert file_state(model) == "missing"
