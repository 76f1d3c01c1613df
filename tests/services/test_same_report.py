"""The same ratings and seed give the same report: in another process, and in another order."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from medsdesk.services.import_ratings import import_ratings
from medsdesk.store.workspace import open_workspace
from tests.services.shuffled import fingerprint

HEAD = "study,item,rater,criterion,instrument,value,model,category,side,output,scale,metric:m"


def _rows() -> list[str]:
    draw = np.random.default_rng(4)
    rows = []
    for item, model, rater in np.ndindex(14, 5, 2):
        quality = model * 0.3 + item % 3 + draw.normal(0, 0.7)
        value = int(np.clip(np.round(quality + 1), 1, 5))
        for criterion in ("accuracy", "harm_extent"):
            answer = f"m{model},{'ab'[item % 2]},,,ordinal,{quality:.3f}"
            rows += [f"S,i{item},r{rater},{criterion},workbench,{value},{answer}"]
    for item in range(12):
        vote = int(draw.integers(-2, 3))
        for rater in "XY":
            for side, sign in (("A", 1), ("B", -1)):
                answer = f"m{side},,{side},o{item}{side},interval,{item}"
                rows += [f"P,p{item},{rater},better,,{sign * vote},{answer}"]
    return rows


def _workspace(folder: Path, rows: list[str]) -> Path:
    folder.mkdir()
    (folder / "r.csv").write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    with open_workspace(folder / "workspace") as ws:
        assert import_ratings(ws, folder / "r.csv").complete
    return folder / "workspace"


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return _workspace(tmp_path / "first", _rows())


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_rows_changes_nothing(first: Path, tmp_path: Path, seed: int) -> None:
    rows = _rows()
    random.Random(seed).shuffle(rows)
    assert fingerprint(_workspace(tmp_path / "again", rows)) == fingerprint(first)


@pytest.mark.parametrize("hash_seed", ["0", "7"])
def test_another_process_gives_the_same_report(first: Path, hash_seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.shuffled", str(first)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == fingerprint(first)
