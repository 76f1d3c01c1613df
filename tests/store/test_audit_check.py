"""Whatever is done to the trail from outside is found, and the first bad row is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medsdesk.config import vault
from medsdesk.store.audit import add_entry
from medsdesk.store.audit_chain import head_seal, read_head
from medsdesk.store.audit_check import ChainCheck, check_chain
from medsdesk.store.audit_keys import new_keyring_key
from medsdesk.store.workspace import Workspace, open_workspace
from tests.keyrings import MemoryVault
from tests.made_studies import OTHER_MACHINE, entry

ROWS = 12
COLUMNS = "id, study_id, at, actor, action, subject, before, after, why, machine"
ONE_MORE = (
    "INSERT INTO audit (seq, {columns}) SELECT {seq}, 'new', study_id, at, actor, action, subject,"
    " before, after, why, machine FROM audit WHERE seq = 4"
)
UNPROTECTED = ("audit", "audit_links", "audit_head", "audit_keys")


def _fill(ws: Workspace, rows: int = ROWS) -> None:
    with ws.transaction():
        for number in range(rows):
            add_entry(ws, entry(ws, after=f'{{"number":{number}}}', why="Made up ½"))


def _tamper(path: Path, *statements: str) -> None:
    """Do what somebody with a database viewer does: take the triggers away, then write."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        names = db.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        for name, table in names.fetchall():
            if table in UNPROTECTED:
                db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)


def _checked(path: Path, witness: str = "") -> ChainCheck:
    with open_workspace(path.parent) as ws:
        return check_chain(ws, witness)


def _first(check: ChainCheck) -> tuple[str, int]:
    return check.faults[0].kind, check.faults[0].seq


def _swap(one: int, other: int) -> tuple[str, ...]:
    return tuple(
        f"UPDATE {table} SET seq = {new} WHERE seq = {old}"
        for table in ("audit", "audit_links")
        for old, new in ((one, 99), (other, one), (99, other))
    )


@pytest.fixture
def path(ws: Workspace) -> Path:
    _fill(ws)
    ws.close()
    return ws.path


def test_an_untouched_trail_is_whole(ws: Workspace) -> None:
    assert check_chain(ws).faults == ()
    _fill(ws)
    found = check_chain(ws)
    assert (found.rows, found.faults, found.unchecked, found.set_back) == (ROWS, (), 0, ())
    assert found.head == read_head(ws.db)
    assert check_chain(ws, found.head.mac[:16]).witnessed == ROWS


SHIFT = (
    "UPDATE audit SET seq = -seq - 1 WHERE seq >= 5",
    "UPDATE audit SET seq = -seq WHERE seq < 0",
    ONE_MORE.format(columns=COLUMNS, seq=5),
)


@pytest.mark.parametrize(
    ("statements", "kind", "seq"),
    [
        *(
            ((f"UPDATE audit SET {column} = 'change' WHERE seq = 5",), "changed", 5)
            for column in COLUMNS.split(", ")
        ),
        (("UPDATE audit SET after = CAST(after AS BLOB) WHERE seq = 5",), "changed", 5),
        (("UPDATE audit_links SET version = '9' WHERE seq = 5",), "changed", 5),
        (("UPDATE audit_links SET mac = upper(mac) WHERE seq = 5",), "changed", 5),
        (("UPDATE audit_links SET mac = '' WHERE seq = 5",), "changed", 5),
        (("DELETE FROM audit WHERE seq = 5",), "missing", 5),
        (("DELETE FROM audit_links WHERE seq = 5",), "unsealed", 5),
        (
            ("DELETE FROM audit WHERE seq = 5", "DELETE FROM audit_links WHERE seq = 5"),
            "missing",
            5,
        ),
        (
            ("DELETE FROM audit WHERE seq = 1", "DELETE FROM audit_links WHERE seq = 1"),
            "missing",
            1,
        ),
        (_swap(5, 6), "changed", 5),
        (_swap(4, 11), "changed", 4),
        (SHIFT, "changed", 5),
        (("DELETE FROM audit WHERE seq > 9",), "cut", 10),
        (
            ("DELETE FROM audit WHERE seq > 9", "DELETE FROM audit_links WHERE seq > 9"),
            "cut",
            10,
        ),
        (
            (
                "DELETE FROM audit WHERE seq > 9",
                "DELETE FROM audit_links WHERE seq > 9",
                "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'audit'",
            ),
            "cut",
            10,
        ),
        (
            (
                "DELETE FROM audit WHERE seq > 9",
                "DELETE FROM audit_links WHERE seq > 9",
                "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'audit'",
                "UPDATE audit_head SET seq = 9, mac = (SELECT mac FROM audit_links WHERE seq = 9)",
            ),
            "head",
            9,
        ),
        (("DELETE FROM audit_head",), "head", ROWS),
        (
            (ONE_MORE.format(columns=COLUMNS, seq=ROWS + 1),),
            "unsealed",
            ROWS + 1,
        ),
    ],
)
def test_what_was_done_is_named(
    path: Path, statements: tuple[str, ...], kind: str, seq: int
) -> None:
    _tamper(path, *statements)
    assert _first(_checked(path)) == (kind, seq)


