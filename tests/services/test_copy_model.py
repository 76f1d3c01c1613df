"""A copy is whole, has a name of its own, and leaves nothing behind when it is stopped."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.services.copy_model import PARTS, copy_model, models_folder
from medsdesk.services.fingerprint_files import CHUNK
from medsdesk.services.model_files import add_model, list_models
from medsdesk.services.verify_models import check_unchanged
from medsdesk.store.workspace import Workspace
from tests.services.conftest import WriteGguf


def _files(ws: Workspace) -> list[str]:
    folder = models_folder(ws.directory)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_file_is_copied_and_fingerprinted_in_one_pass(
    ws: Workspace, tiny_gguf: WriteGguf
) -> None:
    path = tiny_gguf("My model.gguf", bytes(2 * CHUNK + 10))
    told: list[tuple[int, int]] = []
    model = copy_model(ws, path, lambda *at: told.append(at))
    kept = models_folder(ws.directory) / "My model.gguf"
    assert (model.path, model.keeping) == (str(kept), "copied")
    assert kept.read_bytes() == path.read_bytes()
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    size = path.stat().st_size
    assert told == [(CHUNK, size), (2 * CHUNK, size), (size, size)]
    path.unlink()  # the stick is gone
    check_unchanged(model)
    assert _files(ws) == ["My model.gguf"]


def test_the_same_content_is_kept_once(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    first = copy_model(ws, tiny_gguf("a.gguf"))
    assert copy_model(ws, tiny_gguf("b.gguf")) == first
    assert copy_model(ws, Path(first.path)) == first
    assert _files(ws) == ["a.gguf"]


def test_a_model_added_by_reference_moves_to_its_copy(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    path = tiny_gguf()
    before = add_model(ws, path)
    after = copy_model(ws, path)
    assert (after.id, after.keeping) == (before.id, "copied")
    assert [m.keeping for m in list_models(ws) if not m.is_demo] == ["copied"]
    assert path.is_file()


def test_a_copy_stays_in_use_when_its_source_is_added_too(
    ws: Workspace, tiny_gguf: WriteGguf
) -> None:
    path = tiny_gguf()
    copy = copy_model(ws, path)
    assert add_model(ws, path) == copy
    os.utime(copy.path, ns=(1, 1))  # a copy in doubt is of no use
    assert add_model(ws, path).path == str(path)


def test_another_file_of_the_same_name_gets_a_number(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    for number in range(3):
        copy_model(ws, tiny_gguf("a.gguf", bytes([number]) * 64))
    assert _files(ws) == ["a-2.gguf", "a-3.gguf", "a.gguf"]


def test_stopping_leaves_nothing(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        copy_model(ws, tiny_gguf("a.gguf", bytes(CHUNK + 2)), lambda *_: cancel.cancel(), cancel)
    assert not models_folder(ws.directory).exists()
    assert [m.id for m in list_models(ws)] == ["demo"]


def test_what_a_killed_copy_left_goes_with_the_next(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    parts = models_folder(ws.directory) / PARTS
    parts.mkdir(parents=True)
    (parts / "old.part").write_bytes(b"half")
    (parts / "lock").touch()
    copy_model(ws, tiny_gguf())
    assert _files(ws) == ["tiny.gguf"]


def test_a_file_that_grows_meanwhile_is_not_kept(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    path = tiny_gguf()

    def grow(*_: int) -> None:
        with path.open("ab") as file:
            file.write(b"x")

    with pytest.raises(UserFacingError, match="written to while"):
        copy_model(ws, path, grow)
    assert _files(ws) == []


def test_too_little_room_is_told_with_both_figures(
    ws: Workspace, tiny_gguf: WriteGguf, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny_gguf("a.gguf", bytes(3 * 1024**2))
    free = SimpleNamespace(free=66 * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    with pytest.raises(UserFacingError, match=r"needs 3 MiB, but .* has room for 66 MiB") as caught:
        copy_model(ws, path)
    assert "--copy" in caught.value.hint
    free.free = 68 * 1024**2
    assert copy_model(ws, path).keeping == "copied"


def test_a_disk_that_fills_up_is_told(
    ws: Workspace, tiny_gguf: WriteGguf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserFacingError, match="is full"):
        copy_model(ws, tiny_gguf())
    assert _files(ws) == []


def test_two_copies_at_once_are_refused(ws: Workspace, tiny_gguf: WriteGguf) -> None:
    parts = models_folder(ws.directory) / PARTS
    parts.mkdir(parents=True)
    with (
        FileLock(parts / "lock"),
        pytest.raises(UserFacingError, match="Another file is being copied"),
    ):
        copy_model(ws, tiny_gguf())


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 a zip file of pickles"])
def test_what_is_no_model_is_refused_before_anything_is_copied(
    ws: Workspace, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserFacingError, match=r"model\.gguf"):
        copy_model(ws, path)
    assert not models_folder(ws.directory).exists()
