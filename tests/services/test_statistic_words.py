"""Every statistic that a comparison can hold has words and a source."""

from __future__ import annotations

import re
from pathlib import Path

import medsdesk.agreement
from medsdesk.services.statistic_words import known_statistics, metric_words, statistic_words

SHARES = {"intra_rater_same_value", "intra_rater_same_direction"}


def test_known_statistics_have_a_sentence_and_all_but_shares_a_source() -> None:
    for name in known_statistics():
        words = statistic_words(name)
        assert words.method.endswith("."), name
        assert bool(words.source) == (name not in SHARES), name


def test_the_statistics_of_the_code_are_known() -> None:
    folder = Path(next(iter(medsdesk.agreement.__path__)))
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    told = set(re.findall(r'"((?:kendall|acc_eq|spearman|spa|auc|gwet|icc|cohen|weighted_kappa|'
                          r'randolph|f1_characters)[a-z0-9_]*)"', text))  # fmt: skip
    told -= {"kendall_tau_b", "spearman", "acc_eq"}
    assert len(told) > 10
    assert told <= set(known_statistics())


def test_what_is_not_known_keeps_its_name_and_claims_no_source() -> None:
    words = statistic_words("limits_of_agreement")
    assert (words.name, words.method, words.source) == ("Limits of agreement", "", "")


def test_metrics_have_names_for_people() -> None:
    names = [metric_words(n) for n in ("strict.bleu4", "medsbench.rouge", "strict.new", "own")]
    assert names == ["BLEU-4 (strict)", "ROUGE (paper)", "New (strict)", "own"]