def test_who_has_the_key_and_forges_is_found_by_a_head_noted_elsewhere(path: Path) -> None:
    witness = _checked(path).head.mac
    with open_workspace(path.parent) as ws:
        number, kept = ws.db.execute("SELECT number, secret FROM audit_keys").fetchone()
        (mac,) = ws.db.execute("SELECT mac FROM audit_links WHERE seq = 9").fetchone()
    seal = head_seal(bytes.fromhex(kept), 9, mac)
    _tamper(
        path,
        "DELETE FROM audit WHERE seq > 9",
        "DELETE FROM audit_links WHERE seq > 9",
        "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'audit'",
        f"UPDATE audit_head SET seq = 9, mac = '{mac}', key = {number}, seal = '{seal}'",
    )
    assert _checked(path).faults == ()
    assert _first(_checked(path, witness)) == ("witness", 0)
    assert _checked(path, mac).witnessed == 9


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_single_edit_is_found_at_its_row(path: Path, data: st.DataObject) -> None:
    seq = data.draw(st.integers(1, ROWS))
    column = data.draw(st.sampled_from(COLUMNS.split(", ")))
    with closing(sqlite3.connect(path)) as db:
        (old,) = db.execute(f"SELECT {column} FROM audit WHERE seq = ?", (seq,)).fetchone()
    letters = st.characters(codec="utf-8", exclude_characters="\0")
    new = data.draw(st.text(letters, max_size=9).filter(lambda text: text != old))
    quoted = new.replace("'", "''")
    _tamper(path, "PRAGMA ignore_check_constraints = ON",
            f"UPDATE audit SET {column} = '{quoted}' WHERE seq = {seq}")  # fmt: skip
    try:
        assert _first(_checked(path)) == ("changed", seq)
    finally:
        back = str(old).replace("'", "''")
        _tamper(path, f"UPDATE audit SET {column} = '{back}' WHERE seq = {seq}")
        assert _checked(path).faults == ()


def test_a_clock_that_was_set_back_is_told_and_no_fault(ws: Workspace) -> None:
    for at, machine in (
        ("2026-01-31T10:00:00.000+01:00", "a"),
        ("2026-01-31T09:30:00.000+00:00", "a"),
        ("2026-01-31T08:00:00.000+00:00", OTHER_MACHINE),
        ("2026-01-31T10:29:59.999+01:00", "a"),
    ):
        add_entry(ws, entry(ws, at=at, machine=machine))
    found = check_chain(ws)
    assert (found.faults, found.set_back) == ((), (4,))


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    kept = MemoryVault()
    monkeypatch.setattr(vault, "system_vault", lambda: kept)
    return kept


def test_a_key_in_the_keyring_is_not_in_the_file(folder: Path, keyring: MemoryVault) -> None:
    with open_workspace(folder) as ws:
        _fill(ws, 2)
        with ws.transaction():
            number, secret = new_keyring_key(ws.db)
            ws.trail_keys = {number: secret}
        _fill(ws, 2)
        assert check_chain(ws).in_keyring == 4
    for file in folder.iterdir():
        assert secret not in file.read_bytes()
        assert secret.hex().encode() not in file.read_bytes()
    assert list(keyring.secrets.values()) == [secret.hex()]
    with open_workspace(folder) as ws:
        _fill(ws, 1)
        found = check_chain(ws)
    assert (found.faults, found.unchecked, found.in_keyring) == ((), 0, 5)


def test_without_the_keyring_writing_goes_on_and_what_cannot_be_checked_is_counted(
    folder: Path, keyring: MemoryVault
) -> None:
    with open_workspace(folder) as ws:
        with ws.transaction():
            number, secret = new_keyring_key(ws.db)
            ws.trail_keys = {number: secret}
        _fill(ws, 3)
    keyring.locked = True
    with open_workspace(folder) as ws:
        _fill(ws, 2)
        found = check_chain(ws)
    assert (found.rows, found.faults, found.unchecked, found.in_keyring) == (5, (), 3, 0)
    keyring.locked = False
    with open_workspace(folder) as ws:
        _fill(ws, 1)
        found = check_chain(ws)
    assert (found.rows, found.faults, found.unchecked, found.in_keyring) == (6, (), 0, 6)
