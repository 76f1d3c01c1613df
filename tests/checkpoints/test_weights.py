"""Weights come in pieces, in llama.cpp's order, with nothing lost on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medsdesk.checkpoints import weights
from medsdesk.checkpoints.safetensors_header import read_header
from medsdesk.checkpoints.tensor_plan import PlannedTensor
from medsdesk.checkpoints.weights import pieces
from medsdesk.core.errors import UserFacingError
from tests.checkpoints.small import Floats, write_safetensors


def _planned(folder: Path, numbers: Floats, dtype: str = "F32", heads: int = 0) -> PlannedTensor:
    path = folder / "model.safetensors"
    write_safetensors(path, {"before": np.ones(3, np.float32), "w": numbers}, dtype)
    return PlannedTensor("w", read_header(path)["w"], heads)


def _numbers(rows: int, columns: int) -> Floats:
    return np.random.default_rng(5).standard_normal((rows, columns)).astype(np.float32)


@pytest.mark.parametrize("piece_bytes", [1, 100, 1000, 1 << 20])
def test_the_size_of_pieces_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece_bytes: int
) -> None:
    monkeypatch.setattr(weights, "PIECE_BYTES", piece_bytes)
    numbers = _numbers(24, 5)
    assert np.array_equal(np.concatenate([*pieces(_planned(tmp_path, numbers), "f32")]), numbers)
    turned = np.concatenate([*pieces(_planned(tmp_path, numbers, heads=3), "f32")])
    halves = [numbers[h * 8 + side * 4 + i] for h in range(3) for i in range(4) for side in (0, 1)]
    assert np.array_equal(turned, np.array(halves))


def test_vectors_are_one_piece(tmp_path: Path) -> None:
    numbers = np.arange(7, dtype=np.float32)
    (found,) = pieces(_planned(tmp_path, numbers), "f32")
    assert np.array_equal(found.ravel(), numbers)


@pytest.mark.parametrize("dtype", ["F32", "F16", "BF16"])
def test_forms_that_hold_the_numbers_keep_them(tmp_path: Path, dtype: str) -> None:
    numbers = np.array([[0.0, -1.5, 0.375, 2.0, -0.0, 96.0]], np.float32)  # exact in every form
    planned = _planned(tmp_path, numbers, dtype)
    (f32,) = pieces(planned, "f32")
    (f16,) = pieces(planned, "f16")
    (bf16,) = pieces(planned, "bf16")
    assert np.array_equal(f32, numbers)
    assert np.array_equal(f16, numbers.astype(np.float16))
    assert np.array_equal((bf16.astype("<u4") << 16).view(np.float32), numbers)


def test_brain_floats_are_rounded_to_the_nearest_and_ties_to_even(tmp_path: Path) -> None:
    one = 0x3F800000
    bits = np.array([[one + 0x7FFF, one + 0x8000, one + 0x8001, one + 0x18000]], np.uint32)
    (found,) = pieces(_planned(tmp_path, bits.view(np.float32)), "bf16")
    assert found.tolist() == [[0x3F80, 0x3F80, 0x3F81, 0x3F82]]


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    large = np.array([[1.0, 70_000.0]], np.float32)
    with pytest.raises(UserFacingError, match="too large for F16"):
        list(pieces(_planned(tmp_path, large), "f16"))
    assert list(pieces(_planned(tmp_path, large), "bf16"))
    for bad in (np.nan, np.inf):
        with pytest.raises(UserFacingError, match="no numbers"):
            list(pieces(_planned(tmp_path, np.array([[1.0, bad]], np.float32)), "f32"))


def test_a_file_that_shrinks_is_told_of(tmp_path: Path) -> None:
    planned = _planned(tmp_path, _numbers(4, 4))
    path = planned.source.path
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(UserFacingError, match="ended while it was read"):
        list(pieces(planned, "f32"))
