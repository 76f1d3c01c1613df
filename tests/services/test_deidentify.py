"""A de-identified set has no name, no words that somebody wrote, and no true date."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.imported_rating import RATING_COLUMNS
from medsdesk.services.deidentify import TOLD_COLUMNS, Deidentifying, LeftOut
from medsdesk.services.pseudonyms import Pseudonyms
from medsdesk.services.rating_rows import RatingRow

KNOWN = {
    "task": {"task112"}, "category": {"Text Summarization"}, "model": {"demo"},
    "instrument": {"workbench"},
}  # fmt: skip
GIVEN = dict(zip(RATING_COLUMNS, (
    "Ward 3", "item1", "task112", "Text Summarization", "en", "demo", "run1", "out1", "Dr Ann",
    "workbench", 1, "accuracy", "ordinal", 4, "A", 2, "Mr Ito, bed 4", 12.5,
    "2026-03-01T08:00:00.000Z", "rated",
), strict=True))  # fmt: skip
KEPT = (
    "task", "category", "language", "model", "instrument", "instrument_version", "criterion",
    "scale", "value", "side", "strength", "seconds", "status",
)  # fmt: skip


def _row(**changes: Any) -> RatingRow:
    return RatingRow(tuple({**GIVEN, **changes}.values()), {"strict.bleu4": 31.5}, case="case1")


def _rewriting() -> Deidentifying:
    return Deidentifying(Pseudonyms(b"k" * 32), KNOWN)


def _one(**changes: Any) -> RatingRow:
    [row] = _rewriting().rows([_row(**changes)])
    return row


def test_figures_and_public_words_stay_and_the_rest_does_not() -> None:
    row = _one()
    assert {name: row[name] for name in KEPT} == {name: GIVEN[name] for name in KEPT}
    assert row.scores == {"strict.bleu4": 31.5}
    assert row["comment"] is None
    assert "comment" not in TOLD_COLUMNS
    for name in ("study", "item", "run", "output", "rater"):
        assert row.text(name).startswith(f"{name}-")
    assert not row.text("rated_at").startswith("2026-03-01")


def test_what_is_the_same_stays_the_same() -> None:
    one, other = _rewriting().rows([_row(), _row(rater="Dr Bo", criterion="clarity")])
    assert one["item"] == other["item"]
    assert one["rater"] != other["rater"]
    assert one["rated_at"] == other["rated_at"]


def test_words_are_left_out_and_counted() -> None:
    rewriting = _rewriting()
    rows = [_row(scale="text", value=None), _row(), _row(rated_at="in March"), _row(side="left")]
    assert len(rewriting.rows(rows)) == 3
    assert rewriting.left_out == LeftOut(texts=1, dates=1, words=1)


def test_names_of_scores_are_the_same_in_rows_and_in_the_header() -> None:
    rewriting = _rewriting()
    [row] = rewriting.rows([replace(_row(), scores={"Mr Ito's": 1.0, "bleu": 2.0})])
    assert set(row.scores) == set(rewriting.metrics(("Mr Ito's", "bleu")))
    assert "bleu" in row.scores
    assert "Mr Ito's" not in row.scores


SECRET = "Mr Ito, born 1950-02-03"


@given(st.sampled_from([n for n in RATING_COLUMNS if n not in ("scale", "status")]), st.text())
def test_a_text_in_any_column_does_not_come_through(column: str, around: str) -> None:
    row = _one(**{column: SECRET + around})
    assert all("Ito" not in row.text(name) for name in RATING_COLUMNS)
    assert all("1950" not in row.text(name) for name in RATING_COLUMNS)
