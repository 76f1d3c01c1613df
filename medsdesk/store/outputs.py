"""Answers of models with their automatic scores, and both beside the ratings."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import Choice, Completion
from medsdesk.core.rating import Rating
from medsdesk.core.run import Output
from medsdesk.core.score import Score
from medsdesk.core.task import Sample
from medsdesk.store.runs import full_run_id
from medsdesk.store.samples import sample_from
from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer with all that belongs to it.

    Attributes:
        output: The answer.
        sample: The text it was given to.
        model_id: The model's short name.
        model_name: Its name for people.
        model_is_demo: Whether it is the demonstration model.
        shots: Worked cases asked for.
        scores: Its scores, the latest of each metric.
        ratings: Its ratings by everybody, without those superseded or taken back.
    """

    output: Output
    sample: Sample
    model_id: str
    model_name: str
    model_is_demo: bool
    shots: int
    scores: tuple[Score, ...]
    ratings: tuple[Rating, ...]


def add_output(ws: Workspace, output: Output) -> None:
    """Store an answer, complete or not; its run and sample must be there."""
    fields = msgspec.to_builtins(output.completion)
    choices = fields.pop("choices")
    with ws.transaction():
        ws.db.table("outputs").insert(
            {
                "id": output.id,
                "run_id": output.run_id,
                "sample_id": output.sample_id,
                "prompt_sha256": output.prompt_sha256,
                **fields,
                "created_at": output.created_at,
            }
        )
        ws.db.table("choices").insert_all(
            {"output_id": output.id, "place": place, **choice}
            for place, choice in enumerate(choices)
        )


def choices_of(ws: Workspace, output_id: str) -> tuple[Choice, ...]:
    """Return the answers whose likelihood was asked for beside an answer; empty for none."""
    with ws.reading():
        rows = ws.db.query(
            "SELECT text, log_likelihood FROM choices WHERE output_id = ? ORDER BY place",
            (output_id,),
        )
        return tuple(msgspec.convert(row, Choice) for row in rows)


def get_output(ws: Workspace, output_id: str) -> Output:
    """Return an answer by its id, without the likelihoods of others.

    Raises:
        UserFacingError: When there is none.
    """
    with ws.reading():
        rows = ws.db.query("SELECT * FROM outputs WHERE id = ?", (output_id,))
        found = next((output_from(row) for row in rows), None)
    if found is None:
        raise UserFacingError(
            f"There is no answer with the id '{output_id}' in this workspace.",
            "See that the right workspace is open.",
        )
    return found


def add_scores(ws: Workspace, output_id: str, scores: Sequence[Score]) -> None:
    """Store an answer's scores; those of an earlier scoring stay, but no longer count.

    A value that is no finite number is stored as unscored with that reason.
    """
    with ws.transaction():
        ws.db.table("scores").insert_all([_score_row(output_id, score) for score in scores])


def scores_of(ws: Workspace, output_id: str) -> tuple[Score, ...]:
    """Return an answer's scores, the latest of each metric, in the order stored."""
    with ws.reading():
        rows = ws.db.query(
            "SELECT * FROM latest_scores WHERE output_id = ? ORDER BY seq", (output_id,)
        )
        return tuple(score_from(row) for row in rows)


def score_signatures(ws: Workspace) -> dict[str, tuple[str, ...]]:
    """Return how the scores of all answers were made, by ``protocol.metric``."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with ws.reading():
        rows = ws.db.execute(
            "SELECT protocol || '.' || metric, signature FROM latest_scores"
            " GROUP BY 1, 2 ORDER BY 1, min(seq)"
        ).fetchall()
    for name, signature in rows:
        found[name].append(signature)
    return {name: tuple(made) for name, made in found.items()}


def list_answers(
    ws: Workspace, run_id: str | None = None, limit: int = 500
) -> tuple[AnswerRow, ...]:
    """Return answers with their texts, scores and current ratings, newest first.

    Args:
        ws: The workspace.
        run_id: Only this run's: its id, or the beginning of it; None for all.
        limit: Most answers to return; -1 for all.

    Raises:
        UserFacingError: When there is no such run.
    """
    with ws.reading():
        run = None if run_id is None else full_run_id(ws, run_id)
        chosen = {"run": run, "limit": limit}
        answers = list(ws.db.query(_ANSWERS, chosen))
        scores = _by_output(ws.db.query(_SCORES_OF_ANSWERS, chosen))
        ratings = _by_output(ws.db.query(_RATINGS_OF_ANSWERS, chosen))
    return tuple(
        AnswerRow(
            output=output_from(row),
            sample=sample_from(
                {**row, "id": row["sample_id"]}  # both tables have an id; the rest differs
            ),
            model_id=row["model_id"],
            model_name=row["model_name"],
            model_is_demo=bool(row["model_is_demo"]),
            shots=row["shots"],
            scores=tuple(score_from(score) for score in scores[row["id"]]),
            ratings=tuple(msgspec.convert(rating, Rating) for rating in ratings[row["id"]]),
        )
        for row in answers
    )


_ANSWERS = """
SELECT
    output.*,
    sample.task_id, sample.category, sample.input, sample.targets, sample.language,
    sample.origin, sample.input_sha256,
    run.model_id, run.model_name, run.model_is_demo, run.shots
FROM outputs AS output
JOIN samples AS sample ON sample.id = output.sample_id
JOIN runs AS run ON run.id = output.run_id
WHERE :run IS NULL OR output.run_id = :run
ORDER BY output.seq DESC
LIMIT :limit
"""

_SCORES_OF_ANSWERS = """
SELECT * FROM latest_scores
WHERE output_id IN (
    SELECT id FROM outputs WHERE :run IS NULL OR run_id = :run ORDER BY seq DESC LIMIT :limit
)
ORDER BY seq
"""

_RATINGS_OF_ANSWERS = """
SELECT * FROM latest_ratings
WHERE status <> 'withdrawn' AND output_id IN (
    SELECT id FROM outputs WHERE :run IS NULL OR run_id = :run ORDER BY seq DESC LIMIT :limit
)
ORDER BY seq
"""


def _by_output(rows: Iterable[dict[str, Any]]) -> Mapping[str, list[dict[str, Any]]]:
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["output_id"]].append(row)
    return groups


def output_from(row: dict[str, Any]) -> Output:
    """Return the answer that a row of the table holds."""
    return msgspec.convert({**row, "completion": msgspec.convert(row, Completion)}, Output)


def score_from(row: dict[str, Any]) -> Score:
    """Return the score that a row of the table holds."""
    counts = msgspec.json.decode(row["details"], type=dict[str, float | None])
    details = {name: math.nan if count is None else count for name, count in counts.items()}
    return msgspec.convert({**row, "details": details}, Score)


def _score_row(output_id: str, score: Score) -> dict[str, Any]:
    value, reason = score.value, score.reason
    if value is not None and not math.isfinite(value):
        value, reason = None, f"the metric gave {value}, which is no number"
    return {
        "output_id": output_id,
        "protocol": score.protocol,
        "metric": score.metric,
        "value": value,
        "signature": score.signature,
        "answer": score.answer,
        "reason": reason,
        "details": msgspec.json.encode(score.details).decode("utf-8"),
    }
