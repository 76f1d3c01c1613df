"""The trail: in the order of writing, for good, and honest about clocks."""

from __future__ import annotations

from medsdesk.core.identity import local_now
from medsdesk.store.audit import add_entry, latest_time, list_entries, machine_id, reasons, set_back
from medsdesk.store.workspace import Workspace
from tests.made_studies import STUDY, entry


def test_a_workspace_has_one_id(ws: Workspace) -> None:
    assert machine_id(ws) == machine_id(ws)
    assert len(machine_id(ws)) == 32


def test_rows_come_back_as_they_were_written(ws: Workspace) -> None:
    assert list_entries(ws) == ()
    assert latest_time(ws) is None
    one = entry(ws, before='{"value": 2}', after='{"value": 4}', why="Made-up reason 理由")
    two = entry(ws, study_id="", action="export")
    add_entry(ws, one)
    add_entry(ws, two)
    assert list_entries(ws) == (one, two)
    assert list_entries(ws, STUDY) == (one,)
    assert latest_time(ws) == two.at


def test_a_clock_that_was_set_back_shows_and_changes_no_order(ws: Workspace) -> None:
    times = [
        "2026-01-31T10:00:00.000+01:00",
        "2026-01-31T09:30:00.000+00:00",  # the clock of another zone, and later
        "2026-01-31T10:29:59.999+01:00",
        "2026-01-31T10:40:00.000+01:00",
    ]
    entries = [entry(ws, at=at) for at in times]
    for row in entries:
        add_entry(ws, row)
    assert list_entries(ws) == tuple(entries)
    assert set_back(ws, STUDY) == (entries[2],)
    assert set_back(ws) == (entries[2],)


def test_local_times_sort_as_moments(ws: Workspace) -> None:
    for _ in range(3):
        add_entry(ws, entry(ws, at=local_now()))
    assert set_back(ws) == ()


def test_reasons_are_told_by_what_they_were_given_for(ws: Workspace) -> None:
    for subject, action, why in (("a", "adjudicate", "Made up"), ("b", "adjudicate", ""),
                                 ("c", "lock", "Done")):  # fmt: skip
        add_entry(ws, entry(ws, subject=subject, action=action, why=why))
    assert reasons(ws, STUDY, "adjudicate") == {"a": "Made up"}
