"""The items of a run as they are looked through: marks of many, a page of some, all of one.

An item has a place in its run, from 0. A run that is no evaluation has its answers as items, in
the order they were stored. Nothing here is counted off from the run's beginning, so that the
last items cost as little as the first.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from medsdesk.core.generation import FinishReason
from medsdesk.core.score import Score
from medsdesk.store.outputs import AnswerRow, get_output, score_from, scores_of
from medsdesk.store.ratings import current_ratings
from medsdesk.store.samples import get_sample
from medsdesk.store.workspace import Workspace

SHOWN_CHARS = 240

ItemState = Literal["pending", "done", "failed"]
Mark = tuple[
    int, str, ItemState, FinishReason | None, int | None, str | None, str | None, float | None,
    str | None,
]  # fmt: skip
"""Position, task, state, end of the answer, tokens cut from its prompt; then protocol, metric,
value and reason of one of its scores, all None where it has none."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item with the beginnings of its texts.

    Attributes:
        position: Its place in the run, from 0.
        task_id: Its task.
        file: Name of its task file; empty for a text of the Workbench.
        file_place: Place of its file in the run, from 0.
        item_index: Its place in the file, from 0.
        state: ``pending``, ``done`` or ``failed``.
        error: Why there is no answer; None where there is one, or none yet.
        output_id: The answer; None without one.
        input: The beginning of its text; None where no answer was stored with it.
        references: The beginning of its references, which stand one below the other.
        answer: The beginning of the answer.
        finish_reason: How the answer ended.
        tokens: Tokens of the answer.
        cut_tokens: Tokens cut from the prompt.
        scores: The latest of each metric.
    """

    position: int
    task_id: str
    file: str
    file_place: int
    item_index: int
    state: ItemState
    error: str | None
    output_id: str | None
    input: str | None
    references: str | None
    answer: str | None
    finish_reason: FinishReason | None
    tokens: int | None
    cut_tokens: int | None
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True, slots=True)
class RunChoice:
    """A run to look through, with counts that cost little also for a large one.

    Attributes:
        id: UUID.
        created_at: UTC time.
        model_name: The model's name for people.
        task_ids: Tasks in it.
        is_evaluation: Whether it is made of task files.
        items: All its items.
        answered: Those with an answer.
    """

    id: str
    created_at: str
    model_name: str
    task_ids: tuple[str, ...]
    is_evaluation: bool
    items: int
    answered: int


def list_choices(ws: Workspace, limit: int = 500) -> tuple[RunChoice, ...]:
    """Return the latest runs that have items, newest first."""
    with ws.reading():
        rows = list(ws.db.query(_CHOICES, (limit,)))
    return tuple(
        RunChoice(
            id=row["id"],
            created_at=row["created_at"],
            model_name=row["model_name"],
            task_ids=msgspec.json.decode(row["task_ids"], type=tuple[str, ...]),
            is_evaluation=row["queued"] is not None,
            items=row["queued"] or row["answered"],
            answered=row["answered"],
        )
        for row in rows
        if row["queued"] or row["answered"]
    )


def count_of(ws: Workspace, run_id: str) -> int:
    """Return how many items a run has; positions go from 0 to one less."""
    with ws.reading():
        # Places are without gaps; counting them would read the whole queue.
        (queued,) = ws.db.execute(
            "SELECT max(position) + 1 FROM evaluation_items WHERE run_id = ?", (run_id,)
        ).fetchone()
        (stored,) = ws.db.execute(
            "SELECT count(*) FROM outputs WHERE run_id = ?", (run_id,)
        ).fetchone()
    return int(queued or stored)


def marks(
    ws: Workspace, run_id: str, metrics: Sequence[str], first: int, last: int
) -> Sequence[Mark]:
    """Return what items are sorted out by: a row for each item and score.

    Args:
        ws: The workspace.
        run_id: The run's id.
        metrics: Metrics whose scores are wanted.
        first: Position to begin with.
        last: Position to end before.

    Returns:
        In the run's order; of an answer that was scored again, the last score last.
    """
    wanted = {"run": run_id, "first": first, "last": last}
    names = {f"metric{n}": metric for n, metric in enumerate(metrics)}
    sql = _MARKS.format(items=_items(ws, run_id), metrics=", ".join(f":{name}" for name in names))
    with ws.reading():
        found: Sequence[Mark] = ws.db.execute(sql, wanted | names).fetchall()
    return found


def find_words(
    ws: Workspace, run_id: str, words: Sequence[str], first: int, last: int
) -> Sequence[int]:
    """Return the positions of the items in which every word occurs somewhere.

    Looked for, in any script and without regard to case, in input, references and answer, and
    in the words that say why there is no answer.

    Args:
        ws: The workspace.
        run_id: The run's id.
        words: What to look for; a part of a word is enough.
        first: Position to begin with.
        last: Position to end before.
    """
    keys = [folded(word) for word in words]

    def holds(text: str | None, targets: str | None, answer: str | None, error: str | None) -> bool:
        given = msgspec.json.decode(targets) if targets else ()
        whole = "\n".join(folded(part) for part in (text, *given, answer, error) if part)
        return all(key in whole for key in keys)

    with ws.reading():
        # SQLite itself knows upper and lower case of ASCII alone.
        ws.db.conn.create_function("holds", 4, holds)
        rows = ws.db.execute(
            _SEARCH.format(items=_items(ws, run_id)), {"run": run_id, "first": first, "last": last}
        ).fetchall()
    return [position for (position,) in rows]


def folded(text: str) -> str:
    """Return a text without differences of case and of composed and decomposed letters."""
    return unicodedata.normalize("NFC", text.casefold())


def read_rows(
    ws: Workspace, run_id: str, positions: Sequence[int], shown: int = SHOWN_CHARS
) -> tuple[ItemRow, ...]:
    """Return items by their positions, in the order asked for; those that are not there left out.

    Args:
        ws: The workspace.
        run_id: The run's id.
        positions: Their places in the run.
        shown: Characters of each text.
    """
    chosen = msgspec.json.encode(list(positions)).decode()
    asked = {"run": run_id, "positions": chosen, "shown": shown}
    with ws.reading():
        rows = list(ws.db.query(_ROWS.format(items=_items(ws, run_id)), asked))
        answers = [row["output_id"] for row in rows if row["output_id"] is not None]
        found = ws.db.query(_SCORES, (msgspec.json.encode(answers).decode(),))
        scores: defaultdict[str, list[Score]] = defaultdict(list)
        for score in found:
            scores[score["output_id"]].append(score_from(score))
    by_place = {row["position"]: _row_from(row, scores, shown) for row in rows}
    return tuple(by_place[place] for place in positions if place in by_place)


def answer_row(ws: Workspace, output_id: str) -> AnswerRow:
    """Return an answer with its text, scores and current ratings.

    Raises:
        UserFacingError: When there is none.
    """
    with ws.reading():
        output = get_output(ws, output_id)
        run = next(ws.db.query(_RUN, (output.run_id,)))
        return AnswerRow(
            output=output,
            sample=get_sample(ws, output.sample_id),
            model_id=run["model_id"],
            model_name=run["model_name"],
            model_is_demo=bool(run["model_is_demo"]),
            shots=run["shots"],
            scores=scores_of(ws, output_id),
            ratings=current_ratings(ws, output_id),
        )


def _row_from(row: dict[str, Any], scores: dict[str, list[Score]], shown: int) -> ItemRow:
    targets = row.pop("targets")
    references = None
    if targets is not None:
        references = "\n".join(msgspec.json.decode(targets, type=list[str]))[:shown]
    own = tuple(scores.get(row["output_id"], ()))
    return msgspec.convert({**row, "references": references, "scores": own}, ItemRow)


def _items(ws: Workspace, run_id: str) -> str:
    """Return the query of a run's items, by whether it is an evaluation."""
    queued = ws.db.execute(
        "SELECT EXISTS (SELECT 1 FROM evaluation_items WHERE run_id = ?)", (run_id,)
    ).fetchone()
    return _QUEUE if queued[0] else _TEXTS


