"""A checkpoint's folder is read whole, and nothing outside it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from medsdesk.checkpoints.folder import Source, open_checkpoint, read_source
from medsdesk.core.errors import UserFacingError
from tests.checkpoints.small import Small, make

INDEX = "model.safetensors.index.json"


def test_shards_hold_what_one_file_holds(tmp_path: Path) -> None:
    one = open_checkpoint(make(tmp_path / "one", Small()))
    many = open_checkpoint(make(tmp_path / "many", Small(), shards=3))
    assert one.tensors.keys() == many.tensors.keys()
    assert {t.path.name for t in many.tensors.values()} == {
        f"model-0000{n}-of-00003.safetensors" for n in (1, 2, 3)
    }


@pytest.mark.parametrize(
    "file", ["../secret.safetensors", "/etc/x", "a\\b", "..", "", "C:x", "sub/model.safetensors", 5]
)
def test_an_index_points_into_its_folder_only(tmp_path: Path, file: object) -> None:
    folder = make(tmp_path / "c", Small(), shards=2)
    (folder / INDEX).write_text(json.dumps({"weight_map": {"w": file}}), encoding="utf-8")
    with pytest.raises(UserFacingError, match="outside its folder"):
        open_checkpoint(folder)


def test_an_index_that_does_not_fit_its_files_is_refused(tmp_path: Path) -> None:
    folder = make(tmp_path / "c", Small(), shards=2)
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    index["weight_map"].pop("model.norm.weight")
    (folder / INDEX).write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(UserFacingError, match="other tensors"):
        open_checkpoint(folder)
    (folder / INDEX).write_text('{"weight_map": {}}', encoding="utf-8")
    with pytest.raises(UserFacingError, match="names no weights"):
        open_checkpoint(folder)


def test_pickled_weights_are_refused_whatever_they_are_called(tmp_path: Path) -> None:
    folder = make(tmp_path / "c", Small())
    (folder / "model.safetensors").unlink()
    with pytest.raises(UserFacingError, match="neither"):
        open_checkpoint(folder)
    (folder / "weights.data").write_bytes(pickle.dumps({"w": list(range(99))}))
    with pytest.raises(UserFacingError, match="pickles"):
        open_checkpoint(folder)
    (folder / "model.safetensors").write_bytes(pickle.dumps({"w": list(range(99))}))
    with pytest.raises(UserFacingError, match="is a pickle"):
        open_checkpoint(folder)


def test_folders_that_are_no_checkpoints(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="is not a folder"):
        open_checkpoint(tmp_path / "none")
    with pytest.raises(UserFacingError, match="no checkpoint"):
        open_checkpoint(tmp_path)


def test_the_origin_is_read_from_card_and_cache(tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    folder = tmp_path / "models--maker--Small-Llama" / "snapshots" / commit
    folder.mkdir(parents=True)
    assert read_source(folder) == Source("Small-Llama", "", "maker/Small-Llama", commit)
    card = "---\nlanguage: en\nlicense: other\nlicense_name: llama3\n---\nlicense: wrong\n"
    (folder / "README.md").write_text(card, encoding="utf-8")
    assert read_source(folder).licence == "llama3"
    plain = tmp_path / "mine"
    plain.mkdir()
    (plain / "README.md").write_text("# No front matter\nlicense: mit", encoding="utf-8")
    assert read_source(plain) == Source("mine")
