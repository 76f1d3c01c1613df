"""Texts that tasks were run on, and the tasks they belong to."""

from __future__ import annotations

from typing import Any

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.task import Sample, Task
from medsdesk.store.workspace import Workspace


def add_task(ws: Workspace, task: Task) -> None:
    """Store a task's names, so that the database can be read without the registry."""
    with ws.transaction():
        ws.db.table("tasks").upsert(
            {
                "id": task.id,
                "category": task.category,
                "name": task.name,
                "title": task.title,
                "metric": str(task.metric),
            },
            pk="id",
        )


def add_sample(ws: Workspace, sample: Sample) -> None:
    """Store a text; its task is noted with the category used if it was not known yet."""
    with ws.transaction():
        ws.db.execute(
            "INSERT OR IGNORE INTO tasks (id, category) VALUES (?, ?)",
            (sample.task_id, sample.category),
        )
        fields = msgspec.to_builtins(sample)
        ws.db.table("samples").insert(
            {**fields, "targets": msgspec.json.encode(sample.targets).decode("utf-8")}
        )


def get_sample(ws: Workspace, sample_id: str) -> Sample:
    """Return a text by its id.

    Raises:
        UserFacingError: When there is none.
    """
    with ws.reading():
        rows = ws.db.query("SELECT * FROM samples WHERE id = ?", (sample_id,))
        found = next((sample_from(row) for row in rows), None)
    if found is None:
        raise UserFacingError(
            f"There is no text with the id '{sample_id}' in this workspace.",
            "See that the right workspace is open.",
        )
    return found


def sample_from(row: dict[str, Any]) -> Sample:
    """Return the sample that a row of the table holds."""
    return msgspec.convert({**row, "targets": msgspec.json.decode(row["targets"])}, Sample)