_QUEUE = """
SELECT
    item.position, file.task_id, file.name AS file, item.file AS file_place, item.item_index,
    item.state, item.output_id, item.error
FROM evaluation_items AS item
JOIN evaluation_files AS file ON file.run_id = item.run_id AND file.file = item.file
WHERE item.run_id = :run
"""
_TEXTS = """
SELECT
    row_number() OVER (ORDER BY output.seq) - 1 AS position, sample.task_id, '' AS file,
    0 AS file_place, 0 AS item_index, 'done' AS state, output.id AS output_id, NULL AS error
FROM outputs AS output
JOIN samples AS sample ON sample.id = output.sample_id
WHERE output.run_id = :run
"""

_CHOICES = """
SELECT
    run.id, run.created_at, run.model_name, run.task_ids,
    (SELECT max(position) + 1 FROM evaluation_items WHERE run_id = run.id) AS queued,
    (SELECT count(*) FROM outputs WHERE run_id = run.id) AS answered
FROM (SELECT * FROM runs ORDER BY seq DESC LIMIT ?) AS run
ORDER BY run.seq DESC
"""

_MARKS = """
SELECT
    item.position, item.task_id, item.state, output.finish_reason, output.cut_tokens,
    score.protocol, score.metric, score.value, score.reason
FROM ({items}) AS item
LEFT JOIN outputs AS output ON output.id = item.output_id
LEFT JOIN scores AS score ON score.output_id = item.output_id AND score.metric IN ({metrics})
WHERE item.position >= :first AND item.position < :last
ORDER BY item.position, score.seq
"""

_SEARCH = """
SELECT item.position
FROM ({items}) AS item
LEFT JOIN outputs AS output ON output.id = item.output_id
LEFT JOIN samples AS sample ON sample.id = output.sample_id
WHERE item.position >= :first AND item.position < :last
    AND holds(sample.input, sample.targets, output.text, item.error)
ORDER BY item.position
"""

_ROWS = """
SELECT
    item.*, substr(sample.input, 1, :shown) AS input, sample.targets,
    substr(output.text, 1, :shown) AS answer, output.finish_reason, output.tokens,
    output.cut_tokens
FROM ({items}) AS item
LEFT JOIN outputs AS output ON output.id = item.output_id
LEFT JOIN samples AS sample ON sample.id = output.sample_id
WHERE item.position IN (SELECT value FROM json_each(:positions))
"""

_SCORES = """
SELECT * FROM latest_scores
WHERE output_id IN (SELECT value FROM json_each(?))
ORDER BY seq
"""

_RUN = "SELECT model_id, model_name, model_is_demo, shots FROM runs WHERE id = ?"
