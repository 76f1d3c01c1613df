"""Check the trail against its chain, and name the first row that is not as it was written."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from medsdesk.core.study_rating import AuditEntry
from medsdesk.store.audit_chain import (
    BEFORE_FIRST,
    ENTRY_COLUMNS,
    Head,
    Link,
    head_seal,
    known_keys,
    row_seal,
)
from medsdesk.store.audit_keys import open_keys
from medsdesk.store.workspace import Workspace

FaultKind = Literal["changed", "missing", "unsealed", "cut", "head", "witness"]


@dataclass(frozen=True, slots=True)
class TrailFault:
    """What is wrong with the trail.

    Attributes:
        kind: ``changed``: the row, its place or its seal is not what was written; ``missing``:
            rows are not there; ``unsealed``: a row that MedsDesk did not write; ``cut``: rows are
            missing at the end; ``head``: the note of the end was changed; ``witness``: no row has
            the head that was noted elsewhere.
        seq: Number of the row, from 1; of the first where several are missing; 0 for ``witness``.
        last: The same number, or that of the last row that is missing.
    """

    kind: FaultKind
    seq: int
    last: int


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What a check of the chain found.

    Attributes:
        rows: Rows that are there.
        head: The end of the trail as it is noted.
        faults: In the order of the rows; every row from an inserted one on may be among them.
        unchecked: Rows whose key is in a keyring that does not give it out here.
        in_keyring: Number of the last row that was sealed by a key in a keyring and is right; 0
            for none. Up to there nobody can have forged who has the file alone.
        witnessed: Number of the row whose seal was noted elsewhere; 0 for none.
        set_back: Numbers of rows that are earlier than the one before them of the same machine:
            the clock was set back. That is no fault of the trail.
    """

    rows: int
    head: Head
    faults: tuple[TrailFault, ...]
    unchecked: int
    in_keyring: int
    witnessed: int
    set_back: tuple[int, ...]


def check_chain(ws: Workspace, witness: str = "") -> ChainCheck:
    """Check every row of the trail.

    Args:
        ws: The workspace.
        witness: A head that was noted elsewhere, all 64 digits or the first of them.
    """
    with ws.reading():
        return _Check(ws, witness).result()


class _Check:
    """One walk along the trail."""

    def __init__(self, ws: Workspace, witness: str) -> None:
        self._db = ws.db
        self._witness = witness
        self._keys = known_keys(ws.db, {**open_keys(ws.db), **ws.trail_keys})
        self._places: Mapping[int, str] = dict(
            ws.db.execute("SELECT number, place FROM audit_keys").fetchall()
        )
        rows = ws.db.execute("SELECT seq, version, key, mac FROM audit_links ORDER BY seq")
        self._links = {row[0]: Link(*row) for row in rows}
        self._faults: list[TrailFault] = []
        self._unchecked = self._in_keyring = self._last = 0

    def result(self) -> ChainCheck:
        """Walk, and tell what was found."""
        rows, before = 0, BEFORE_FIRST
        set_back: list[int] = []
        clocks: dict[str, datetime] = {}
        for seq, entry in self._entries():
            rows += 1
            before = self._look_at(seq, entry, before)
            if _is_earlier(entry, clocks):
                set_back.append(seq)
        head, witnessed = self._look_at_end(), self._witnessed()
        return ChainCheck(
            rows=rows,
            head=head,
            faults=tuple(self._faults),
            unchecked=self._unchecked,
            in_keyring=self._in_keyring,
            witnessed=witnessed,
            set_back=tuple(set_back),
        )

    def _entries(self) -> Iterator[tuple[int, AuditEntry]]:
        for seq, *cells in self._db.execute(f"SELECT seq, {ENTRY_COLUMNS} FROM audit ORDER BY seq"):  # noqa: S608 - only words of this program
            yield seq, AuditEntry(*cells)

    def _look_at(self, seq: int, entry: AuditEntry, before: str) -> str:
        """Check one row and what is missing before it; return what seals the next one."""
        if seq > self._last + 1:
            self._fault("missing", self._last + 1, seq - 1)
            before = self._links[seq - 1].mac if seq - 1 in self._links else before
        self._last = seq
        link = self._links.get(seq)
        if link is None:
            self._fault("unsealed", seq)
            return before
        secret = self._keys.get(link.key)
        if secret is None:
            self._unchecked += 1
        elif not _same(row_seal(secret, before, link, entry), link.mac):
            self._fault("changed", seq)
        elif self._places.get(link.key) == "keyring":
            self._in_keyring = seq
        return link.mac

    def _look_at_end(self) -> Head:
        """Compare the end of the trail with what was noted of it."""
        row = self._db.execute("SELECT seq, mac, key, seal FROM audit_head").fetchone()
        if row is None:
            self._fault("head", self._last)
            return Head(0, BEFORE_FIRST)
        seq, mac, key, seal = row
        secret = self._keys.get(key)
        last = max(seq, *self._links, self._counted(), 0)
        if last > self._last:
            self._fault("cut", self._last + 1, last)
        else:
            link = self._links.get(self._last)
            moved = link is not None and (seq, mac) != (link.seq, link.mac)
            forged = secret is not None and not _same(head_seal(secret, seq, mac), seal)
            if moved or forged:
                self._fault("head", seq)
        return Head(seq, mac)

    def _counted(self) -> int:
        """Return what SQLite itself noted as the highest number it gave out."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
        return int(row[0]) if row else 0

    def _witnessed(self) -> int:
        if not self._witness:
            return 0
        for link in self._links.values():
            if str(link.mac).startswith(self._witness):
                return link.seq
        self._fault("witness", 0)
        return 0

    def _fault(self, kind: FaultKind, seq: int, last: int | None = None) -> None:
        self._faults.append(TrailFault(kind, seq, seq if last is None else last))


def _same(one: str, other: object) -> bool:
    return isinstance(other, str) and hmac.compare_digest(one.encode(), other.encode())


def _is_earlier(entry: AuditEntry, clocks: dict[str, datetime]) -> bool:
    """Say whether a row is earlier than the last of its machine, and note its time."""
    try:
        at = datetime.fromisoformat(entry.at)
        earlier = at < clocks.get(entry.machine, at)
    except (TypeError, ValueError):
        return False  # no time that MedsDesk wrote: the seal tells of it
    clocks[entry.machine] = at
    return earlier
