"""Model files: added by reference, fingerprinted, chosen, forgotten; bad ones refused."""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.config.settings import Settings, save_settings
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.engine.demo import demo_model_path
from medsdesk.hub.record import FileEntry, FolderRecord, save_record
from medsdesk.services import model_files
from medsdesk.services.model_files import (
    add_model,
    choose_model,
    find_model,
    forget_model,
    list_models,
)
from medsdesk.services.verify_models import check_unchanged
from medsdesk.store import models
from medsdesk.store.workspace import Workspace


@pytest.fixture
def demo() -> Path:
    path = demo_model_path()
    assert path is not None, "the demonstration model comes with the development environment"
    return path


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    path = tmp_path / "My Model (v1).gguf"
    shutil.copyfile(demo, path)
    return path


@pytest.fixture
def no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "demo_model_path", lambda: None)


def test_the_demonstration_model_is_there_by_itself_and_marked(ws: Workspace, demo: Path) -> None:
    [model] = list_models(ws)
    assert (model.id, model.is_demo, model.path) == ("demo", True, str(demo))
    assert model.architecture == "llama"
    assert model.quantisation == "Q4_1"
    assert model.context_train == 8192
    assert 130e6 < model.parameters < 170e6
    assert list_models(ws) == (model,)


@pytest.mark.usefixtures("no_demo")
def test_a_file_is_added_by_reference_with_its_fingerprint(ws: Workspace, copy: Path) -> None:
    seen: list[tuple[int, int]] = []
    model = add_model(ws, copy, lambda done, total: seen.append((done, total)))
    assert model.id == "my-model-v1"
    assert model.path == str(copy)
    assert model.sha256 == hashlib.sha256(copy.read_bytes()).hexdigest()
    assert seen[-1] == (copy.stat().st_size, copy.stat().st_size)
    assert seen == sorted(seen)
    assert add_model(ws, copy) == model
    assert list_models(ws) == (model,)


@pytest.mark.usefixtures("no_demo")
def test_the_same_file_at_another_place_keeps_its_id(ws: Workspace, copy: Path) -> None:
    first = add_model(ws, copy)
    moved = copy.rename(copy.with_name("moved.gguf"))
    second = add_model(ws, moved)
    assert (second.id, second.path) == (first.id, str(moved))
    assert list_models(ws) == (second,)


def test_stopping_while_it_is_fingerprinted_adds_nothing(
    ws: Workspace, copy: Path, no_demo: None
) -> None:
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        add_model(ws, copy, lambda *_: cancel.cancel(), cancel)
    assert list_models(ws) == ()


def test_the_model_meant_is_found_by_id_by_path_by_choice_or_is_the_demo(
    ws: Workspace, copy: Path
) -> None:
    assert choose_model(ws, None).is_demo
    by_path = choose_model(ws, str(copy))
    assert choose_model(ws, by_path.id) == by_path
    save_settings(Settings(model_id=by_path.id))
    assert choose_model(ws, None) == by_path
    with pytest.raises(UserFacingError, match="no model 'nonsense'"):
        choose_model(ws, "nonsense")


def test_a_chosen_model_that_is_gone_is_never_replaced_by_the_demo(ws: Workspace) -> None:
    save_settings(Settings(model_id="gone"))
    with pytest.raises(UserFacingError, match="'gone'"):
        choose_model(ws, None)


@pytest.mark.usefixtures("no_demo")
def test_a_file_of_the_same_size_with_other_bytes_is_noticed(ws: Workspace, copy: Path) -> None:
    model = add_model(ws, copy)
    time.sleep(0.02)  # times are compared in milliseconds
    with copy.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 255]))
    with pytest.raises(UserFacingError, match="changed"):
        check_unchanged(model)
    assert add_model(ws, copy).sha256 != model.sha256


@pytest.mark.usefixtures("no_demo")
def test_without_any_model_it_says_how_to_get_one(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="no model yet"):
        choose_model(ws, None)


@pytest.mark.usefixtures("no_demo")
def test_forgetting_a_model_leaves_its_file(ws: Workspace, copy: Path) -> None:
    model = add_model(ws, copy)
    forget_model(ws, model.id)
    assert list_models(ws) == ()
    assert copy.is_file()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.gguf", None),
        ("empty.gguf", b""),
        ("notes.gguf", b"These are notes, and no model at all."),
        ("cut.gguf", b"GGUF\x03\x00\x00\x00\x10\x00"),
    ],
)
def test_what_is_no_model_is_refused_in_words(
    ws: Workspace, tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserFacingError) as caught:
        add_model(ws, tmp_path / name)
    assert name in caught.value.message
    assert [m.id for m in list_models(ws)] == ["demo"]


@pytest.mark.usefixtures("no_demo")
def test_a_file_that_is_gone_or_changed_is_refused_before_it_is_loaded(
    ws: Workspace, copy: Path
) -> None:
    model = add_model(ws, copy)
    check_unchanged(model)
    with copy.open("ab") as file:
        file.write(b"x")
    with pytest.raises(UserFacingError, match="changed"):
        check_unchanged(model)
    copy.unlink()
    with pytest.raises(UserFacingError, match="not there"):
        check_unchanged(model)


def test_a_model_is_found_by_its_id_alone(ws: Workspace, demo: Path) -> None:
    assert find_model(ws, "demo").path == str(demo)
    with pytest.raises(UserFacingError, match="no model 'nonsense'"):
        find_model(ws, "nonsense")


def test_a_demonstration_model_that_was_installed_again_is_taken_as_it_is(ws: Workspace) -> None:
    [model] = list_models(ws)
    models.add_model(ws, replace(model, modified_ns=model.modified_ns - 1, inode="0"))
    assert list_models(ws) == (model,)
    check_unchanged(list_models(ws)[0])


@pytest.mark.usefixtures("no_demo")
def test_where_a_downloaded_file_came_from_is_found_beside_it(ws: Workspace, copy: Path) -> None:
    sha256 = hashlib.sha256(copy.read_bytes()).hexdigest()
    entry = FileEntry(copy.name, copy.stat().st_size, sha256, "then")
    save_record(copy.parent, FolderRecord("owner/name", "main", "c" * 40, "hub", (entry,)))
    assert add_model(ws, copy).origin == f"owner/name@{'c' * 40}:{copy.name}"
