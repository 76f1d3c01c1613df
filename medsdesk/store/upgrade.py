"""Tell whether a database is ours and not from the future, and bring an older one up to date."""

from __future__ import annotations

import logging
import time
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.store.backup import copy_database
from medsdesk.store.migrations import APPLICATION_ID, migrations

BACKUP_FOLDER = "backups"

log = logging.getLogger(__name__)


def refuse_foreign(db: Database, path: Path) -> None:
    """Refuse a database of another program, or of a newer MedsDesk; nothing is written.

    Raises:
        UserFacingError: When it is either.
    """
    if not db.table_names():
        return  # new, or left behind when the first start was cut off
    if not is_ours(db):
        raise UserFacingError(
            f"The file {path.name} in {path.parent} is the database of another program.",
            "Choose another workspace.",
        )
    if is_newer(db):
        raise UserFacingError(
            f"The workspace {path.parent} was made by a newer MedsDesk, whose database this one "
            "cannot use.",
            "Install the newer MedsDesk, or choose another workspace.",
        )


def is_ours(db: Database) -> bool:
    """Say whether a database is a workspace's."""
    return bool(db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def is_newer(db: Database) -> bool:
    """Say whether a newer MedsDesk has written a workspace's database."""
    return bool({step.name for step in migrations.applied(db)} - _known_steps())


def bring_up_to_date(db: Database, path: Path) -> None:
    """Apply the steps that a database lacks, after a copy of it was made beside it.

    To be called inside one write transaction: all steps are done, or none.
    """
    pending = migrations.pending(db)
    if not pending:
        return
    started = time.monotonic()
    before = len(migrations.applied(db))
    if before:
        stamp = utc_now().translate({ord(mark): None for mark in "-:."})
        copy_database(path, path.parent / BACKUP_FOLDER / f"{path.stem}-{before}-{stamp}.sqlite")
    migrations.apply(db)
    db.execute("UPDATE workspace SET schema = ?", (before + len(pending),))
    log.info("applied %d steps in %.3f s", len(pending), time.monotonic() - started)


def _known_steps() -> set[str]:
    with closing(Database(memory=True, execute_plugins=False)) as empty:
        return {step.name for step in migrations.pending(empty)}
