"""BLEU-1 of one answer, as nltk's sentence BLEU gives it for single words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence


def bleu1(answer: Sequence[str], reference: Sequence[str]) -> float:
    """Return sentence BLEU over single tokens in percent.

    BLEU-1 = BP * p with p the share of the answer's tokens that the reference has too, each
    counted at most as often as there, and BP = 1 where the answer is longer than the reference,
    else exp(1 - r / a) for lengths a and r (Papineni et al., ACL 2002). This is what
    ``nltk.translate.bleu_score.sentence_bleu`` gives for weights (1, 0, 0, 0); its smoothing
    method 1 (Chen and Cherry, WMT 2014) never acts on single tokens, because an answer that
    shares none has 0 before it.
    """
    shared = (Counter(answer) & Counter(reference)).total()
    if not shared:
        return 0.0
    brevity = min(1.0, math.exp(1.0 - len(reference) / len(answer)))
    return 100.0 * brevity * shared / len(answer)
