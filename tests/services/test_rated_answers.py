"""Rows of ratings become questions with answers, raters and numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.imported_rating import RATING_COLUMNS, ImportedRating
from medsdesk.services.instruments import form_names, load_instrument
from medsdesk.services.rated_answers import is_bad, questions
from medsdesk.services.rating_rows import RatingRow, imported_row


def _row(scores: dict[str, str] | None = None, **cells: str) -> RatingRow:
    filled = dict.fromkeys(RATING_COLUMNS, "")
    filled |= {"study": "S", "item": "i1", "rater": "A", "criterion": "c", "value": "3"}
    filled |= {"scale": "ordinal", "status": "rated", **cells}
    return imported_row(ImportedRating(tuple(filled.values()), scores or {}))


def test_a_table_has_a_row_per_answer_and_a_column_per_rater() -> None:
    rows = [_row(), _row(rater="B", value="4"), _row(item="i2", rater="B", value="1.5")]
    [question] = questions(rows)
    assert question.table() == pytest.approx(np.array([[3, 4], [np.nan, 1.5]]), nan_ok=True)
    assert question.higher_is_better


def test_questions_differ_by_study_form_and_scale_and_comments_are_none() -> None:
    rows = [
        _row(), _row(study="T"), _row(instrument="f"), _row(scale="interval", item="i2"),
        _row(scale="text", value="", comment="x"),
    ]  # fmt: skip
    assert len(questions(rows)) == 4
    assert len(questions(rows, "T")) == 1


def test_words_are_numbered_in_order() -> None:
    rows = [_row(scale="nominal", value=word, rater=word) for word in ("yes", "no", "yes ")]
    [question] = questions(rows)
    assert sorted(question.values.values()) == [0.0, 1.0, 2.0]


def test_a_second_answer_of_a_model_to_an_item_has_its_own_column() -> None:
    rows = [_row(model="m", run=run, output=output) for run, output in (("r1", "a"), ("r2", "b"))]
    [question] = questions(rows)
    answers = list(question.answers.values())
    assert [answer.column for answer in answers] == ["m", "m#1"]
    assert {answer.model for answer in answers} == {"m"}


def test_scores_that_are_no_numbers_are_left_out() -> None:
    [question] = questions([_row({"m": "0.5", "n": "bad"})])
    assert next(iter(question.answers.values())).scores == {"m": 0.5}


def test_our_own_form_tells_its_points() -> None:
    [question] = questions([_row(instrument="workbench", criterion="harm_extent")])
    assert list(question.points) == [0.0, 1.0, 2.0]
    assert not question.higher_is_better
    for unknown in ("other", "../workbench", ""):
        assert questions([_row(instrument=unknown)])[0].points == ()


def test_an_own_form_tells_the_points_of_the_version_that_was_answered() -> None:
    ours = load_instrument("workbench")
    [asked] = [each for each in ours.criteria if each.id == "harm_extent"]
    short = replace(ours, id="ward", criteria=(replace(asked, anchors=asked.anchors[:2]),))
    forms = (replace(short, version=2), replace(ours, id="ward", version=1))
    row = _row(instrument="ward", criterion="harm_extent", instrument_version="2")
    assert questions([row], None, forms)[0].points == (0.0, 1.0)
    row = _row(instrument="ward", criterion="harm_extent", instrument_version="3")
    assert questions([row], None, forms)[0].points == ()


def test_no_study_at_all_is_told() -> None:
    with pytest.raises(UserFacingError) as refused:
        questions([_row(study="")], "S")
    assert refused.value.hint.startswith("Leave --study out")


GOOD = {
    "acceptable", "accuracy", "accurate", "clarity", "completeness", "conciseness", "consensus",
    "correctness", "expression", "marked", "preference", "quality", "relevance", "safety",
    "succinct", "synthesized", "thorough", "trust", "understanding", "useful",
}  # fmt: skip


def test_every_question_of_our_forms_is_known_to_be_good_or_bad() -> None:
    for name in form_names():
        for criterion in load_instrument(name).criteria:
            if criterion.scale == "text":
                continue
            assert is_bad(criterion.id) == (criterion.id not in GOOD), f"{name}: {criterion.id}"
            if criterion.is_count:
                assert is_bad(criterion.id), "our forms count errors"
