"""The numbers both versions of the paper publish, and the tasks each of them belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from medsdesk.config.paths import resource
from medsdesk.config.toml_files import read_toml
from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.registry import find_task

VERSIONS = ("npj-2025", "arxiv-v1")
AVERAGE = "average"

_HINT = "Install MedsDesk again; a file of the program itself is missing or was changed."
_NONE = "-"


@dataclass(frozen=True, slots=True)
class PublishedColumn:
    """One task and metric of one table.

    Attributes:
        table: Number of the table.
        category: The registry's category of its tasks.
        printed_category: The category as the paper prints it.
        task: The task as the paper prints it; ``average`` for the paper's own average.
        metric: The metric as the paper prints it, such as ``acc``.
        score: Our name of that metric under the protocol ``medsbench``.
        items: Registry tasks behind it with their numbers of items, 0 where not known. Several
            where the paper averages; none for ``average``.
        note: What is odd about it, a sentence; empty where nothing is.
        shots: Worked cases the paper shows.
        values: Printed values by model, in the paper's digits.
    """

    table: int
    category: str
    printed_category: str
    task: str
    metric: str
    score: str
    items: Mapping[str, int]
    note: str
    shots: int
    values: Mapping[str, str]

    @property
    def key(self) -> str:
        """What it is called on a command line and in documents; one of its kind per category."""
        return f"{self.task.casefold().replace(' ', '-')}.{self.score}"

    @property
    def is_average(self) -> bool:
        """Whether it is the paper's own average over the other columns of its metric."""
        return self.task == AVERAGE

    @property
    def n(self) -> int | None:
        """Items behind each value; None where not known."""
        counts = tuple(self.items.values())
        return sum(counts) if counts and all(counts) else None

    def value(self, model: str) -> float | None:
        """Return what is published for a model, in percent; None where nothing is."""
        printed = self.values.get(model)
        return None if printed is None else float(printed)

    def right_answers(self, model: str) -> int | None:
        """Return how many of ``n`` right answers make a published accuracy.

        None where it is no accuracy, n is not known, or no whole number of right answers gives
        the printed digits, as where a model was tried on other items than the rest.
        """
        value, n = self.value(model), self.n
        if value is None or n is None or self.score != "accuracy":
            return None
        decimals = len(self.values[model].partition(".")[2])
        right = round(value * n / 100)
        fits = abs(100 * right / n - value) <= 0.5 * 10.0**-decimals + 1e-9
        return right if fits else None


@dataclass(frozen=True, slots=True)
class PaperVersion:
    """One version of the paper.

    Attributes:
        version: ``arxiv-v1`` or ``npj-2025``.
        title: Name for people.
        source: Where it was published.
        items_note: Where the numbers of items come from, a sentence.
        columns: In the order of the tables.
    """

    version: str
    title: str
    source: str
    items_note: str
    columns: tuple[PublishedColumn, ...]

    def categories(self) -> tuple[str, ...]:
        """Return the registry's categories, in the order of the tables."""
        return tuple(dict.fromkeys(column.category for column in self.columns))

    def of_category(self, category: str) -> tuple[PublishedColumn, ...]:
        """Return the columns of a category of the registry."""
        return tuple(column for column in self.columns if column.category == category)


@cache
def paper_version(version: str) -> PaperVersion:
    """Return the published numbers of one version of the paper.

    Raises:
        UserFacingError: There is no such version, or our file of it is missing or broken.
    """
    if version not in VERSIONS:
        raise UserFacingError(
            f"There is no version '{version}' of the paper.", f"Choose one of {_list(VERSIONS)}."
        )
    path = resource("published") / f"{version}.toml"
    found = read_toml(path, _HINT)
    try:
        columns = tuple(
            column
            for table in found["table"]
            for column in _columns(table["number"], table["models"], table["column"])
        )
        return PaperVersion(
            found["version"], found["title"], found["source"], found["items_note"], columns
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserFacingError(f"The file {path} does not hold what it should.", _HINT) from error


def _columns(
    number: int, models: list[str], columns: list[dict[str, Any]]
) -> tuple[PublishedColumn, ...]:
    # An average stands in the table of the tasks it is made of, and has their category.
    owner = {c["category"]: find_task(next(iter(c["items"]))) for c in columns if "items" in c}
    return tuple(
        PublishedColumn(
            table=number,
            category=owner[column["category"]].category,
            printed_category=column["category"],
            task=column["task"],
            metric=column["metric"],
            score=column["score"],
            items=column.get("items", {}),
            note=column.get("note", ""),
            shots=owner[column["category"]].shots,
            values=_values(models, column["values"].split()),
        )
        for column in columns
    )


def _values(models: list[str], printed: list[str]) -> dict[str, str]:
    values = {m: value for m, value in zip(models, printed, strict=True) if value != _NONE}
    for value in values.values():
        float(value)
    return values


def _list(names: tuple[str, ...]) -> str:
    return " or ".join(names)
