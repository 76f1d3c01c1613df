"""Keys of the trail in the system's keyring, for those who asked that the workspace has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medsdesk.config.vault import Drawer
from medsdesk.core.errors import UserFacingError
from medsdesk.store.audit_chain import (
    KeyPlace,
    add_key,
    key_place,
    keyring_keys,
    new_secret,
    next_key,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

    from medsdesk.store.workspace import Workspace

DRAWER: Final = Drawer("MedsDesk: key of a workspace's trail", "key", "leave it in the workspace")


def open_keys(db: Database) -> dict[int, bytes]:
    """Return what the keyring has of the workspace's keys, by number.

    Most workspaces have none there, and then the keyring is not even looked for. One that is
    locked or gone gives nothing: what needs a key of it goes on without.
    """
    found = {}
    for number in keyring_keys(db):
        try:
            kept = DRAWER.kept(_name(db, number))
        except UserFacingError:
            break
        if kept:
            found[number] = bytes.fromhex(kept)
    return found


def trail_key_place(ws: Workspace) -> KeyPlace:
    """Return where the newest key is kept."""
    with ws.reading():
        return key_place(ws.db)


def change_key(ws: Workspace, place: KeyPlace) -> int:
    """Make a new key for the rows to come, and return its number; to be called in a transaction.

    Args:
        ws: The workspace.
        place: Where the key is kept.

    Raises:
        UserFacingError: There is no keyring, or it cannot be opened.
    """
    if place == "workspace":
        return add_key(ws.db, place, new_secret())
    number, secret = new_keyring_key(ws.db)
    ws.trail_keys = {**ws.trail_keys, number: secret}
    return number


def new_keyring_key(db: Database) -> tuple[int, bytes]:
    """Make a key that the keyring alone keeps, and return its number and itself.

    To be called in a transaction. A key whose transaction fails stays in the keyring, and seals
    nothing.

    Raises:
        UserFacingError: There is no keyring, or it cannot be opened.
    """
    secret = new_secret()
    DRAWER.keep(_name(db, next_key(db)), secret.hex())
    return add_key(db, "keyring", secret), secret


def _name(db: Database, number: int) -> str:
    (workspace,) = db.execute("SELECT id FROM workspace").fetchone()
    return f"{workspace} {number}"
