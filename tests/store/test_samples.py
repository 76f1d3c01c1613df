"""Texts come back as they went in, whatever is in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import new_id
from medsdesk.core.task import MetricFamily, Task
from medsdesk.store.samples import add_sample, add_task, get_sample
from medsdesk.store.workspace import Workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker

# Every code point but lone surrogates, which are no text.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
AWKWARD = [
    "",
    "\0",
    "a\0b\0",
    "\ufeff\u200b \r\n\t",
    "👩🏽‍⚕️ 患者 مريض пациент",
    "'; DROP TABLE ratings; --",
    '{"a": [1, null]}',
    "\U0010ffff\uffff",
    "Made-up. " * 120_000,
]

TASK = Task(
    id="task112",
    name="MIMIC_Like_Summary",
    title="Summary",
    category="Text Summarization",
    in_bench=True,
    domain="Clinical Text",
    source="made up",
    input_languages=("en",),
    output_languages=("en",),
    metric=MetricFamily.TEXT,
    labels=(),
    shots=3,
    access="open",
)


@pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
def test_awkward_texts(ws: Workspace, make: Maker, text: str) -> None:
    sample = make.sample(text, targets=(text, "second"))
    add_sample(ws, sample)
    assert get_sample(ws, sample.id) == sample


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS, targets=st.lists(TEXTS, max_size=3), language=TEXTS, origin=TEXTS)
def test_any_text(
    ws: Workspace, make: Maker, text: str, targets: list[str], language: str, origin: str
) -> None:
    sample = make.sample(
        text, id=new_id(), targets=tuple(targets), language=language, origin=origin
    )
    add_sample(ws, sample)
    assert get_sample(ws, sample.id) == sample


@pytest.mark.parametrize("field", ["input", "origin", "targets"])
def test_lone_surrogates_are_refused(ws: Workspace, make: Maker, field: str) -> None:
    bad = "hush\udc80"
    fields: dict[str, Any] = {field: (bad,) if field == "targets" else bad}
    sample = replace(make.sample(), **fields)
    with pytest.raises(UserFacingError, match="not valid Unicode") as caught:
        add_sample(ws, sample)
    assert "hush" not in str(caught.value)
    assert ws.db.execute("SELECT count(*) FROM samples").fetchone() == (0,)
    assert ws.db.execute("SELECT count(*) FROM tasks").fetchone() == (0,)


def test_an_unknown_sample_is_told(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="no text with the id 'nope'"):
        get_sample(ws, "nope")


def test_tasks_are_noted_by_their_samples_and_named_by_the_registry(
    ws: Workspace, make: Maker
) -> None:
    add_sample(ws, make.sample())
    add_sample(ws, make.sample())
    seen = "SELECT id, category, name, title, metric FROM tasks"
    category = "Text Summarization"
    assert ws.db.execute(seen).fetchall() == [("task112", category, None, None, None)]
    add_task(ws, TASK)
    named = ("task112", category, "MIMIC_Like_Summary", "Summary", "text")
    assert ws.db.execute(seen).fetchall() == [named]
    add_task(ws, TASK)
    add_sample(ws, make.sample())
    assert ws.db.execute(seen).fetchall() == [named]
