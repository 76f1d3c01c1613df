"""Evaluations: the queue of their items, and what has come of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.run import Output, RunSpec
from medsdesk.core.score import Score
from medsdesk.core.task import Sample
from medsdesk.store.outputs import output_from, score_from
from medsdesk.store.runs import add_run
from medsdesk.store.samples import sample_from
from medsdesk.store.workspace import Workspace

_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One item that waits for its answer.

    Attributes:
        position: Its place in the run, from 0.
        file: Place of its file in the run, from 0.
        item_index: Its place in the file, from 0.
        attempts: Tries that came to an end without an answer.
    """

    position: int
    file: int
    item_index: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items of an evaluation wait, are done, and failed."""

    pending: int = 0
    done: int = 0
    failed: int = 0

    @property
    def items(self) -> int:
        """All items of the queue."""
        return self.pending + self.done + self.failed


@dataclass(frozen=True, slots=True)
class FailedItem:
    """One item without an answer.

    Attributes:
        position: Its place in the run, from 0.
        task_id: Its task.
        file: Name of its file.
        item_index: Its place in the file, from 0.
        attempts: Tries made.
        error: Why there is no answer, in words that quote no text.
    """

    position: int
    task_id: str
    file: str
    item_index: int
    attempts: int
    error: str


def add_evaluation(ws: Workspace, run: RunSpec, items: Iterable[tuple[int, int]]) -> int:
    """Store a run's manifest and its whole queue, all or nothing.

    Args:
        ws: The workspace.
        run: The manifest, with its ``evaluation``.
        items: Place of the file in the manifest and of the item in the file, in the run's
            order; read once and never held as a whole.

    Returns:
        How many items were queued.
    """
    files = run.evaluation.files if run.evaluation else ()
    rows = ((run.id, position, *item) for position, item in enumerate(items))
    count = 0
    with ws.transaction():
        add_run(ws, run)
        ws.db.conn.executemany(
            "INSERT INTO evaluation_files (run_id, file, name, task_id, sha256)"
            " VALUES (?, ?, ?, ?, ?)",
            [(run.id, n, file.name, file.task_id, file.sha256) for n, file in enumerate(files)],
        )
        while chunk := list(islice(rows, _CHUNK)):
            ws.db.conn.executemany(
                "INSERT INTO evaluation_items (run_id, position, file, item_index)"
                " VALUES (?, ?, ?, ?)",
                chunk,
            )
            count += len(chunk)
    return count


def pending_items(
    ws: Workspace, run_id: str, file: int, after: int = -1, limit: int = 500
) -> tuple[QueueItem, ...]:
    """Return the next items of a file that wait, in the run's order, behind a position."""
    with ws.reading():
        # The plus keeps SQLite to the index by position, in which nothing has to be sorted.
        rows = ws.db.query(
            "SELECT position, file, item_index, attempts FROM evaluation_items"
            " WHERE run_id = ? AND +file = ? AND state = 'pending' AND position > ?"
            " ORDER BY position LIMIT ?",
            (run_id, file, after, limit),
        )
        return tuple(msgspec.convert(row, QueueItem) for row in rows)


def count_items(ws: Workspace, run_id: str) -> Counts:
    """Return how many items wait, are done, and failed; all 0 for a run that is no evaluation."""
    with ws.reading():
        rows = ws.db.execute(
            "SELECT state, count(*) FROM evaluation_items WHERE run_id = ? GROUP BY state",
            (run_id,),
        )
        return Counts(**dict(rows.fetchall()))


def note_try(ws: Workspace, run_id: str, position: int) -> int:
    """Count a try that came to nothing, and return how many there were."""
    with ws.transaction():
        return _change(ws, run_id, position, "attempts = attempts + 1")


def mark_done(ws: Workspace, run_id: str, position: int, output_id: str) -> None:
    """Give an item its answer; to be done in one transaction with ``add_output``.

    Raises:
        UserFacingError: Another program has dealt with the item in the meantime.
    """
    with ws.transaction():
        change = "attempts = attempts + 1, state = 'done', output_id = :value"
        _change(ws, run_id, position, change, output_id)


def mark_failed(ws: Workspace, run_id: str, position: int, error: str) -> None:
    """Put down that an item has no answer, and why.

    Raises:
        UserFacingError: Another program has dealt with the item in the meantime.
    """
    with ws.transaction():
        _change(ws, run_id, position, "state = 'failed', error = :value", error)


