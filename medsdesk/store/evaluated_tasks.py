"""Which evaluation has come how far with which task, in counts."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EvaluatedTask:
    """One task of one evaluation.

    Attributes:
        run_id: The run.
        task_id: The task.
        created_at: When the run began, UTC.
        model_sha256: Of the model file.
        model_name: The model's name for people.
        model_quantisation: Such as ``Q4_K_M``.
        model_is_demo: Whether it is the demonstration model.
        files: Task files of the task in the run; seldom more than one.
        done: Items with an answer.
        waiting: Items still to come.
        failed: Items without an answer.
    """

    run_id: str
    task_id: str
    created_at: str
    model_sha256: str
    model_name: str
    model_quantisation: str
    model_is_demo: bool
    files: int
    done: int
    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class PromptCounts:
    """How the prompts and answers of one task of one evaluation were limited.

    Attributes:
        cut: Prompts that were cut from their left.
        long: Prompts of more tokens than asked about, not cut.
        at_limit: Answers that ended at the limit of new tokens.
    """

    cut: int
    long: int
    at_limit: int


def evaluated_tasks(ws: Workspace) -> tuple[EvaluatedTask, ...]:
    """Return every task of every evaluation, oldest run first."""
    with ws.reading():
        rows = ws.db.query(_EVALUATED)
        return tuple(
            msgspec.convert({**row, "model_is_demo": bool(row["model_is_demo"])}, EvaluatedTask)
            for row in rows
        )


def prompt_counts(ws: Workspace, run_id: str, task_id: str, tokens: int) -> PromptCounts:
    """Return how many prompts were cut or are longer than some tokens, and answers at the limit."""
    with ws.reading():
        row = ws.db.execute(_PROMPTS, {"run": run_id, "task": task_id, "tokens": tokens}).fetchone()
        return PromptCounts(*row)


def last_score(ws: Workspace) -> int:
    """Return the place of the workspace's last score; it grows with every score stored."""
    with ws.reading():
        return int(ws.db.execute("SELECT coalesce(max(seq), 0) FROM scores").fetchone()[0])


def last_score_of(ws: Workspace, run_id: str, task_id: str) -> int:
    """Return the place of the last score of one task of one evaluation; 0 without any."""
    with ws.reading():
        row = ws.db.execute(_LAST_SCORE, {"run": run_id, "task": task_id}).fetchone()
        return int(row[0])


_EVALUATED = """
SELECT
    run.id AS run_id, file.task_id, run.created_at, run.model_sha256, run.model_name,
    run.model_quantisation, run.model_is_demo, count(DISTINCT file.file) AS files,
    sum(item.state = 'done') AS done,
    sum(item.state = 'pending') AS waiting,
    sum(item.state = 'failed') AS failed
FROM runs AS run
JOIN evaluation_items AS item ON item.run_id = run.id
JOIN evaluation_files AS file ON file.run_id = run.id AND file.file = item.file
GROUP BY run.seq, file.task_id
ORDER BY run.seq, min(item.position)
"""

_OF_TASK = """
FROM evaluation_items AS item
JOIN evaluation_files AS file ON file.run_id = item.run_id AND file.file = item.file
"""
_WHICH = "WHERE item.run_id = :run AND file.task_id = :task"

_PROMPTS = f"""
SELECT
    coalesce(sum(output.cut_tokens > 0), 0),
    coalesce(sum(output.cut_tokens = 0 AND output.prompt_tokens > :tokens), 0),
    coalesce(sum(output.finish_reason = 'length'), 0)
{_OF_TASK} JOIN outputs AS output ON output.id = item.output_id {_WHICH}
"""
_LAST_SCORE = (
    f"SELECT coalesce(max(score.seq), 0) {_OF_TASK}"
    f" JOIN scores AS score ON score.output_id = item.output_id {_WHICH}"
)
