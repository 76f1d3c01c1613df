"""A score is named with its protocol; no value is not the same as 0."""

from __future__ import annotations

from medsdesk.core.score import Score


def test_the_name_has_protocol_and_metric() -> None:
    assert Score("strict", "rouge_l_f", 12.5, "s").name == "strict.rouge_l_f"
    assert Score("medsbench", "accuracy", 0.0, "s").name == "medsbench.accuracy"


def test_an_unscored_answer_has_no_value() -> None:
    unscored = Score("strict", "accuracy", None, "s", reason="no reference given")
    assert unscored.value is None
    assert unscored != Score("strict", "accuracy", 0.0, "s", reason="no reference given")


def test_two_scores_do_not_share_their_details() -> None:
    first, second = Score("strict", "f1", 1.0, "s"), Score("strict", "f1", 1.0, "s")
    assert first.details == {}
    assert first.details is not second.details
