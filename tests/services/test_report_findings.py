"""What was found is told by what was found, and nothing more."""

from __future__ import annotations

import pytest

from medsdesk.services.report_document import Grid, Paragraph
from medsdesk.services.report_facts import ReportFacts
from medsdesk.services.report_findings import NOTHING, findings
from tests.services.reports import agreement_row, contest_row, facts, metric_row, report


def _told(made: ReportFacts) -> list[str]:
    blocks = findings(made).blocks
    return [f"{b.head} {b.text}".strip() for b in blocks if isinstance(b, Paragraph)]


def test_a_metric_that_follows_is_told_with_interval_and_numbers() -> None:
    rows = (metric_row(), metric_row(metric="strict.rouge_l_f", value=0.3, ci95=(0.1, 0.5)))
    made = report(rows, contests=(contest_row(), contest_row(other="x", p_holm=0.6)))
    lead, question = _told(facts(made))
    assert lead == "On 1 of 1 question a metric is shown to follow clinicians: BLEU-4 (strict)."
    assert question.startswith(
        "Accurate: BLEU-4 (strict) follows clinicians, best of 2 metrics: Kendall's tau-b within "
        "items 0.40 (95 % interval 0.20 to 0.60; 40 items, 3 models, 2 raters)."
    )
    assert "It follows them better than ROUGE-L F (strict)." in question
    assert "It is not shown to follow them better than x." in question
    assert "Krippendorff's alpha, ordinal 0.81 (95 % interval 0.70 to 0.90" in question
    assert "enough for tentative conclusions" in question


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ci95": (-0.1, 0.6)}, "no metric is shown to follow clinicians."),
        ({"value": -0.4, "ci95": (-0.6, -0.2)}, "no metric is shown to follow clinicians."),
        ({"p_holm": 0.3}, "may be chance (p 0.300, adjusted by Holm)"),
        ({"ci95": None}, "There is no interval"),
        ({"value": None, "ci95": None, "note": "Too few."}, "nothing can be said of metrics. Too"),
        ({"metric": "postedit.rate"}, "nothing can be said of metrics."),
    ],
)
def test_what_is_not_shown_is_not_claimed(fields: dict[str, object], words: str) -> None:
    lead, question, *_ = _told(facts(report((metric_row(**fields),))))
    assert words in question
    assert "is a metric shown" in lead or "none can be compared" in lead
    assert " follows clinicians" not in question


def test_bad_questions_are_read_the_other_way_round() -> None:
    row = metric_row(criterion="harm_extent", value=-0.4, ci95=(-0.6, -0.2))
    made = report((row,), (agreement_row(criterion="harm_extent"),))
    lead, question = _told(facts(made))
    assert lead.startswith("On 1 of 1 question")
    assert (
        "Negative values are what follows clinicians here, since high ratings are bad." in question
    )


def test_all_categories_stand_for_a_question_and_each_in_the_table() -> None:
    rows = tuple(metric_row(category=name) for name in ("a", "b", "all"))
    section = findings(facts(report(rows)))
    [grid] = [block for block in section.blocks if isinstance(block, Grid)]
    assert [row[1] for row in grid.rows] == ["a", "b", "all categories"]
    assert len([b for b in section.blocks if isinstance(b, Paragraph) and b.head]) == 1


def test_raters_without_a_figure_get_their_sentence() -> None:
    made = report(agreement=(agreement_row(value=None, ci95=None, why=None, note="One rater."),))
    assert "Agreement of raters: One rater." in _told(facts(made))[1]


def test_nothing_to_compare_is_one_sentence() -> None:
    assert _told(facts(None)) == [NOTHING]
