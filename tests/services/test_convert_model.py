"""A checkpoint becomes a GGUF file with transformers' tokens and logits, or nothing stays."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.hub.record import FolderRecord, save_record
from medsdesk.services import fingerprint_files
from medsdesk.services.convert_model import ConvertRequest, convert_model
from medsdesk.services.making_events import Progress
from medsdesk.services.model_files import list_models
from medsdesk.store.model_origins import find_origin
from medsdesk.store.workspace import Workspace
from tests.checkpoints import golden
from tests.checkpoints.gguf_logits import gguf_logits
from tests.checkpoints.small import LLAMA31, Small, make

pytestmark = pytest.mark.gguf


def _left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "gguf" in path.name]


@pytest.mark.parametrize(("case", "shards"), [("gqa", 1), ("llama31", 3)])
def test_tokens_and_logits_are_those_of_transformers(
    ws: Workspace, tmp_path: Path, case: str, shards: int
) -> None:
    folder = make(tmp_path / "c", golden.CASES[case], shards=shards)
    out = tmp_path / "small.gguf"
    told: list[Progress] = []
    made = convert_model(ws, ConvertRequest(folder, out, "f32"), told.append)
    assert made.tokens_compared > 2000
    found = np.array(gguf_logits(out, golden.TOKENS, golden.POSITIONS))
    assert np.abs(found - np.array(golden.kept_logits(case))).max() < 1e-3
    assert made.model.quantisation == "F32"
    assert made.model in list_models(ws)
    assert "5 rows of the embedding have no token; no text gives them." in made.notes
    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages == ["looking", "writing", "checking", "fingerprinting"]
    written = [progress for progress in told if progress.stage == "writing"]
    assert written[-1].done == written[-1].of


def test_half_precision_is_near(ws: Workspace, tmp_path: Path) -> None:
    folder = make(tmp_path / "c", Small(), dtype="BF16")
    for kind in ("f16", "bf16"):
        convert_model(ws, ConvertRequest(folder, tmp_path / f"{kind}.gguf", kind))
    one, two = (
        np.array(gguf_logits(tmp_path / f"{kind}.gguf", golden.TOKENS, golden.POSITIONS))
        for kind in ("f16", "bf16")
    )
    assert np.abs(one - two).max() < 0.5
    assert (one.argmax(axis=1) == two.argmax(axis=1)).all()


def test_where_it_comes_from_is_kept(ws: Workspace, tmp_path: Path) -> None:
    folder = make(tmp_path / "c", Small())
    save_record(folder, FolderRecord("maker/Small-Llama", "main", "f" * 40, "hub", ()))
    (folder / "README.md").write_text("---\nlicense: llama3\n---\n", encoding="utf-8")
    made = convert_model(ws, ConvertRequest(folder, tmp_path / "x.gguf"))
    assert made.model.name == "Small-Llama"
    assert made.origin.repository == "maker/Small-Llama"
    assert made.origin.licence == "llama3"
    assert find_origin(ws, made.model.sha256) == made.origin


def test_other_tokens_than_transformers_are_noticed(ws: Workspace, tmp_path: Path) -> None:
    folder = make(tmp_path / "c", Small())
    path = folder / "tokenizer.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    # Transformers takes the token with the space before it; llama.cpp knows no such rule.
    described["added_tokens"][3]["lstrip"] = True
    path.write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(UserFacingError, match="other tokens than transformers of 1 of"):
        convert_model(ws, ConvertRequest(folder, tmp_path / "x.gguf"))
    assert _left(tmp_path) == []


@pytest.mark.parametrize("stage", ["writing", "checking", "fingerprinting"])
def test_a_stop_leaves_nothing(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(fingerprint_files, "CHUNK", 10_000)
    folder = make(tmp_path / "c", Small())
    before = list_models(ws)
    cancel = CancelToken()

    def tell(progress: Progress) -> None:
        if progress.stage == stage:
            cancel.cancel()

    with pytest.raises(CancelledError):
        convert_model(ws, ConvertRequest(folder, tmp_path / "x.gguf"), tell, cancel)
    assert _left(tmp_path) == []
    assert list_models(ws) == before


def test_names_and_room_are_looked_at_first(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path / "c", LLAMA31)
    (tmp_path / "there.gguf").touch()
    for out, words in (
        (tmp_path / "there.gguf", "already"),
        (tmp_path / "none" / "x.gguf", "is not there"),
        (tmp_path / "x.bin", r"does not end in \.gguf"),
    ):
        with pytest.raises(UserFacingError, match=words):
            convert_model(ws, ConvertRequest(folder, out))
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(UserFacingError, match="GiB free"):
        convert_model(ws, ConvertRequest(folder, tmp_path / "x.gguf"))
    assert _left(tmp_path) == ["there.gguf"]
