"""What each score means, in one plain sentence for people who rate and not compute."""

from __future__ import annotations

_SENTENCES = {
    "accuracy": (
        "Share of answers that are right; an answer from which no decision could be read "
        "is left out and counted apart."
    ),
    "precision": (
        "Of everything the model named, the share that the reference names too; "
        "low means that it adds things."
    ),
    "recall": (
        "Of everything the reference names, the share that the model found; "
        "low means that it misses things."
    ),
    "f1": (
        "One figure for precision and recall together; it is high only when the model "
        "neither adds nor misses much."
    ),
    "bleu4": (
        "How many word sequences, of up to four words, the answer shares with the reference "
        "text; a different wording of the same fact scores low."
    ),
    "chrf": (
        "How many short letter sequences the answer shares with the reference text; "
        "it forgives different word endings."
    ),
    "rouge1_f": (
        "How many single words the answer and the reference text have in common, "
        "whatever their order."
    ),
    "rouge_l_f": (
        "How much of the answer and the reference text runs through the same words in the "
        "same order, with gaps allowed."
    ),
    "none": "There is no automatic score for this task; only a person can judge the answer.",
}


def explain(metric_name: str) -> str:
    """Return a plain sentence for a metric, named with or without its protocol.

    Raises:
        KeyError: There is no such metric.
    """
    return _SENTENCES[metric_name.rpartition(".")[2]]
