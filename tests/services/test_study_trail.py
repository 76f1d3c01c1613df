"""Rows of the trail: who, when with the offset, on which machine."""

from __future__ import annotations

import getpass
import json
from datetime import datetime

import pytest

from medsdesk.services.study_trail import actor_name, trail_entry
from medsdesk.store.audit import machine_id
from medsdesk.store.workspace import Workspace


def test_a_row_says_who_when_and_where(ws: Workspace) -> None:
    entry = trail_entry(ws, "s1", " Dr Roy ", "bundle", after={"b": 1, "a": "é"}, why="sent")
    assert (entry.actor, entry.subject, entry.why) == ("Dr Roy", "s1", "sent")
    assert json.loads(entry.after) == {"a": "é", "b": 1}
    assert entry.machine == machine_id(ws)
    assert datetime.fromisoformat(entry.at).tzinfo is not None
    assert trail_entry(ws, "s1", "A", "lock", subject="x").subject == "x"
    assert trail_entry(ws, "s1", "A", "lock").after == ""


def test_nobody_named_is_the_account_of_the_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "roy")
    assert actor_name(None) == actor_name(" ") == "roy"

    def fails() -> str:
        raise OSError("no account")

    monkeypatch.setattr(getpass, "getuser", fails)
    assert actor_name("") == "unknown"
