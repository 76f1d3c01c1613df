"""Runs: each with the manifest that is needed to repeat it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.run import RunSpec
from medsdesk.store.workspace import Workspace

SHORTEST_PREFIX = 8


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One line of the list of runs.

    Attributes:
        id: UUID.
        created_at: UTC time.
        model_name: The model's name for people.
        task_ids: Tasks in it.
        outputs: Answers stored.
        rated: Answers with at least one rating that was not taken back.
        incomplete: Answers that were stopped by the user or by a fault.
        waiting: Items of an evaluation that are still to be answered.
        failed: Items of an evaluation without an answer.
    """

    id: str
    created_at: str
    model_name: str
    task_ids: tuple[str, ...]
    outputs: int
    rated: int
    incomplete: int
    waiting: int = 0
    failed: int = 0


def add_run(ws: Workspace, run: RunSpec) -> None:
    """Store a run; to be done before its first answer."""
    with ws.transaction():
        ws.db.table("runs").insert(
            {
                "id": run.id,
                "created_at": run.created_at,
                "task_ids": msgspec.json.encode(run.task_ids).decode("utf-8"),
                "model_id": run.model_id,
                "model_name": run.model_name,
                "model_sha256": run.model_sha256,
                "model_quantisation": run.model_quantisation,
                # Kept here because the model may be forgotten later.
                "model_is_demo": _is_demo(ws, run.model_sha256),
                "shots": run.shots,
                "template_id": run.template_id,
                "template_version": run.template_version,
                "manifest": msgspec.json.encode(run).decode("utf-8"),
            }
        )


def get_run(ws: Workspace, run_id: str) -> RunSpec:
    """Return a run by its id, or by the beginning of it.

    Args:
        ws: The workspace.
        run_id: The id or at least its first 8 digits.

    Raises:
        UserFacingError: When no run, or more than one, begins so.
    """
    with ws.reading():
        full = full_run_id(ws, run_id)
        rows = ws.db.execute("SELECT manifest FROM runs WHERE id = ?", (full,))
        return msgspec.json.decode(rows.fetchone()[0], type=RunSpec)


def full_run_id(ws: Workspace, run_id: str) -> str:
    """Return the whole id of the one run whose id is, or begins with, the one given.

    Raises:
        UserFacingError: When no run, or more than one, begins so.
    """
    wanted = run_id.strip()
    with ws.reading():
        exact = ws.db.execute("SELECT id FROM runs WHERE id = ?", (wanted,)).fetchone()
        if exact is not None:
            return str(exact[0])
        found = []
        if re.fullmatch(rf"[0-9a-fA-F]{{{SHORTEST_PREFIX},32}}", wanted):
            found = ws.db.execute(
                "SELECT id FROM runs WHERE id GLOB ? LIMIT 2", (wanted.lower() + "*",)
            ).fetchall()
    if len(found) == 1:
        return str(found[0][0])
    if found:
        raise UserFacingError(f"More than one run begins with '{wanted}'.", "Give more digits.")
    raise UserFacingError(
        f"There is no run '{wanted}' in this workspace.",
        f"List the runs, and give one's id or at least its first {SHORTEST_PREFIX} digits.",
    )


def list_runs(ws: Workspace, limit: int = 100) -> tuple[RunSummary, ...]:
    """Return the latest runs, newest first."""
    with ws.reading():
        rows = ws.db.query(_SUMMARIES, (limit,))
        return tuple(
            msgspec.convert({**row, "task_ids": msgspec.json.decode(row["task_ids"])}, RunSummary)
            for row in rows
        )


_SUMMARIES = """
SELECT
    run.id, run.created_at, run.model_name, run.task_ids,
    count(output.id) AS outputs,
    count(CASE WHEN EXISTS (
        SELECT 1 FROM latest_ratings AS rating
        WHERE rating.output_id = output.id AND rating.status <> 'withdrawn'
    ) THEN 1 END) AS rated,
    count(CASE WHEN output.finish_reason IN ('cancelled', 'died') THEN 1 END) AS incomplete,
    (
        SELECT count(*) FROM evaluation_items AS item
        WHERE item.run_id = run.id AND item.state = 'pending'
    ) AS waiting,
    (
        SELECT count(*) FROM evaluation_items AS item
        WHERE item.run_id = run.id AND item.state = 'failed'
    ) AS failed
FROM (SELECT * FROM runs ORDER BY seq DESC LIMIT ?) AS run
LEFT JOIN outputs AS output ON output.run_id = run.id
GROUP BY run.seq
ORDER BY run.seq DESC
"""


def _is_demo(ws: Workspace, sha256: str) -> int:
    row = ws.db.execute(
        "SELECT EXISTS (SELECT 1 FROM models WHERE sha256 = ? AND is_demo)", (sha256,)
    ).fetchone()
    return int(row[0])
