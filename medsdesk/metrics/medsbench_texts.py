"""BLEU and ROUGE of free text, as the authors' scripts compute them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from medsdesk.metrics.item import EMPTY, Item, Mark
from medsdesk.metrics.medsbench_rules import LEFT_OUT, missing
from medsdesk.metrics.tokenizers import tokenizer_for
from medsdesk.metrics.unigrams import bleu1
from medsdesk.metrics.union_lcs import rouge_l

METRICS = ("bleu1", "rouge")
STOPS_ZERO = "the authors' script stops at this item; counted as 0"
STOPS_LEFT_OUT = "the authors' script stops at this item; left out, as it leaves out blank ones"
_EMPTY_ZERO = f"{EMPTY}, counted as 0"


@dataclass(frozen=True, slots=True)
class TextRule:
    """How one of the scripts prepares texts before it compares them.

    Attributes:
        language: ISO 639-1 code that chooses the tokenizer; the scripts know zh and ja, and take
            the English one for all else.
        prepare_answer: Applied to the output first.
        prepare_reference: Applied to the reference first.
        leaves_out: Whether missing outputs are left out of the mean; else they count as 0.
        leaves_out_blank: Whether outputs of white space alone are left out as well.
    """

    language: str = "en"
    prepare_answer: Callable[[str], str] = str
    prepare_reference: Callable[[str], str] = str
    leaves_out: bool = False
    leaves_out_blank: bool = False

    def measure(self, item: Item) -> Mark:
        """Compare one answer with its reference: BLEU-1 over tokens, ROUGE-L over words.

        For zh and ja the words of ROUGE are the tokens, else what white space parts; so marks
        stay glued to words there and nowhere else. See ``bleu1`` and ``rouge_l``.
        """
        answer = self.prepare_answer(item.answer)
        reference = self.prepare_reference(item.references[0])
        if missing(item.answer) or missing(item.references[0]):
            # The script that leaves out blank cells forgets that pandas gives it no text for these.
            if self.leaves_out_blank:
                return Mark(reason=STOPS_LEFT_OUT)
            return _none(item, left_out=self.leaves_out)
        if not answer.strip():
            return _none(item, left_out=self.leaves_out_blank)
        return self._compare(answer, reference)

    def _compare(self, answer: str, reference: str) -> Mark:
        cut = tokenizer_for(self.language).cut
        answer_tokens, reference_tokens = cut(answer), cut(reference)
        if self._rouge_on_tokens:
            answer, reference = " ".join(answer_tokens), " ".join(reference_tokens)
        rouge = rouge_l(answer, reference)
        values = {"bleu1": bleu1(answer_tokens, reference_tokens), "rouge": rouge or 0.0}
        return Mark(values, None, STOPS_ZERO if rouge is None else None)

    @property
    def _rouge_on_tokens(self) -> bool:
        return self.language in ("zh", "ja")

    def signature(self, metric: str) -> str:
        """Return how a metric is made, without the fields common to the protocol."""
        tokenizer = tokenizer_for(self.language).name
        if metric == "bleu1":
            return f"nltk-sentence-bleu|weights:1,0,0,0|smooth:method1|tok:{tokenizer}"
        words = tokenizer if self._rouge_on_tokens else "white-space"
        return f"rouge-l-f|like:rouge-1.0.1|sentences:full-stops|tok:{words}"


def without_stops(text: str) -> str:
    """Return a text as the script for fact verification prepares a reference."""
    return text.replace(".", "").strip().lower()


def trimmed_lower(text: str) -> str:
    """Return a text as the script for fact verification prepares an output."""
    return text.strip().lower()


def _none(item: Item, *, left_out: bool) -> Mark:
    if left_out:
        return Mark(reason=LEFT_OUT)
    reason = STOPS_ZERO if item.answer.strip() else _EMPTY_ZERO
    return Mark(dict.fromkeys(METRICS, 0.0), None, reason)
