"""Methods tell what was done, all of it, and nothing that was not."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.report_document import Bullets, Paragraph
from medsdesk.services.report_facts import ReportFacts
from medsdesk.services.report_methods import NOTHING_DONE, methods
from medsdesk.services.statistic_words import ALPHA, known_statistics, statistic_words
from tests.services.reports import agreement_row, contest_row, facts, metric_row, report

OTHERS = [name for name in known_statistics() if not name.startswith(ALPHA)]
OF_RATERS = [n for n in OTHERS if n.startswith(("cohen", "weighted", "gwet", "rand", "icc", "f1"))]
OF_METRICS = [n for n in OTHERS if n.startswith(("kendall", "acc_eq", "spearman", "spa", "auc"))]


def _text(made: ReportFacts) -> str:
    return " ".join(b.text for b in methods(made).blocks if isinstance(b, Paragraph))


def _sources(made: ReportFacts) -> tuple[str, ...]:
    for part in methods(made).parts:
        [found] = [block for block in part.blocks if isinstance(block, Bullets)]
        return found.items
    return ()


@given(st.sets(st.sampled_from(OF_RATERS)), st.sets(st.sampled_from(OF_METRICS)), st.booleans())
def test_a_statistic_is_told_if_and_only_if_it_has_a_number(
    of_raters: set[str], of_metrics: set[str], contested: bool
) -> None:
    made = facts(
        report(
            tuple(
                metric_row(
                    statistic=name, value=0.4 if name in of_metrics else None, p_value=None,
                    p_holm=None, p_bh=None,
                )
                for name in OF_METRICS
            ),
            tuple(
                agreement_row(statistic=name, value=0.4 if name in of_raters else None)
                for name in OF_RATERS
            ),
            (contest_row(),) if contested else (),
        ),
        options=CompareOptions(acceptable=3.0),
    )  # fmt: skip
    text, sources = _text(made), _sources(made)
    for name in (*OF_RATERS, *OF_METRICS):
        words = statistic_words(name)
        told = words.method.removesuffix(".") in text
        assert told == (name in of_raters | of_metrics), name
    assert ("permuting" in text) == contested
    assert ("acceptable" in text) == ("auc_unacceptable" in of_metrics)
    assert "Benjamini" not in text
    assert "sign" not in text
    cited = [int(n) for n in re.findall(r"\[(\d+)\]", text)]
    assert set(cited) == set(range(1, len(sources) + 1)), "each source is cited, and none else"


def test_numbers_that_shape_the_figures_are_told() -> None:
    text = _text(facts(report(over="both", resamples=1234, seed=99)))
    assert "1,234 resamples, drawn with seed 99" in text
    assert "With under five models items alone are resampled." in text
    assert "Left out of the comparison: 3 answered with 'cannot judge'." in text
    assert "Holm" in text
    assert "Benjamini" in text
    assert "Student" not in text


def test_decisions_and_levels_are_told_where_there_are_some() -> None:
    rows = tuple(agreement_row(statistic=ALPHA + level) for level in ("ratio", "nominal"))
    text = _text(facts(report(agreement=rows, decided=3)))
    assert "alpha with nominal and ratio distances" in text
    assert "the decision stands instead of their mean: 3 answers." in text
    assert "ordinal" not in text


def test_nothing_compared_is_nothing_done() -> None:
    assert _text(facts(None)) == NOTHING_DONE
    assert _sources(facts(None)) == ()
