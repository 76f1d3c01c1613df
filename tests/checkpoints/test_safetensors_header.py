"""A safetensors header is believed only where all of it agrees with the file."""

from __future__ import annotations

import json
import pickle
import random
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medsdesk.checkpoints.safetensors_header import is_pickle, read_header
from medsdesk.core.errors import UserFacingError
from tests.checkpoints.small import write_safetensors


def _file(path: Path, header: Any, data: bytes = b"\0" * 16, length: int | None = None) -> Path:
    front = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = len(front) if length is None else length
    path.write_bytes(size.to_bytes(8, "little") + front + data)
    return path


def _entry(**changed: Any) -> dict[str, Any]:
    return {"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16], **changed}}


def test_tensors_are_found(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    weights = {"b": np.ones((3, 2), np.float32), "a": np.zeros(5, np.float32)}
    write_safetensors(path, weights, "BF16")
    found = read_header(path)
    assert {(t.name, t.dtype, t.shape, t.size) for t in found.values()} == {
        ("b", "BF16", (3, 2), 12),
        ("a", "BF16", (5,), 10),
    }
    assert found["a"].start == found["b"].start + 12


HOSTILE: dict[str, tuple[Any, bytes]] = {
    "a list": ([1], b""),
    "no object of a tensor": ({"w": 5}, b""),
    "unknown type": (_entry(dtype="F31"), b"\0" * 16),
    "type no text": (_entry(dtype=[]), b"\0" * 16),
    "negative shape": (_entry(shape=[-2, -2]), b"\0" * 16),
    "shape of truth": (_entry(shape=[True, 4]), b"\0" * 16),
    "huge shape": (_entry(shape=[1 << 60, 1 << 60]), b"\0" * 16),
    "many dimensions": (_entry(shape=[1] * 9), b"\0" * 16),
    "shape and size": (_entry(shape=[2, 3]), b"\0" * 16),
    "behind the end": (_entry(data_offsets=[8, 24]), b"\0" * 16),
    "backwards": (_entry(data_offsets=[16, 0]), b"\0" * 16),
    "three offsets": (_entry(data_offsets=[0, 8, 16]), b"\0" * 16),
    "more said": ({"w": {**_entry()["w"], "more": 1}}, b"\0" * 16),
    "gap": (_entry(data_offsets=[4, 20]), b"\0" * 20),
    "rest": (_entry(), b"\0" * 17),
    "overlap": (_entry() | {"v": _entry()["w"]}, b"\0" * 16),
    "no name": ({"": _entry()["w"]}, b"\0" * 16),
    "twice": (b'{"w": 1, "w": 2}', b""),
    "nonsense": (b"\xff" * 40, b""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_headers_are_refused_in_a_sentence(tmp_path: Path, case: str) -> None:
    header, data = HOSTILE[case]
    with pytest.raises(UserFacingError, match="The weights file"):
        read_header(_file(tmp_path / "model.safetensors", header, data))


@pytest.mark.parametrize("length", [0, 1, 17, 1000, 100_000_001, 1 << 40, (1 << 64) - 1])
def test_lengths_of_headers_are_checked(tmp_path: Path, length: int) -> None:
    with pytest.raises(UserFacingError):
        read_header(_file(tmp_path / "model.safetensors", _entry(), length=length))


def test_missing_empty_and_folders_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for name, words in (("none", "not in the"), ("empty", "empty"), (".", "is not a file")):
        with pytest.raises(UserFacingError, match=words):
            read_header(tmp_path / name)


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
@pytest.mark.parametrize("protocol", [2, 3, 4, 5, None])
def test_pickles_are_known_by_content(tmp_path: Path, name: str, protocol: int | None) -> None:
    path = tmp_path / name
    if protocol is None:  # as torch.save writes since 1.6
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("archive/data.pkl", pickle.dumps({}))
    else:
        path.write_bytes(pickle.dumps({"weight": list(range(50))}, protocol=protocol))
    assert is_pickle(path)
    with pytest.raises(UserFacingError, match="is a pickle"):
        read_header(path)


def test_a_safetensors_file_is_no_pickle(tmp_path: Path) -> None:
    # The header is as long as the number that pickles of protocol 4 begin with.
    header = json.dumps(_entry()).encode().ljust(0x0480)
    path = _file(tmp_path / "model.safetensors", header)
    assert not is_pickle(path)
    assert read_header(path)["w"].shape == (2, 2)
    assert not is_pickle(tmp_path / "missing")


def test_mutations_end_in_a_sentence_or_in_tensors_inside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    write_safetensors(path, {f"t{n}": np.ones((n + 1, 3), np.float32) for n in range(5)}, "F32")
    good, draw = path.read_bytes(), random.Random(7)
    refused = 0
    for _ in range(500):
        data = bytearray(good)
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data) if draw.random() < 0.2 else 300)] = draw.randrange(256)
        path.write_bytes(data[: draw.choice((len(data), draw.randrange(len(data))))])
        try:
            found = read_header(path)
        except UserFacingError:
            refused += 1
        else:
            assert all(t.start + t.size <= path.stat().st_size for t in found.values())
    assert refused > 300
