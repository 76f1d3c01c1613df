"""The trail says what changed, and names words by their fingerprint."""

from __future__ import annotations

import json

import pytest

from medsdesk.core.identity import text_sha256
from medsdesk.core.study_rating import Mark
from medsdesk.services.open_plan import open_plan
from medsdesk.services.rating_trail import flag_entry, rating_entry
from medsdesk.store.drafts import Visit
from medsdesk.store.workspace import Workspace
from tests.made_studies import made_plan, rating, store_plan

FIRST = rating(id="one", value=2)


@pytest.mark.parametrize(
    ("fields", "before", "action"),
    [
        ({}, None, "create"),
        ({}, FIRST, "change"),
        ({"status": "withdrawn", "value": None}, FIRST, "withdraw"),
        ({"role": "adjudicator"}, None, "adjudicate"),
        ({"role": "adjudicator"}, FIRST, "adjudicate"),
    ],
)
def test_what_was_done(fields: dict[str, object], before: object, action: str) -> None:
    given = rating(id="two", **fields)
    told = rating_entry(given, FIRST if before else None, "a reason")
    assert (told.action, told.subject, told.actor) == (action, "two", "Dr Ada")
    assert (told.at, told.machine, told.why) == (given.rated_at, given.machine, "a reason")
    assert bool(told.before) == (before is not None)
    if before:
        assert json.loads(told.before)["value"] == 2


def test_words_are_named_not_repeated() -> None:
    comment = rating(criterion="comment", scale="text", value=None, text="ZebraComment")
    told = rating_entry(comment, None)
    assert json.loads(told.after)["text_sha256"] == text_sha256("ZebraComment")
    assert "Zebra" not in told.after
    mark = Mark("output_a", 0, 1, "0" * 64, "negation", "minor", "ZebraNote")
    marks = rating(criterion="marks", scale="marks", value=None, marks=(mark, mark))
    assert json.loads(rating_entry(marks, None).after)["marks"] == 2
    assert "Zebra" not in rating_entry(marks, None).after


def test_a_flag(ws: Workspace) -> None:
    plan = open_plan(ws, store_plan(ws, made_plan()), "Dr Ada")
    told = flag_entry(plan, Visit("0p1", flagged=True), "2026-01-31T10:00:00.000+01:00", "m")
    assert (told.action, told.subject, told.actor) == ("flag", "0p1", "Dr Ada")
    assert (told.before, told.after) == ('{"flagged":true}', '{"flagged":false}')
