"""A rater who is killed at work: what was called saved is on the disk, drafts nearly so."""

from __future__ import annotations

from pathlib import Path

from tests.bench.rating_kills import trial

KILLS = 25


def test_no_rating_that_was_called_saved_is_lost(tmp_path: Path) -> None:
    report = trial(tmp_path / "workspace", KILLS, seed=20, longest=1.2)
    assert (report.kills, report.lost, report.bare, report.faults) == (KILLS, 0, 0, 0)
    assert report.told >= KILLS
    assert report.untold <= KILLS  # at most the one that there was no time to tell of
    assert len(report.draft_seconds) == KILLS
    assert max(report.draft_seconds) <= 2
