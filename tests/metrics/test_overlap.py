"""BLEU, chrF and ROUGE against hand arithmetic and published examples; texts are synthetic."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from medsdesk.core.task import MetricFamily
from medsdesk.metrics.item import Item
from medsdesk.metrics.overlap import (
    METRICS,
    UnicodeWords,
    bleu4,
    chrf,
    measure,
    rouge,
    signature,
)

TOKENS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=9)
SENTENCES = {
    "en": "The patient has had a dry cough for three days.",
    "zh": "患者发热三天，伴有咳嗽。",
    "ja": "患者は三日前から発熱し、咳が出ています。",
    "fr": "Le patient présente une fièvre élevée depuis trois jours, d'où l'hospitalisation.",
    "ru": "У пациента «сухой» кашель — три дня, температура 38,5.",
    "es": "¿Tiene el paciente fiebre? Sí, desde hace tres días.",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.items())
def test_identical_texts_score_100(
    language: str, text: str, make_item: Callable[..., Item]
) -> None:
    mark = measure(make_item(MetricFamily.TEXT, text, text, language=language))
    assert mark.values == pytest.approx(dict.fromkeys(METRICS, 100.0))
    assert max(mark.values.values()) <= 100.0


@pytest.mark.parametrize(("language", "text"), SENTENCES.items())
def test_unrelated_and_empty_texts_score_0(
    language: str, text: str, make_item: Callable[..., Item]
) -> None:
    empty = measure(make_item(MetricFamily.TEXT, "", text, language=language))
    assert empty.values == dict.fromkeys(METRICS, 0.0)
    other = measure(make_item(MetricFamily.TEXT, "qqqq", text, language=language))
    assert other.values == dict.fromkeys(METRICS, 0.0)


@pytest.mark.parametrize(
    ("answer", "references", "language", "expected"),
    [
        # p1..p4 = 5/5, 3/4, 2/3, 1/2, product 1/4; c = 5, r = 6, BP = exp(1 - 6/5)
        ("the cat sat on mat", ["the cat sat on the mat"], "en", 0.25**0.25 * math.exp(-0.2)),
        # three tokens, so orders 1..3: 3/3, 2/2, 1/1; c = 3, r = 6, BP = exp(1 - 2)
        ("the cat sat", ["the cat sat on the mat"], "en", math.exp(-1)),
        # clipped over both references: 4/4, 3/3, 2/2, 1/1; closest length 4
        ("dry cough and fever", ["dry cough", "dry cough and fever"], "en", 1.0),
        # characters: 3/4, 2/3, 1/2, then 0/1 smoothed to 1/2 of 1/1; c = r = 4, no penalty
        ("患者发病", ["患者发热"], "zh", (3 / 4 * 2 / 3 * 1 / 2 * 1 / 2) ** 0.25),
        ("患者発病", ["患者発熱"], "ja", (3 / 4 * 2 / 3 * 1 / 2 * 1 / 2) ** 0.25),
    ],
)
def test_bleu4_by_hand(answer: str, references: list[str], language: str, expected: float) -> None:
    assert bleu4(answer, references, language) == pytest.approx(100 * expected)


def test_russian_punctuation_is_no_part_of_a_word() -> None:
    # With guillemets glued on, as 13a leaves them, no word would match.
    assert bleu4("кашель", ["«кашель»"], "ru") > bleu4("кашель", ["«кашель»"], "en") == 0.0


def test_chrf_by_hand() -> None:
    # "ab" against "abc": orders 1 and 2 exist in both. P = (2/2 + 1/1) / 2 = 1,
    # R = (2/3 + 1/2) / 2 = 7/12; F2 = 5 P R / (4 P + R) = 5 * 7/12 / (4 + 7/12)
    assert chrf("ab", ["abc"]) == pytest.approx(100 * (5 * 7 / 12) / (4 + 7 / 12))
    assert chrf("ab", ["xyz", "ab"]) == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("answer", "reference", "rouge1", "rouge2", "rouge_l"),
    [
        # Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004, section 3.1:
        # ROUGE-L 3/4 and 2/4 (four words on both sides, so P = R = F)
        ("police kill the gunman", "police killed the gunman", 75.0, 200 / 6, 75.0),
        ("the gunman kill police", "police killed the gunman", 75.0, 200 / 6, 50.0),
        # ROUGE-2: one of three pairs on both sides, "the gunman" or "gunman kill" against none
        # P = 3/3, R = 3/6: F = 2 * 1/2 / (3/2)
        ("The CAT sat", "the cat sat on the mat", 200 / 3, 400 / 7, 200 / 3),
        ("患者发热", "患者咳嗽", 50.0, 100 / 3, 50.0),  # 2 of 4 characters
        (
            "熱がある",
            "ある熱が",
            100.0,
            200 / 3,
            50.0,
        ),  # the same characters; two in a row in order
        ("сильная боль", "боль сильная", 100.0, 0.0, 50.0),
        ("fièvre élevée", "fievre elevee", 0.0, 0.0, 0.0),  # accents count
    ],
)
def test_rouge_by_hand(
    answer: str, reference: str, rouge1: float, rouge2: float, rouge_l: float
) -> None:
    found = rouge(answer, [reference])
    expected = {"rouge1_f": rouge1, "rouge2_f": rouge2, "rouge_l_f": rouge_l}
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("Asthma.", 100.0), ("Angina", 0.0), ("asthma attack", 0.0), ("", 0.0)],
)
def test_one_word_has_no_pair_and_is_still_equal_to_itself(answer: str, expected: float) -> None:
    assert rouge(answer, ["asthma"])["rouge2_f"] == expected


def test_rouge_takes_the_best_reference() -> None:
    assert set(rouge("a b", ["c d", "a b"]).values()) == {100.0}


def test_reference_without_words_is_unscored(make_item: Callable[..., Item]) -> None:
    mark = measure(make_item(MetricFamily.TEXT, "text", "---"))
    assert (dict(mark.values), mark.reason) == ({}, "the reference has no words")


def test_tokenizer_is_ours() -> None:
    assert UnicodeWords().tokenize("Présente 咳嗽") == ["présente", "咳", "嗽"]


@pytest.mark.parametrize(
    ("metric", "language", "parts"),
    [
        ("bleu4", "en", ["nrefs:var", "case:mixed", "eff:yes", "tok:13a", "smooth:exp"]),
        ("bleu4", "ru", ["tok:intl"]),
        ("bleu4", "zh", ["tok:zh"]),
        ("bleu4", "ja", ["tok:char"]),
        ("bleu4", "sv", ["tok:13a"]),
        ("chrf", "en", ["nc:6", "nw:0", "version:"]),
        ("rouge1_f", "en", ["rouge1|", "tok:nfkc-unicode-words", "stem:no", "rouge-score-"]),
        ("rouge2_f", "en", ["rouge2|", "one-word:equal"]),
        ("rouge_l_f", "ja", ["rougeL|", "case:folded"]),
    ],
)
def test_signatures_hold_the_options(metric: str, language: str, parts: list[str]) -> None:
    found = signature(metric, language)
    assert found.startswith(f"{metric}|")
    assert found.endswith("|agg:mean")
    assert all(part in found for part in parts)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40), st.text(min_size=1, max_size=40), st.sampled_from(list(SENTENCES)))
def test_values_are_bounded(answer: str, reference: str, language: str) -> None:
    values = [bleu4(answer, [reference], language), chrf(answer, [reference])]
    values += rouge(answer, [reference]).values()
    assert all(0.0 <= value <= 100.0 for value in values)


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from("abc 咳嗽がй.,"), min_size=1, max_size=30))
def test_identity_is_100_wherever_there_is_a_word(text: str) -> None:
    if UnicodeWords().tokenize(text):
        assert set(rouge(text, [text]).values()) == {100.0}
        assert chrf(text, [text]) == pytest.approx(100.0)


@given(TOKENS, TOKENS)
def test_rouge_l_equals_rouge_score(answer: list[str], reference: list[str]) -> None:
    make: Callable[..., Any] = RougeScorer
    theirs = make(["rougeL"], tokenizer=UnicodeWords()).score(" ".join(reference), " ".join(answer))
    found = rouge(" ".join(answer), [" ".join(reference)])
    assert found["rouge_l_f"] == pytest.approx(100 * theirs["rougeL"].fmeasure)


def test_a_very_long_text_takes_seconds() -> None:
    text = " ".join(f"w{number % 977}" for number in range(34_000))
    assert rouge(text, [text[5000:] + text[:5000]])["rouge_l_f"] > 50