def retry_failed(ws: Workspace, run_id: str) -> int:
    """Let every failed item wait again, its tries forgotten, and return how many they are."""
    with ws.transaction():
        changed = ws.db.execute(
            "UPDATE evaluation_items SET state = 'pending', error = NULL, attempts = 0"
            " WHERE run_id = ? AND state = 'failed'",
            (run_id,),
        )
        return changed.rowcount


def failed_items(ws: Workspace, run_id: str, limit: int = 100) -> tuple[FailedItem, ...]:
    """Return the items without an answer in the run's order; -1 as limit for all."""
    with ws.reading():
        rows = ws.db.query(
            "SELECT position, task AS task_id, file, item AS item_index, attempts, error"
            " FROM evaluation_queue WHERE run = ? AND state = 'failed'"
            " ORDER BY position LIMIT ?",
            (run_id, limit),
        )
        return tuple(msgspec.convert(row, FailedItem) for row in rows)


def unscored_answers(
    ws: Workspace, run_id: str, limit: int = 100
) -> tuple[tuple[Output, Sample], ...]:
    """Return answers that were stored and not yet scored, each with its text."""
    with ws.reading():
        rows = tuple(ws.db.query(_UNSCORED, (run_id, limit)))
    return tuple((output_from(row), sample_from({**row, "id": row["sample_id"]})) for row in rows)


def positions(ws: Workspace, run_id: str) -> Mapping[str, int]:
    """Return each answer's place in the run by the answer's id; empty if it is no evaluation."""
    with ws.reading():
        rows = ws.db.execute(
            "SELECT output_id, position FROM evaluation_items"
            " WHERE run_id = ? AND output_id IS NOT NULL",
            (run_id,),
        )
        return dict(rows.fetchall())


def scores_by_metric(ws: Workspace, run_id: str, task_id: str) -> Iterator[tuple[Score, ...]]:
    """Yield the scores of a task's items, one metric at a time, in the order of the run.

    One metric of a large run is much less than all of them at once.
    """
    which = {"run": run_id, "task": task_id}
    with ws.reading():
        names = ws.db.execute(_METRICS, which).fetchall()
    for protocol, metric in names:
        with ws.reading():
            rows = ws.db.query(_SCORES, {**which, "protocol": protocol, "metric": metric})
            scores = tuple(score_from(row) for row in rows)
        yield scores


def totals(ws: Workspace, run_id: str) -> Mapping[str, tuple[int, int]]:
    """Return the answers and the tokens generated of each task of an evaluation."""
    with ws.reading():
        return {task: (answers, tokens) for task, answers, tokens in _totals(ws, run_id)}


def _totals(ws: Workspace, run_id: str) -> Sequence[tuple[str, int, int]]:
    return ws.db.execute(
        "SELECT task, count(output.id), coalesce(sum(output.tokens), 0) FROM evaluation_queue"
        " LEFT JOIN outputs AS output ON output.id = evaluation_queue.output"
        " WHERE run = ? GROUP BY task ORDER BY min(position)",
        (run_id,),
    ).fetchall()


def _change(
    ws: Workspace, run_id: str, position: int, change: str, value: str | None = None
) -> int:
    row = ws.db.execute(
        f"UPDATE evaluation_items SET {change}"  # noqa: S608 - only words of this module
        " WHERE run_id = :run AND position = :position AND state = 'pending' RETURNING attempts",
        {"run": run_id, "position": position, "value": value},
    ).fetchone()
    if row is None:
        raise UserFacingError(
            f"Another program works on the evaluation {run_id[:8]} at the same time.",
            "Let the other one end, then resume.",
        )
    return int(row[0])


_UNSCORED = """
SELECT
    output.*,
    sample.task_id, sample.category, sample.input, sample.targets, sample.language,
    sample.origin, sample.input_sha256
FROM evaluation_items AS item
JOIN outputs AS output ON output.id = item.output_id
JOIN samples AS sample ON sample.id = output.sample_id
WHERE item.run_id = ?
    AND NOT EXISTS (SELECT 1 FROM scores WHERE scores.output_id = output.id)
ORDER BY item.position
LIMIT ?
"""

_OF_TASK = """
FROM evaluation_items AS item
JOIN evaluation_files AS file ON file.run_id = item.run_id AND file.file = item.file
JOIN latest_scores AS score ON score.output_id = item.output_id
WHERE item.run_id = :run AND file.task_id = :task
"""
_METRICS = f"SELECT protocol, metric {_OF_TASK} GROUP BY protocol, metric ORDER BY min(score.seq)"
_SCORES = (
    f"SELECT score.* {_OF_TASK} AND score.protocol = :protocol AND score.metric = :metric"
    " ORDER BY item.position"
)
