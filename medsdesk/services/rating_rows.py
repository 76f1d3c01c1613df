"""All ratings of a workspace as rows of one table: made here, in studies, then imported ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.imported_rating import NUMBER_COLUMNS, RATING_COLUMNS, ImportedRating
from medsdesk.services.spreadsheet import Cell, Verbatim, is_number
from medsdesk.store.imported_ratings import list_imported, list_imported_files
from medsdesk.store.outputs import list_answers

if TYPE_CHECKING:
    from medsdesk.core.rating import Rating
    from medsdesk.core.task import Sample
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.workspace import Workspace

_AT = {name: place for place, name in enumerate(RATING_COLUMNS)}
_OF_QUESTION = frozenset(
    {"criterion", "scale", "value", "side", "strength", "comment", "seconds", "rated_at", "status"}
)
OF_ANSWER = tuple(name for name in RATING_COLUMNS if name not in _OF_QUESTION)
"""What the ratings of one answer by one rater have in common."""

METRIC = "metric:"
"""How columns of scores begin."""
Table = tuple[Sequence[str], Iterable[Sequence[Cell]]]
"""A header, and rows under it."""


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating with the scores of the rated answer.

    Attributes:
        cells: What stands under ``RATING_COLUMNS``.
        scores: Scores by name, such as ``strict.bleu4``.
        length: Characters of the answer; None where it is not known.
        case: What is the same for all ratings of one text, whatever was asked of it.
    """

    cells: tuple[Cell, ...]
    scores: Mapping[str, Cell]
    length: int | None = None
    case: str = ""

    def __getitem__(self, column: str) -> Cell:
        return self.cells[_AT[column]]

    def text(self, column: str) -> str:
        """Return a cell as it is written, empty for none."""
        cell = self.cells[_AT[column]]
        return "" if cell is None else str(cell)


def rating_rows(ws: Workspace) -> tuple[tuple[RatingRow, ...], tuple[str, ...]]:
    """Return all current ratings, oldest answer first, and the names of all scores.

    An item is a text under a task: answers of several models, or of several runs, to the same
    text have the same item, the oldest sample with that text.
    """
    own = own_rows(ws)
    rows = (*own, *(imported_row(rating) for rating in list_imported(ws)))
    names = {name for row in own for name in row.scores}
    names |= {name for file in list_imported_files(ws) for name in file.metrics}
    return rows, tuple(sorted(names))


def own_rows(ws: Workspace) -> tuple[RatingRow, ...]:
    """Return the current ratings under Workbench answers, then those of locked studies."""
    from medsdesk.services.study_rows import study_rows  # which makes rows of this module's kind

    first: dict[tuple[str, str], str] = {}
    rows = []
    answers: dict[str, AnswerRow] = {}
    items: dict[str, str] = {}
    for answer in reversed(list_answers(ws, limit=-1)):
        sample = answer.sample
        item = first.setdefault((sample.task_id, sample.input_sha256), sample.id)
        answers[answer.output.id], items[answer.output.id] = answer, item
        scores = {score.name: score.value for score in answer.scores}
        length = len(answer.output.completion.text)
        rows += [
            RatingRow(_cells(item, sample, answer, rating), scores, length, sample.input_sha256)
            for rating in answer.ratings
        ]
    return (*rows, *study_rows(ws, answers, items))


def imported_row(rating: ImportedRating) -> RatingRow:
    """Return an imported rating as a row."""
    cells = (
        _as_it_stood(cell) if name in NUMBER_COLUMNS else cell
        for name, cell in zip(RATING_COLUMNS, rating.cells, strict=True)
    )
    scores = {name: Verbatim(score) if score else None for name, score in rating.scores.items()}
    return RatingRow(tuple(cells), scores, case=rating.cells[_AT["item"]])


def long_table(
    rows: Sequence[RatingRow], metrics: Sequence[str], columns: Sequence[str] = RATING_COLUMNS
) -> Table:
    """Return header and body of the long form: one row per rating.

    Args:
        rows: The ratings.
        metrics: Names of scores.
        columns: Those of ``RATING_COLUMNS`` that are told.
    """
    header = (*columns, *(f"{METRIC}{name}" for name in metrics))
    body = ([*(row[name] for name in columns), *_score_cells(row, metrics)] for row in rows)
    return header, body


def wide_table(rows: Sequence[RatingRow], metrics: Sequence[str]) -> Table:
    """Return header and body of the wide form: one row per answer, rater and form.

    Each question has a column with its value (the words, where it asks for a comment), and one
    with the status, which tells ``cannot_judge`` from a gap.
    """
    criteria = tuple(dict.fromkeys(row.text("criterion") for row in rows))
    groups: dict[tuple[Cell, ...], dict[str, RatingRow]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in OF_ANSWER), {})[row.text("criterion")] = row
    header = (
        *OF_ANSWER,
        *(name for each in criteria for name in (each, f"{each}:status")),
        *(f"{METRIC}{name}" for name in metrics),
    )
    return header, (_wide_cells(key, found, criteria, metrics) for key, found in groups.items())


def _wide_cells(
    key: tuple[Cell, ...],
    found: Mapping[str, RatingRow],
    criteria: Sequence[str],
    metrics: Sequence[str],
) -> list[Cell]:
    cells: list[Cell] = list(key)
    for criterion in criteria:
        row = found.get(criterion)
        if row is None:
            cells += [None, None]
        else:
            cells += [row["comment"] if row["scale"] == "text" else row["value"], row["status"]]
    return [*cells, *_score_cells(next(iter(found.values())), metrics)]


def _score_cells(row: RatingRow, metrics: Sequence[str]) -> list[Cell]:
    return [row.scores.get(name) for name in metrics]


def _cells(item: str, sample: Sample, answer: AnswerRow, rating: Rating) -> tuple[Cell, ...]:
    return (
        None, item, sample.task_id, sample.category, sample.language, answer.model_id,
        answer.output.run_id, answer.output.id, rating.rater, rating.instrument,
        rating.instrument_version, rating.criterion, rating.scale, rating.value, None, None,
        rating.comment, rating.seconds, rating.rated_at, rating.status,
    )  # fmt: skip


def _as_it_stood(cell: str) -> Cell:
    return Verbatim(cell) if is_number(cell) else cell
