"""The chain of the trail: each row sealed together with the one before it.

The seal of a row is HMAC-SHA256 (RFC 2104) with a random key of the workspace, over the row, its
number, the version that wrote it, and the seal of the row before. Whoever changes, takes out,
moves or puts in a row without the key breaks the chain there. Whoever has the key can forge a
whole chain: against that helps only the last seal, the head, kept where they cannot change it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Literal

import msgspec
from sqlite_utils import Database

from medsdesk.core.identity import program_version, utc_now
from medsdesk.core.study_rating import AuditEntry

KeyPlace = Literal["workspace", "keyring"]

BEFORE_FIRST: Final = "0" * 64
"""What the first row is sealed with in place of the row before."""
NOT_RECORDED: Final = "not recorded"
"""The version of rows that were written before there was a chain."""
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the trail.

    Attributes:
        rows: Number of its last row; 0 for an empty trail.
        mac: The seal of that row, 64 hexadecimal digits.
    """

    rows: int
    mac: str


@dataclass(frozen=True, slots=True)
class Link:
    """What seals a row of the trail.

    Attributes:
        seq: Number of the row, from 1.
        version: Of the MedsDesk that wrote the row.
        key: Number of the key it was sealed with.
        mac: The seal, 64 hexadecimal digits.
    """

    seq: int
    version: str
    key: int
    mac: str


def row_seal(secret: bytes, before: str, link: Link, entry: AuditEntry) -> str:
    """Return what a row's seal must be; the ``mac`` of ``link`` has no part in it."""
    content = (before, link.seq, link.version, link.key, *_cells(entry))
    return hmac.digest(secret, msgspec.json.encode(content), "sha256").hex()


def head_seal(secret: bytes, seq: int, mac: str) -> str:
    """Return the seal of a head; without the key nobody makes a shorter trail look whole."""
    return hmac.digest(secret, msgspec.json.encode(("head", seq, mac)), "sha256").hex()


def new_secret() -> bytes:
    """Return a random key."""
    return secrets.token_bytes(_KEY_BYTES)


def add_key(db: Database, place: KeyPlace, secret: bytes) -> int:
    """Note a key, which seals from then on, and return its number.

    Args:
        db: The database, in a transaction.
        place: Where it is kept; one in the keyring must be there already.
        secret: The key; written down only where the workspace keeps it.
    """
    number = next_key(db)
    kept = secret.hex() if place == "workspace" else None
    db.execute("INSERT INTO audit_keys VALUES (?, ?, ?, ?)", (number, place, kept, utc_now()))
    return number


def next_key(db: Database) -> int:
    """Return the number that the next key will have."""
    (last,) = db.execute("SELECT coalesce(max(number), 0) FROM audit_keys").fetchone()
    return int(last) + 1


def key_place(db: Database) -> KeyPlace:
    """Return where the newest key is kept."""
    row = db.execute("SELECT place FROM audit_keys ORDER BY number DESC LIMIT 1").fetchone()
    return "keyring" if row[0] == "keyring" else "workspace"


def keyring_keys(db: Database) -> tuple[int, ...]:
    """Return the numbers of the keys that the system's keyring has, the newest first.

    A database from before there was a chain has none.
    """
    if not db.table("audit_keys").exists():
        return ()
    rows = db.execute("SELECT number FROM audit_keys WHERE place = 'keyring' ORDER BY number DESC")
    return tuple(number for (number,) in rows)


def known_keys(db: Database, from_keyring: Mapping[int, bytes]) -> dict[int, bytes]:
    """Return the keys that are at hand, by number, the newest first.

    Args:
        db: The database.
        from_keyring: Those the keyring gave out.
    """
    rows = db.execute("SELECT number, secret FROM audit_keys ORDER BY number DESC").fetchall()
    found = ((n, bytes.fromhex(kept) if kept else from_keyring.get(n)) for n, kept in rows)
    return {number: secret for number, secret in found if secret is not None}


def begin_chain(db: Database) -> None:
    """Make a key and chain the rows that are there, in the order in which they were written."""
    number = add_key(db, "workspace", new_secret())
    (secret,) = known_keys(db, {}).values()
    db.execute(
        "INSERT INTO audit_head VALUES (1, 0, ?, ?, ?)",
        (BEFORE_FIRST, number, head_seal(secret, 0, BEFORE_FIRST)),
    )
    rows = db.execute(f"SELECT seq, {ENTRY_COLUMNS} FROM audit ORDER BY seq").fetchall()  # noqa: S608 - only words of this program
    for seq, *cells in rows:
        _add_link(db, seq, AuditEntry(*cells), NOT_RECORDED, (number, secret))


def seal_row(db: Database, seq: int, entry: AuditEntry, from_keyring: Mapping[int, bytes]) -> None:
    """Seal a row that was just written, in the same transaction; it costs the same at any length.

    Where the newest key is in a keyring that cannot be opened, the newest one that is at hand
    seals: a rating is never held up by a keyring, and the row says which key it was.
    """
    key = next(iter(known_keys(db, from_keyring).items()))
    _add_link(db, seq, entry, program_version(), key)


def read_head(db: Database) -> Head:
    """Return the end of the trail, as it was noted with the last row."""
    return Head(*db.execute("SELECT seq, mac FROM audit_head").fetchone())


def _add_link(
    db: Database, seq: int, entry: AuditEntry, version: str, key: tuple[int, bytes]
) -> None:
    number, secret = key
    before = read_head(db).mac
    mac = row_seal(secret, before, Link(seq, version, number, ""), entry)
    db.execute("INSERT INTO audit_links VALUES (?, ?, ?, ?)", (seq, version, number, mac))
    db.execute(
        "UPDATE audit_head SET seq = ?, mac = ?, key = ?, seal = ?",
        (seq, mac, number, head_seal(secret, seq, mac)),
    )


_NAMES = (
    "id", "study_id", "at", "actor", "action", "subject", "before", "after", "why", "machine",
)  # fmt: skip
_cells = attrgetter(*_NAMES)
ENTRY_COLUMNS: Final = ", ".join(_NAMES)
"""Columns of the trail's table in the order of ``AuditEntry``."""
