"""Each row is sealed with the one before, in its own transaction, also rows from before."""

from __future__ import annotations

import hashlib
import hmac
import json
from contextlib import suppress
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from medsdesk.core.identity import program_version
from medsdesk.store import upgrade
from medsdesk.store.audit import add_entry, list_entries
from medsdesk.store.audit_chain import (
    BEFORE_FIRST,
    NOT_RECORDED,
    Head,
    Link,
    head_seal,
    known_keys,
    new_secret,
    read_head,
    row_seal,
)
from medsdesk.store.audit_check import check_chain
from medsdesk.store.migrations import migrations
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_studies import entry, stored_study

KEY = bytes(range(32))


def test_a_seal_is_what_anybody_can_compute_who_has_the_key(ws: Workspace) -> None:
    made = entry(ws, why="Grund ½")
    content = [
        BEFORE_FIRST, 1, "1.0", 7, made.id, made.study_id, made.at, made.actor, made.action,
        made.subject, made.before, made.after, made.why, made.machine,
    ]  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    expected = hmac.new(KEY, text, hashlib.sha256).hexdigest()
    assert row_seal(KEY, BEFORE_FIRST, Link(1, "1.0", 7, ""), made) == expected
    assert head_seal(KEY, 1, "a") != head_seal(KEY, 2, "a") != head_seal(new_secret(), 2, "a")


def test_a_new_workspace_has_a_key_of_its_own_and_an_empty_chain(
    ws: Workspace, tmp_path: Path
) -> None:
    assert read_head(ws.db) == Head(0, BEFORE_FIRST)
    with open_workspace(tmp_path / "other") as other:
        assert known_keys(other.db, {}) != known_keys(ws.db, {})
    (secret,) = known_keys(ws.db, {}).values()
    assert len(secret) == 32


def test_a_row_and_its_seal_are_written_together_or_not_at_all(ws: Workspace) -> None:
    add_entry(ws, entry(ws))
    before = read_head(ws.db)
    with suppress(KeyboardInterrupt), ws.transaction():
        add_entry(ws, entry(ws))
        raise KeyboardInterrupt
    assert read_head(ws.db) == before == Head(1, before.mac)
    add_entry(ws, entry(ws))
    links = ws.db.execute("SELECT seq, version FROM audit_links ORDER BY seq").fetchall()
    assert links == [(1, program_version()), (2, program_version())]
    assert check_chain(ws).faults == ()


def test_rows_of_an_older_workspace_are_chained_when_it_is_brought_up_to_date(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = Migrations("medsdesk")
    for step in migrations._migrations:
        if step.name != "m009_audit_chain":
            older(name=step.name)(step.fn)
    written = (
        "INSERT INTO audit (id, study_id, at, actor, action, subject, before, after, why, machine)"
        " VALUES (?, ?, '2026-01-31T10:00:00.000+01:00', 'Dr Ada', 'create', 's', '', '', '', 'm')"
    )
    with monkeypatch.context() as then:
        then.setattr(upgrade, "migrations", older)
        with open_workspace(folder) as ws:
            for number in range(3):
                ws.db.execute(written, (f"id{number}", "s"))
    with open_workspace(folder) as ws:
        found = check_chain(ws)
        assert (found.rows, found.faults, found.head.rows) == (3, (), 3)
        versions = ws.db.execute("SELECT DISTINCT version FROM audit_links").fetchall()
        assert versions == [(NOT_RECORDED,)]
        stored_study(ws)
        assert len(list_entries(ws)) == 4
        assert check_chain(ws).faults == ()
