"""Free text against reference texts: BLEU, chrF and ROUGE that work in every language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from medsdesk.metrics.item import Family, Item, Mark
from medsdesk.metrics.union_lcs import common_length
from medsdesk.metrics.words import folded, words

if TYPE_CHECKING:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

METRICS = ("bleu4", "chrf", "rouge1_f", "rouge2_f", "rouge_l_f")

# sacrebleu's tokenizers. ``13a`` is the customary one for languages in Latin script, but it
# splits at ASCII punctuation only; Russian text is full of guillemets, long dashes and the
# numero sign, which would stay glued to the words, so Russian takes ``intl`` (splits at Unicode
# punctuation and symbols). Chinese and Japanese are not spaced.
_TOKENIZERS = {"zh": "zh", "ja": "char", "ru": "intl"}
_DEFAULT_TOKENIZER = "13a"
_ROUGE_TYPES = {"rouge1_f": "rouge1", "rouge2_f": "rouge2", "rouge_l_f": "rougeL"}
# rouge-score's table of a 40,000-word text has 10^9 cells; the bit rows give the same length.
_LCS = "|lcs:bit-rows"
_ONE_WORD = "|one-word:equal"


class _Rouge(Protocol):
    """What is used of rouge-score's scorer, which carries no types."""

    def score_multi(self, targets: Sequence[str], prediction: str) -> Mapping[str, Any]: ...


class UnicodeWords:
    """The tokenizer handed to rouge-score, whose own one keeps ``a-z0-9`` only."""

    def tokenize(self, text: str) -> list[str]:
        """Return the words of the folded text; ideographs and kana one by one."""
        return words(folded(text))


def measure(item: Item) -> Mark:
    """Compare free text with its references.

    An empty answer is a real answer that shares nothing with the reference: 0, not unscored.
    """
    if not any(words(folded(reference)) for reference in item.references):
        return Mark(reason="the reference has no words")
    references = list(item.references)
    values = {
        "bleu4": bleu4(item.answer, references, item.language),
        "chrf": chrf(item.answer, references),
        **rouge(item.answer, references),
    }
    return Mark(values, details={"references": len(references)})


def bleu4(answer: str, references: Sequence[str], language: str) -> float:
    """Return sentence BLEU in percent.

    BLEU = BP * exp(mean over n = 1..4 of ln p_n), with p_n the clipped n-gram precision over all
    references and BP = min(1, exp(1 - r / c)) (Papineni et al., ACL 2002). Orders longer than the
    answer are left out (effective order) and zero precisions are smoothed exponentially
    (Chen and Cherry, WMT 2014, method 3), as sacrebleu does for sentences (Post, WMT 2018).
    """
    return _bounded(_bleu(_tokenizer(language)).sentence_score(answer, references).score)


def chrf(answer: str, references: Sequence[str]) -> float:
    """Return chrF2 in percent; with several references the best of them.

    chrF2 = (1 + 4) P R / (4 P + R) over character n-grams, n = 1..6, white space left out
    (Popovic, WMT 2015).
    """
    return _bounded(_chrf().sentence_score(answer, references).score)


def rouge(answer: str, references: Sequence[str]) -> dict[str, float]:
    """Return ROUGE-1 F, ROUGE-2 F and ROUGE-L F in percent; of several references the best.

    F = 2 P R / (P + R), with P and R the share of the answer's and the reference's words in the
    clipped unigram overlap (ROUGE-1), of their pairs of neighbouring words in the clipped overlap
    of those (ROUGE-2), or of their words in the longest common subsequence (ROUGE-L) (Lin, 2004).
    One word has no pair: for ROUGE-2 it is equal to itself, 100. Words as in ``UnicodeWords``; no
    stemming.
    """
    ngrams = _rouge().score_multi(references, answer)
    found = words(folded(answer))
    wanted = [words(folded(reference)) for reference in references]
    longest = max(_rouge_l(found, reference) for reference in wanted)
    pairs = 1.0 if len(found) == 1 and found in wanted else ngrams["rouge2"].fmeasure
    return {
        "rouge1_f": _bounded(100.0 * ngrams["rouge1"].fmeasure),
        "rouge2_f": _bounded(100.0 * pairs),
        "rouge_l_f": _bounded(100.0 * longest),
    }


def _rouge_l(found: Sequence[str], wanted: Sequence[str]) -> float:
    """Return 2 P R / (P + R) for P = l / a and R = l / r, which is 2 l / (a + r)."""
    length = common_length(found, wanted)
    return 2 * length / (len(found) + len(wanted)) if length else 0.0


@cache
def signature(metric: str, language: str) -> str:
    """Return how a text metric is made; for BLEU and chrF sacrebleu's own signature."""
    if metric in _ROUGE_TYPES:
        from importlib.metadata import version

        made = f"{_ROUGE_TYPES[metric]}|nrefs:best|case:folded|tok:nfkc-unicode-words|stem:no"
        made += {"rouge2_f": _ONE_WORD, "rouge_l_f": _LCS}.get(metric, "")
        return f"{metric}|{made}|stat:f|version:rouge-score-{version('rouge-score')}|agg:mean"
    scorer = _bleu(_tokenizer(language)) if metric == "bleu4" else _chrf()
    # sacrebleu wants the number of references, which differs by item: -1 is its "var".
    scorer.num_refs = -1
    return f"{metric}|{scorer.get_signature().format()}|lib:sacrebleu|agg:mean"


FAMILY = Family(METRICS, measure, signature, reads=False)


def _tokenizer(language: str) -> str:
    return _TOKENIZERS.get(language, _DEFAULT_TOKENIZER)


@cache
def _bleu(tokenizer: str) -> BLEU:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(tokenize=tokenizer, effective_order=True)


@cache
def _chrf() -> CHRF:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF()


@cache
def _rouge() -> _Rouge:
    from rouge_score.rouge_scorer import RougeScorer

    make: Callable[..., _Rouge] = RougeScorer
    return make(["rouge1", "rouge2"], tokenizer=UnicodeWords())


def _bounded(value: float) -> float:
    # A product of logarithms can end a hair above 100.
    return min(100.0, max(0.0, float(value)))
