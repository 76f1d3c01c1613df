"""Items that two runs have in common, by what they are and never by their place.

Between two evaluations an item is the same where the task file's SHA-256 and the place in the
file are the same; else where the task and the SHA-256 of the text are. A file or a text that a
run has twice counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medsdesk.core.score import Score
from medsdesk.store.outputs import score_from
from medsdesk.store.workspace import Workspace

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class PairedMetric:
    """A metric that answers to the same items have in both runs."""

    task_id: str
    protocol: str
    metric: str


def pair_items(ws: Workspace, first: str, second: str) -> Iterator[tuple[int, int]]:
    """Yield the positions of the common items in both runs, in the first's order.

    Items that wait or failed are among them. To be read to the end within one ``ws.reading()``.
    """
    rows = ws.db.execute(
        _POSITIONS.format(pairs=_pairs(ws, first, second)), {"first": first, "second": second}
    )
    while chunk := rows.fetchmany(_CHUNK):
        yield from chunk


def count_reworded(ws: Workspace, first: str, second: str) -> tuple[int, int]:
    """Return how many common items both runs answered, and on how many the words differ."""
    with ws.reading():
        row: tuple[int, int] = ws.db.execute(
            _REWORDED.format(pairs=_pairs(ws, first, second)), {"first": first, "second": second}
        ).fetchone()
    return row


def paired_metrics(ws: Workspace, first: str, second: str) -> tuple[PairedMetric, ...]:
    """Return what both runs are scored by: the metrics of each task's first scored pair."""
    with ws.reading():
        rows = ws.db.execute(
            _METRICS.format(pairs=_pairs(ws, first, second)), {"first": first, "second": second}
        )
        return tuple(PairedMetric(*row) for row in rows.fetchall())


def paired_scores(
    ws: Workspace, first: str, second: str, wanted: PairedMetric
) -> Iterator[tuple[Score, Score, bool]]:
    """Yield both scores of each common item, and whether its references are the same.

    Scores without a value are among them. To be read to the end within one ``ws.reading()``.
    """
    asked = {
        "first": first,
        "second": second,
        "task": wanted.task_id,
        "protocol": wanted.protocol,
        "metric": wanted.metric,
    }
    rows = ws.db.execute(_SCORES.format(pairs=_pairs(ws, first, second)), asked)
    while chunk := rows.fetchmany(_CHUNK):
        for same, *cells in chunk:
            one, other = (
                score_from(
                    {
                        "protocol": wanted.protocol,
                        "metric": wanted.metric,
                        **dict(zip(_PARTS, part, strict=True)),
                    }
                )
                for part in (cells[: len(_PARTS)], cells[len(_PARTS) :])
            )
            yield one, other, bool(same)


def _pairs(ws: Workspace, first: str, second: str) -> str:
    """Return the query of the common items of two runs."""
    (evaluations,) = ws.db.execute(
        "SELECT count(DISTINCT run_id) FROM evaluation_files WHERE run_id IN (?, ?)",
        (first, second),
    ).fetchone()
    return _BY_FILE if evaluations == len({first, second}) else _BY_TEXT


_PARTS = ("value", "signature", "answer", "reason", "details")

_BY_FILE = """
WITH source AS (
    SELECT run_id, min(file) AS file, task_id, sha256 FROM evaluation_files
    WHERE run_id IN (:first, :second) GROUP BY run_id, sha256
)
SELECT
    one.position AS first_position, other.position AS second_position, mine.task_id,
    one.output_id AS first_output, other.output_id AS second_output, 1 AS same_reference
FROM source AS mine
JOIN source AS theirs ON theirs.run_id = :second AND theirs.sha256 = mine.sha256
JOIN evaluation_items AS one ON one.run_id = :first AND one.file = mine.file
JOIN evaluation_items AS other
    ON other.run_id = :second AND other.file = theirs.file AND other.item_index = one.item_index
WHERE mine.run_id = :first
"""

_TEXTS = """
SELECT
    min(coalesce(item.position, output.place)) AS position, output.output_id,
    output.task_id, output.input_sha256, output.targets
FROM (
    SELECT
        output.id AS output_id, sample.task_id, sample.input_sha256, sample.targets,
        row_number() OVER (ORDER BY output.seq) - 1 AS place
    FROM outputs AS output
    JOIN samples AS sample ON sample.id = output.sample_id
    WHERE output.run_id = {run}
) AS output
LEFT JOIN evaluation_items AS item ON item.output_id = output.output_id
GROUP BY output.task_id, output.input_sha256
"""
_BY_TEXT = """
SELECT
    one.position AS first_position, other.position AS second_position, one.task_id,
    one.output_id AS first_output, other.output_id AS second_output,
    one.targets = other.targets AS same_reference
FROM ({mine}) AS one
JOIN ({theirs}) AS other
    ON other.task_id = one.task_id AND other.input_sha256 = one.input_sha256
""".format(mine=_TEXTS.format(run=":first"), theirs=_TEXTS.format(run=":second"))

_POSITIONS = """
SELECT first_position, second_position FROM ({pairs}) ORDER BY first_position
"""

_REWORDED = """
SELECT count(*), coalesce(sum(one.text <> other.text), 0)
FROM ({pairs}) AS pair
JOIN outputs AS one ON one.id = pair.first_output
JOIN outputs AS other ON other.id = pair.second_output
"""

_METRICS = """
SELECT pair.task_id, score.protocol, score.metric
FROM (
    SELECT task_id, min(first_position) AS first_position, first_output FROM ({pairs})
    WHERE EXISTS (SELECT 1 FROM scores WHERE output_id = first_output)
        AND EXISTS (SELECT 1 FROM scores WHERE output_id = second_output)
    GROUP BY task_id
) AS pair
JOIN latest_scores AS score ON score.output_id = pair.first_output
ORDER BY pair.first_position, score.seq
"""

_SCORES = """
SELECT
    pair.same_reference,
    one.value, one.signature, one.answer, one.reason, one.details,
    other.value, other.signature, other.answer, other.reason, other.details
FROM ({pairs}) AS pair
JOIN latest_scores AS one
    ON one.output_id = pair.first_output AND one.protocol = :protocol AND one.metric = :metric
JOIN latest_scores AS other
    ON other.output_id = pair.second_output AND other.protocol = :protocol
    AND other.metric = :metric
WHERE pair.task_id = :task
ORDER BY pair.first_position
"""
