"""The printed comparison of models, scales and raters by themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medsdesk.cli import compare_tables
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.store.workspace import Workspace, open_workspace
from tests.services.made_ratings import paired, rated

QUICK = CompareOptions(resamples=50, acceptable=3)


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "workspace")


def test_each_table_is_printed_with_its_notes(
    ws: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    human = np.clip(np.round(np.random.default_rng(1).normal(3, 1, (30, 2))), 1, 5)
    rated(ws, tmp_path, human, human * 10)
    paired(ws, tmp_path, [("x", "y", 1)] * 3 + [("y", "x", 1)])
    report = compare(ws, QUICK)
    compare_tables.models_and_scales(report)
    told = capsys.readouterr().out
    for title in ("Bradley-Terry", "ranked by clinicians", "Bland-Altman", "unacceptable answers"):
        assert title in told
    assert "up to 20" in told
    assert "reference" in told
    assert "themselves" not in told  # there is no study with repeats
    names = {name for note, name in compare_tables.notes(report) if note}
    assert names == {"ability", "limits of agreement"}
    ws.close()
