"""A leaderboard as it is shown: tables of rows and cells, sorted on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from medsdesk.metrics.intervals import Interval
    from medsdesk.tasks.published_results import PublishedColumn

MODEL = "model"


@dataclass(frozen=True, slots=True)
class Caveat:
    """What stands between an own figure and the published one, in a sentence.

    Attributes:
        kind: ``differs`` from how the paper did it, ``unknown`` whether it does, or ``note``.
        text: The sentence.
    """

    kind: Literal["differs", "unknown", "note"]
    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure.

    Attributes:
        value: In percent; None where no item has a score.
        n: Items it is made of; None where not known.
        unscored: Items left out because they have no score.
        ci95: Bounds of its 95 % interval, in percent; None where there is none.
        interval: How the interval is made; empty where there is none.
        signature: How the figure is made; empty for published ones.
        reason: Why there is no value, or no interval.
        stderr: Standard error of a mean, in points; None for other figures.
    """

    value: float | None
    n: int | None
    unscored: int = 0
    ci95: Interval | None = None
    interval: str = ""
    signature: str = ""
    reason: str | None = None
    stderr: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one row and column.

    Attributes:
        medsbench: The figure by the authors' rules, which is what the papers publish.
        strict: The figure by strict rules; None for published ones.
        printed: The paper's digits; empty for own figures.
        source: The table of the paper, or the runs, in words.
        runs: Ids of the runs it is made of; none for published ones.
        caveats: What to know before it is compared.
        partial: Whether it is a mean over only some of what the published one is made of.
    """

    medsbench: Measured
    strict: Measured | None
    printed: str
    source: str
    runs: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    partial: bool = False

    @property
    def differs(self) -> bool:
        """Whether it is known to be made in another way than the paper's."""
        return any(caveat.kind == "differs" for caveat in self.caveats)

    def measured(self, protocol: str) -> Measured | None:
        """Return the figure under a protocol; a published one is always the authors'."""
        return self.strict if protocol == "strict" and not self.printed else self.medsbench


@dataclass(frozen=True, slots=True)
class Row:
    """One model of the paper, or one model or run of this workspace.

    Attributes:
        name: The model's name.
        own: Whether it was run in this workspace.
        quantisation: Such as ``Q4_K_M``; empty for the paper's.
        runs: Ids of the runs its cells are made of, oldest first.
        cells: One per column; None where there is nothing.
    """

    name: str
    own: bool
    quantisation: str
    runs: tuple[str, ...]
    cells: tuple[Cell | None, ...]

    @property
    def label(self) -> str:
        """Name with quantisation, and with the runs of an own row."""
        if not self.own:
            return self.name
        runs = self.runs[0][:8] if len(self.runs) == 1 else f"{len(self.runs)} runs"
        held = f", {self.quantisation}" if self.quantisation else ""
        return f"{self.name}{held} ({runs})"


@dataclass(frozen=True, slots=True)
class BoardTable:
    """One category.

    Attributes:
        category: The registry's name of it.
        columns: Tasks and metrics as the paper has them.
        rows: Own ones and published ones.
    """

    category: str
    columns: tuple[PublishedColumn, ...]
    rows: tuple[Row, ...]

    def column(self, name: str) -> int | None:
        """Return the place of a column by its key, its task or a registry id; None if not here."""
        wanted = name.strip().casefold()
        task, _, score = wanted.partition(".")
        for place, column in enumerate(self.columns):
            names = {column.task.casefold(), column.key.partition(".")[0], *column.items}
            if wanted == column.key or (task in names and score in ("", column.score)):
                return place
        return None

    def sorted(self, name: str | None = None, protocol: str = "medsbench") -> BoardTable:
        """Return it with the best first in one column, or with models by name for ``model``.

        Without a name the average decides, else the first column. Means over only some of the
        tasks come after whole ones, rows without a figure last; equal ones stay as they were.

        Raises:
            KeyError: There is no such column.
        """
        if name is not None and name.strip().casefold() == MODEL:
            return replace(self, rows=tuple(sorted(self.rows, key=lambda r: r.label.casefold())))
        place = self._standard() if name is None else self.column(name)
        if place is None:
            raise KeyError(name)
        return replace(self, rows=_best_first(self.rows, place, protocol))

    def _standard(self) -> int:
        averages = (n for n, column in enumerate(self.columns) if column.is_average)
        return next(averages, 0)


@dataclass(frozen=True, slots=True)
class Board:
    """Own figures beside those of one version of the paper.

    Attributes:
        version: ``arxiv-v1`` or ``npj-2025``.
        title: Its name for people.
        source: Where it was published.
        notes: What holds for all of it, a sentence each.
        tables: One per category, in the order of the paper's tables.
        left_out: Own tasks that the paper has no number for.
        categories: All categories of the paper, also where only one is in the tables.
        evaluations: Own evaluations with an answer, also where none is in the tables.
    """

    version: str
    title: str
    source: str
    notes: tuple[str, ...]
    tables: tuple[BoardTable, ...]
    left_out: tuple[str, ...]
    categories: tuple[str, ...] = ()
    evaluations: int = 0

    @property
    def has_own(self) -> bool:
        """Whether any own figure is in it."""
        return any(row.own for table in self.tables for row in table.rows)


def _best_first(rows: Sequence[Row], place: int, protocol: str) -> tuple[Row, ...]:
    def key(row: Row) -> tuple[bool, bool, float]:
        cell = row.cells[place]
        measured = None if cell is None else cell.measured(protocol)
        value = None if measured is None else measured.value
        return value is None, cell is not None and cell.partial, -(value or 0.0)

    return tuple(sorted(rows, key=key))
