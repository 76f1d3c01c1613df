"""An acceptance is noted once, with its date, and stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from medsdesk.core.catalogue import Licence
from medsdesk.store.licences import accept_licence, accepted_licences
from medsdesk.store.workspace import Workspace

LICENCE = Licence("terms", "Made-up Terms", "https://example.org/terms", acceptance=True)


def test_nothing_is_accepted_at_first(ws: Workspace) -> None:
    assert accepted_licences(ws) == {}


def test_an_acceptance_keeps_its_date(ws: Workspace) -> None:
    first = accept_licence(ws, LICENCE)
    assert accepted_licences(ws) == {"terms": first}
    assert accept_licence(ws, LICENCE) == first
    other = accept_licence(ws, Licence("b", "B", "https://example.org/b", acceptance=True))
    assert accepted_licences(ws) == {"b": other, "terms": first}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accepted_licences SET accepted_at = '2000-01-01'",
        "DELETE FROM accepted_licences",
    ],
)
def test_an_acceptance_is_not_taken_back_or_dated_back(ws: Workspace, statement: str) -> None:
    accept_licence(ws, LICENCE)
    with (
        closing(sqlite3.connect(ws.path, isolation_level=None)) as stranger,
        pytest.raises(sqlite3.IntegrityError),
    ):
        stranger.execute(statement)
    assert list(accepted_licences(ws)) == ["terms"]
