"""Limits come from the data, each only where it is one."""

from __future__ import annotations

import pytest

from medsdesk.services import report_limits as module
from medsdesk.services.report_document import Bullets, Paragraph
from medsdesk.services.report_facts import ReportFacts
from medsdesk.services.report_limits import limits
from tests.services.reports import agreement_row, facts, metric_row, rated, report


def _told(made: ReportFacts) -> str:
    [block] = limits(made).blocks
    if isinstance(block, Paragraph):
        return block.text
    assert isinstance(block, Bullets)
    return "\n".join(block.items)


SOUND = {"models": tuple("abcdef")}


def test_a_sound_comparison_has_the_one_limit_of_its_intervals() -> None:
    assert _told(facts(report(), rated=rated(**SOUND))) == module.SAME_ITEMS
    assert _told(facts(report(over="both"), rated=rated(**SOUND))) == module.NONE_FOUND


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"raters": ("A",)}, "One person rated"),
        ({"languages": ("ru",)}, "in one language (ru)"),
        ({"languages": ()}, "language of the texts is not known"),
        ({"categories": ("MCQA",)}, "one category (MCQA)"),
        ({"imported": 1}, "1 rating was collected elsewhere"),
        ({"own": 7}, "7 ratings were given in the Workbench"),
        ({"models": ("a",)}, "There is 1 model"),
        ({"statuses": {"rated": 7, "cannot_judge": 3}}, "could not judge 3 of 10 questions (30%)"),
    ],
)
def test_each_limit_of_the_ratings_is_told(fields: dict[str, object], words: str) -> None:
    assert words in _told(facts(report(), rated=rated(**{**SOUND, **fields})))


def test_few_items_are_told_with_their_number() -> None:
    made = report((metric_row(n_items=12),), (agreement_row(n_items=9),))
    told = _told(facts(made, rated=rated(**SOUND)))
    assert "Few answers (9)" in told
    assert "the fewest: 12" in told


def test_no_scores_are_a_limit() -> None:
    made = report((metric_row(metric="", value=None),))
    assert module.NO_METRICS in _told(facts(made))
