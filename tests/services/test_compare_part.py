"""The parts of a comparison: each question's raters, then each of its categories."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError
from medsdesk.services.compare_part import Part, PartRows, compare_part, parts_of
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.rated_answers import Question, questions
from medsdesk.services.rating_rows import rating_rows
from medsdesk.store.workspace import Workspace
from tests.compared_ratings import CATEGORIES, import_planted

QUICK = CompareOptions(resamples=100)


@pytest.fixture
def asked(ws: Workspace, tmp_path: Path) -> tuple[Question, ...]:
    import_planted(ws, tmp_path, items=8)
    return questions(rating_rows(ws)[0])


def test_parts_are_raters_and_categories_of_each_question(asked: tuple[Question, ...]) -> None:
    everything = [Part(q, table) for q in range(2) for table in (None, 0, 1, 2)]
    assert list(parts_of(asked, QUICK)) == everything
    brief = [Part(q, table) for q in range(2) for table in (None, 2)]
    assert list(parts_of(asked, replace(QUICK, brief=True))) == brief


def test_a_part_speaks_of_itself_alone(asked: tuple[Question, ...]) -> None:
    raters = compare_part(asked, Part(1, None), QUICK)
    assert {row.criterion for row in raters.agreement} == {asked[1].criterion}
    assert not raters.metrics
    found = [compare_part(asked, Part(0, table), QUICK) for table in range(3)]
    assert [{row.category for row in rows.metrics} for rows in found] == [
        {CATEGORIES[0]},
        {CATEGORIES[1]},
        {"all"},
    ]
    whole = PartRows()
    for rows in found:
        assert not rows.agreement
        whole.add(rows)
    assert len(whole.metrics) == sum(len(rows.metrics) for rows in found)
    assert len(whole.rankings) == sum(len(rows.rankings) for rows in found) > 0


def test_a_part_that_nobody_wants_is_not_begun(asked: tuple[Question, ...]) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        compare_part(asked, Part(0, 0), QUICK, token)
