"""Gather everything that an export of ratings speaks of, as its profile allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.imported_rating import RATING_COLUMNS
from medsdesk.services.deidentify import TOLD_COLUMNS, Deidentifying, LeftOut
from medsdesk.services.pseudonyms import Pseudonyms
from medsdesk.services.public_words import public_words
from medsdesk.services.rated_forms import FormKey, known_forms
from medsdesk.services.rating_rows import RatingRow, Table, long_table, rating_rows, wide_table
from medsdesk.store.export_keys import export_key

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.core.rating_export import RatingProfile, RatingShape
    from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RatingSet:
    """Ratings as they leave the workspace.

    Attributes:
        profile: What was left out.
        rows: The ratings.
        metrics: Names of all scores.
        columns: Those of the long form that are told, without scores.
        forms: Forms that ratings were given with, where they are known.
        runs: Ids of the runs that rated answers are of, as this workspace has them.
        rewriting: Makes the same stand-ins for whatever goes with the ratings; None where
            everything is told.
        left_out: What a de-identified set does not have; None where everything is told.
    """

    profile: RatingProfile
    rows: Sequence[RatingRow]
    metrics: Sequence[str]
    columns: Sequence[str]
    forms: Mapping[FormKey, Instrument]
    runs: Sequence[str]
    rewriting: Deidentifying | None = None
    left_out: LeftOut | None = None

    def table(self, shape: RatingShape) -> Table:
        """Return the ratings as a table."""
        if shape == "wide":
            return wide_table(self.rows, self.metrics)
        return long_table(self.rows, self.metrics, self.columns)


def gather_ratings(ws: Workspace, profile: RatingProfile) -> RatingSet:
    """Return all current ratings, our own and imported ones, with their scores and forms."""
    rows, metrics = rating_rows(ws)
    known = known_forms(ws)
    given = {(row.text("instrument"), row.text("instrument_version")) for row in rows}
    forms = {key: form for key, form in known.items() if key in given}
    runs = tuple(dict.fromkeys(row.text("run") for row in rows))
    if profile == "full":
        return RatingSet(profile, rows, metrics, RATING_COLUMNS, forms, runs)
    words = public_words(rows, known.values())
    rewriting = Deidentifying(Pseudonyms(export_key(ws)), words)
    told = rewriting.rows(rows)
    return RatingSet(
        profile, told, rewriting.metrics(metrics), TOLD_COLUMNS, forms, runs,
        rewriting, rewriting.left_out,
    )  # fmt: skip
