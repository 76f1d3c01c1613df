"""Studies, models and fingerprints as a report tells of them."""

from __future__ import annotations

import hashlib

import pytest

from medsdesk.cli import show
from medsdesk.services.make_report import compared
from medsdesk.services.report_document import Block, Grid, Paragraph
from medsdesk.services.report_facts import report_facts
from medsdesk.services.report_study import HIDDEN, checksums, models, study_sections
from medsdesk.store.workspace import Workspace
from tests.services.reports import QUICK, facts, rated, rated_study, report


def _cells(blocks: tuple[Block, ...]) -> str:
    grids = [block for block in blocks if isinstance(block, Grid)]
    told = [cell for grid in grids for row in grid.rows for cell in row]
    return "\n".join([*told, *(b.text for b in blocks if isinstance(b, Paragraph))])


def test_a_locked_study_tells_plan_raters_checks_and_models(ws: Workspace) -> None:
    rated_study(ws)
    made = report_facts(ws, compared(ws, QUICK), QUICK)
    [section] = study_sections(made)
    text = _cells(section.blocks)
    study = made.studies[0]
    assert study.key is not None
    for told in (study.status.plan_sha256, study.status.key_sha256, study.key.design.seed,
                 "Zebra 8B", "Rater 1", "12 of 12 items are shown to two raters or more",
                 study.plan.forms[0].sha256):  # fmt: skip
        assert told in text
    assert "Dr " not in text


def test_an_open_study_hides_models_and_checks(ws: Workspace) -> None:
    rated_study(ws, locked=False)
    made = report_facts(ws, None, QUICK)
    [section] = study_sections(made)
    text = _cells((*section.blocks, *models(made).blocks))
    assert HIDDEN in text
    for hidden in ("Zebra", "zebra", "Okapi", "okapi", "repeats 1", "Seed of all draws"):
        assert hidden not in text


def test_runs_made_alike_stand_together_with_their_manifest(ws: Workspace) -> None:
    rated_study(ws)
    made = report_facts(ws, None, QUICK)
    section = models(made)
    assert len(section.blocks) == 2
    text = _cells(section.blocks)
    for told in (
        "Q4_K_M",
        "0" * 64,
        "own, version 1",
        "temperature 0, seed 0",
        made.runs[0].id[:8],
    ):
        assert told in text


def test_models_without_a_run_are_known_by_name() -> None:
    section = models(facts(report(), rated=rated(models=("elsewhere",))))
    assert "elsewhere" in _cells(section.blocks)


def test_the_checksum_is_that_of_the_printed_document(
    ws: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    rated_study(ws)
    made = report_facts(ws, compared(ws, QUICK), QUICK)
    [grid] = checksums(made).blocks
    assert isinstance(grid, Grid)
    told = {row[0]: row[1] for row in grid.rows}
    assert made.studies[0].status.plan_sha256 in told.values()
    capsys.readouterr()
    show.document(made.report)
    printed = capsys.readouterr().out
    [name] = [name for name in told if name.startswith("The comparison")]
    assert 'medsdesk compare --study "Letters" --seed 20240822 --json' in name
    assert told[name] == hashlib.sha256(printed.encode()).hexdigest()
