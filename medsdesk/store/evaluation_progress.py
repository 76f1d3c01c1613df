"""How far evaluations are: by task, by run, and at what pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec

from medsdesk.core.run import RunSpec
from medsdesk.store.evaluations import Counts
from medsdesk.store.workspace import Workspace

LATEST = 50


@dataclass(frozen=True, slots=True)
class OpenEvaluation:
    """An evaluation with items that wait or have failed.

    Attributes:
        run_id: The run.
        created_at: UTC time.
        model_name: The model's name for people.
        files: Task files in it.
        done: Items with an answer.
        waiting: Items still to be answered.
        failed: Items without an answer.
    """

    run_id: str
    created_at: str
    model_name: str
    files: int
    done: int
    waiting: int
    failed: int


def counts_by_task(ws: Workspace, run_id: str) -> Mapping[str, Counts]:
    """Return the counts of each task of an evaluation, in the order of the run."""
    with ws.reading():
        rows = ws.db.query(_BY_TASK, (run_id,))
        return {row.pop("task_id"): msgspec.convert(row, Counts) for row in rows}


def open_evaluations(ws: Workspace) -> tuple[OpenEvaluation, ...]:
    """Return the evaluations that are not complete, newest first."""
    with ws.reading():
        return tuple(msgspec.convert(row, OpenEvaluation) for row in ws.db.query(_OPEN))


def begun_since(ws: Workspace, created_at: str) -> tuple[RunSpec, ...]:
    """Return the manifests of evaluations that were begun at a UTC time or later."""
    with ws.reading():
        rows = ws.db.execute(
            "SELECT manifest FROM runs WHERE created_at >= ?"
            " AND EXISTS (SELECT 1 FROM evaluation_files WHERE run_id = runs.id) ORDER BY seq",
            (created_at,),
        )
        return tuple(msgspec.json.decode(row[0], type=RunSpec) for row in rows)


def seconds_per_item(ws: Workspace, model_sha256: str) -> float | None:
    """Return the time per item over the last answers of a model's latest evaluation.

    It is the mean time between the ends of two answers, where a rest between them does not
    count: no answer is taken to have cost more than the time from its request to its end.
    None until there are two answers.
    """
    with ws.reading():
        rows = list(ws.db.query(_PACE, {"sha256": model_sha256, "limit": LATEST}))
    # Latest first: each with the one that ended before it.
    costs = [min(_between(before, row), row["seconds"]) for row, before in pairwise(rows)]
    return sum(costs) / len(costs) if costs else None


def _between(earlier: dict[str, Any], later: dict[str, Any]) -> float:
    first, last = (datetime.fromisoformat(row["created_at"]) for row in (earlier, later))
    return max(0.0, (last - first).total_seconds())


_BY_TASK = """
SELECT
    file.task_id,
    sum(item.state = 'pending') AS pending,
    sum(item.state = 'done') AS done,
    sum(item.state = 'failed') AS failed
FROM evaluation_items AS item
JOIN evaluation_files AS file ON file.run_id = item.run_id AND file.file = item.file
WHERE item.run_id = ?
GROUP BY file.task_id
ORDER BY min(item.position)
"""

_OPEN = """
SELECT
    run.id AS run_id, run.created_at, run.model_name,
    (SELECT count(*) FROM evaluation_files AS file WHERE file.run_id = run.id) AS files,
    item.done, item.waiting, item.failed
FROM runs AS run
JOIN (
    SELECT
        run_id,
        sum(state = 'pending') AS waiting,
        sum(state = 'done') AS done,
        sum(state = 'failed') AS failed
    FROM evaluation_items
    GROUP BY run_id
    HAVING waiting > 0 OR failed > 0
) AS item ON item.run_id = run.id
ORDER BY run.seq DESC
"""

_PACE = """
SELECT created_at, seconds FROM outputs
WHERE run_id = (
    SELECT run.id FROM runs AS run
    WHERE run.model_sha256 = :sha256 AND EXISTS (
        SELECT 1 FROM evaluation_items AS item
        WHERE item.run_id = run.id AND item.state = 'done'
    )
    ORDER BY run.seq DESC LIMIT 1
)
ORDER BY seq DESC LIMIT :limit
"""
