"""Note on the trail what leaves the workspace: the file and its row, both or neither."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry, machine_id

if TYPE_CHECKING:
    from pathlib import Path

    from medsdesk.store.workspace import Workspace


@contextmanager
def noted_export(
    ws: Workspace, path: Path, what: str, rows: int, *, study_id: str = "", actor: str = ""
) -> Iterator[None]:
    """Write a file in the block; where that fails, the trail says nothing of it.

    All that is written is to be read before: nobody else can save while the block lasts.

    Args:
        ws: The workspace.
        path: The file; only its name is noted.
        what: What it holds, such as ``ratings``.
        rows: How many of them.
        study_id: The study they are of; empty for several or none.
        actor: Who does it; the account of this computer unless given.
    """
    after = {"file": path.name, "holds": what, "rows": rows}
    entry = trail_entry(
        ws, study_id, actor, "export", subject=study_id or machine_id(ws), after=after
    )
    with ws.transaction():
        add_entry(ws, entry)
        yield
