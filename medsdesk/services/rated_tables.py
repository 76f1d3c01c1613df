"""The answers of one question in one category as tables: items by models, ratings and scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medsdesk.agreement.figures import Floats
    from medsdesk.services.rated_answers import Question, RatedAnswer

ALL = "all"


class RatedTable:
    """One question in one category: clinicians' mean ratings, and scores of the same answers.

    Args:
        question: The question.
        category: Name of the category; ``all`` for all at once.
        answers: Its rated answers.
        decisions: Whether what was decided stands instead of the mean of the raters.
    """

    def __init__(
        self,
        question: Question,
        category: str,
        answers: Mapping[str, RatedAnswer],
        *,
        decisions: bool = False,
    ) -> None:
        self.question = question
        self.category = category
        self.answers = answers
        self.models = sorted({answer.model for answer in answers.values()})
        self.metrics = sorted({name for each in answers.values() for name in each.metrics})
        self._items = _numbered(answer.item for answer in answers.values())
        self._columns = _numbered(answer.column for answer in answers.values())
        self._decisions = decisions

    @property
    def n_items(self) -> int:
        """Inputs."""
        return len(self._items)

    @cached_property
    def human(self) -> Floats:
        """Mean rating of each answer, shape (items, columns); NaN where there is no answer."""
        return self._table(self._means[0])

    @property
    def n_raters(self) -> int:
        """Whose ratings these are."""
        return self._means[1]

    @cached_property
    def lengths(self) -> Floats | None:
        """Characters of each answer, shaped like ``human``; None where one is not known."""
        found = {k: float(a.length) for k, a in self.answers.items() if a.length is not None}
        return self._table(found) if len(found) == len(self.answers) else None

    def scores(self, metric: str) -> Floats:
        """Return the scores of one metric, shaped like ``human``; NaN where there is none."""
        found = {k: a.scores[metric] for k, a in self.answers.items() if metric in a.scores}
        return self._table(found)

    def by_model(self, table: Floats) -> dict[str, Floats]:
        """Return for each model the mean over its answers to each item that has one."""
        import numpy as np

        found = {}
        for model, places in self._of_model.items():
            if len(places) == 1:
                column = table[:, places[0]]
                found[model] = column[np.isfinite(column)]
                continue
            columns = table[:, places]
            columns = columns[np.isfinite(columns).any(axis=1)]
            found[model] = np.asarray(np.nanmean(columns, axis=1))
        return found

    def is_uneven(self, table: Floats) -> bool:
        """Say whether some model has a number on an item on which another has none."""
        import numpy as np

        if len(self._columns) == len(self.models) and np.isfinite(table).all():
            return False
        known = [np.isfinite(table[:, places]).any(axis=1) for places in self._of_model.values()]
        used = [each for each in known if each.any()]
        return any((each != used[0]).any() for each in used)

    @cached_property
    def _of_model(self) -> dict[str, list[int]]:
        """The columns of each model."""
        columns: dict[str, dict[int, None]] = {model: {} for model in self.models}
        for answer in self.answers.values():
            columns[answer.model][self._columns[answer.column]] = None
        return {model: list(found) for model, found in columns.items()}

    @cached_property
    def _means(self) -> tuple[dict[str, float], int]:
        values: defaultdict[str, list[float]] = defaultdict(list)
        raters = set()
        for (answer, rater), value in self.question.values.items():
            if answer in self.answers:
                values[answer].append(value)
                raters.add(rater)
        means = {key: sum(found) / len(found) for key, found in values.items()}
        if self._decisions:
            decided = self.question.decided
            means |= {key: decided[key] for key in means.keys() & decided.keys()}
        return means, len(raters)

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        return {
            key: (self._items[answer.item], self._columns[answer.column])
            for key, answer in self.answers.items()
        }

    def _table(self, numbers: Mapping[str, float]) -> Floats:
        import numpy as np

        table = np.full((len(self._items), len(self._columns)), np.nan)
        if numbers:
            at: NDArray[np.intp] = np.array([self._places[key] for key in numbers], dtype=np.intp)
            table[at[:, 0], at[:, 1]] = np.fromiter(numbers.values(), np.float64, len(numbers))
        return table


def rated_tables(question: Question, *, decisions: bool = False) -> Iterator[RatedTable]:
    """Yield each category with its answers, and all together where there are several."""
    groups: defaultdict[str, dict[str, RatedAnswer]] = defaultdict(dict)
    for key, answer in question.answers.items():
        groups[answer.category][key] = answer
    for category in sorted(groups):
        if category or len(groups) > 1:
            yield RatedTable(question, category, groups[category], decisions=decisions)
    if len(groups) > 1 or "" in groups:
        yield RatedTable(question, ALL, question.answers, decisions=decisions)


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(names))}
