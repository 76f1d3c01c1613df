"""Figures of tokens are those of the formulas, by scripted bindings with known logits."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.comparison import compare
from medsdesk.engine.file_tasks import CompareFiles

WORDS = 5


class Native:
    """As much of the bindings as a comparison needs; logits come from the model's name."""

    def __init__(self) -> None:
        self.freed: list[str] = []
        self._rows: list[Any] = []

    def llama_model_get_vocab(self, model: str) -> str:
        return model

    def llama_vocab_n_tokens(self, model: str) -> int:
        return WORDS

    def llama_context_default_params(self) -> Any:
        return SimpleNamespace()

    def llama_init_from_model(self, model: str, _: Any) -> Any:
        return SimpleNamespace(model=model)

    def llama_get_memory(self, _: Any) -> None: ...

    def llama_memory_clear(self, *_: Any) -> None: ...

    def llama_batch_init(self, size: int, *_: int) -> Any:
        rows = {name: [0] * size for name in ("token", "pos", "n_seq_id", "logits")}
        return SimpleNamespace(**rows, seq_id=[[0] for _ in range(size)])

    def llama_decode(self, context: Any, batch: Any) -> int:
        self._rows = [_logits(context.model, token) for token in batch.token]
        return 0

    def llama_get_logits_ith(self, _: Any, row: int) -> Any:
        return (ctypes.c_float * WORDS)(*self._rows[row])

    def llama_batch_free(self, _: Any) -> None: ...

    def llama_free(self, context: Any) -> None:
        self.freed.append(context.model)


class Files:
    def __init__(self, other: bool = False) -> None:
        self._other = other

    @contextlib.contextmanager
    def model(self, path: Path, *, gpu_layers: int) -> Iterator[Any]:
        yield path.name

    def tokens(self, vocabulary: Any, text: str, *, framed: bool) -> tuple[int, ...]:
        shift = self._other and vocabulary == "b"
        return tuple((int(sign) + shift) % WORDS for sign in text)


def _logits(model: str, token: int) -> list[float]:
    random = np.random.default_rng([token, ord(model)])
    return [float(number) for number in random.standard_normal(WORDS) * 3]


def _ln(model: str, token: int) -> Any:
    numbers = np.array(_logits(model, token))
    return numbers - np.log(np.exp(numbers).sum())


def _task(folder: Path, *passages: str) -> CompareFiles:
    return CompareFiles("a", "b", passages, str(folder))


def test_figures_are_those_of_the_formulas(tmp_path: Path) -> None:
    native, told = Native(), list[tuple[int, int]]()
    task = _task(tmp_path, "01234", "", "3", "42")
    found = compare(Files(), native, task, lambda *news: told.append(news))
    pairs = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 2)]
    assert found.passages == (0, 0, 0, 0, 3)
    assert found.losses == pytest.approx([-_ln("a", one)[two] for one, two in pairs], abs=1e-5)
    reference = [-_ln("b", one)[two] for one, two in pairs]
    assert found.reference_losses == pytest.approx(reference, abs=1e-5)
    wanted = [(np.exp(_ln("b", one)) * (_ln("b", one) - _ln("a", one))).sum() for one, _ in pairs]
    assert found.divergences == pytest.approx(wanted, abs=1e-5)
    same = [_ln("a", one).argmax() == _ln("b", one).argmax() for one, _ in pairs]
    assert list(found.same_top) == same
    assert native.freed == ["b", "a"]  # never two at a time
    assert told[-1] == (16, 16)
    assert list(tmp_path.iterdir()) == []


def test_other_tokens_are_no_form_of_the_model(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="no forms of one model"):
        compare(Files(other=True), Native(), _task(tmp_path, "0123"), lambda *_: None)


def test_a_disk_without_room_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(UserFacingError, match="MiB are free"):
        compare(Files(), Native(), _task(tmp_path, "0123"), lambda *_: None)
