"""What is kept in memory is what the store has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medsdesk.services.instruments import load_instrument
from medsdesk.services.open_plan import open_plan
from medsdesk.services.rater_record import RaterRecord, needed
from medsdesk.store.drafts import Visit, save_visit
from medsdesk.store.workspace import Workspace
from tests.made_studies import STUDY, give, made_plan, store_plan

SCALES = ("accurate", "thorough", "useful", "succinct", "synthesized")


@pytest.fixture
def record(ws: Workspace) -> RaterRecord:
    return RaterRecord(ws, open_plan(ws, store_plan(ws, made_plan(8)), "Dr Ada"))


def _answer(ws: Workspace, place: int, seconds: float | None = 60.0) -> None:
    for criterion in SCALES:
        give(ws, presentation_id=f"0p{place}", criterion=criterion, seconds=seconds)


def test_what_an_item_needs() -> None:
    summary = load_instrument("summary")
    assert needed(summary) == SCALES
    assert len(needed(load_instrument("radiology"))) == 12
    words = tuple(c for c in summary.criteria if c.scale == "text")
    assert needed(replace(summary, criteria=words)) == ("marks",)
    assert needed(replace(summary, criteria=words, marks=())) == ("edit",)
    assert needed(replace(summary, criteria=words, marks=(), edit=False)) == ("comment",)


def test_done_counts_whole_items(ws: Workspace, record: RaterRecord) -> None:
    _answer(ws, 0)
    give(ws, presentation_id="0p1", criterion="accurate", status="cannot_judge", value=None)
    give(ws, presentation_id="1p1", rater="Dr Bo")
    give(ws, presentation_id="gone", criterion="accurate")
    record.load(ws)
    assert (record.done, record.is_complete("0p0"), record.is_complete("0p1")) == (1, True, False)
    assert set(record.standing("0p1")) == {"accurate"}
    assert record.latest("0p2", "accurate") is None
    assert record.latest("1p1", "accurate") is None


def test_an_answer_taken_back_leaves_the_item_open(ws: Workspace, record: RaterRecord) -> None:
    _answer(ws, 0)
    record.load(ws)
    last = record.latest("0p0", "useful")
    assert last is not None
    gone = replace(last, id="gone", status="withdrawn", value=None, supersedes=last.id)
    record.note(gone)
    assert record.done == 0
    assert "useful" not in record.standing("0p0")
    assert record.latest("0p0", "useful") == gone


def test_time_left_is_told_from_five_items_on(ws: Workspace, record: RaterRecord) -> None:
    for place, seconds in enumerate([30.0, 60.0, 600.0, 90.0]):
        _answer(ws, place, seconds)
    record.load(ws)
    assert record.minutes_left is None
    _answer(ws, 4, 120.0)
    record.load(ws)
    assert record.minutes_left == pytest.approx(3 * 90 / 60)


def test_times_that_were_not_measured_say_nothing(ws: Workspace, record: RaterRecord) -> None:
    for place in range(6):
        _answer(ws, place, None)
    record.load(ws)
    assert (record.done, record.minutes_left) == (6, None)


def test_time_spent_is_the_longest_known(ws: Workspace, record: RaterRecord) -> None:
    assert record.spent("0p0") == 0
    give(ws, presentation_id="0p0", seconds=12.5)
    record.load(ws)
    assert record.spent("0p0") == 12.5
    save_visit(ws, STUDY, "Dr Ada", Visit("0p0", seconds=20.0))
    record.load(ws)
    assert record.spent("0p0") == 20.0
