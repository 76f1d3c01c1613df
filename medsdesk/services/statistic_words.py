"""What each statistic is called, what it says, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatisticWords:
    """A statistic in words.

    Attributes:
        name: Its name for people.
        method: What was done, a sentence.
        source: Whose it is.
    """

    name: str
    method: str
    source: str


KRIPPENDORFF = "Krippendorff. Content Analysis, 4th ed., Sage, 2019, ch. 12"
_COHEN = "Cohen. Psychological Bulletin 1968; 70: 213-220"
_GWET = "Gwet. Br J Math Stat Psychol 2008; 61: 29-48"
_SHROUT = "Shrout, Fleiss. Psychological Bulletin 1979; 86: 420-428"
_RIJSBERGEN = "van Rijsbergen. Information Retrieval, 2nd ed., 1979, ch. 7"
_KENDALL = "Kendall. Biometrika 1945; 33: 239-251"
_SPEARMAN = "Spearman. Am J Psychol 1904; 15: 72-101"
_DEUTSCH = "Deutsch, Foster, Freitag. EMNLP 2023, Ties Matter, section 5"
_ALPHA = "Krippendorff's alpha, {level}"
ALPHA, LEVELS = "krippendorff_alpha_", ("nominal", "ordinal", "interval", "ratio")
ALPHA_METHOD = (
    "Agreement of raters is Krippendorff's alpha with {levels} distances, which takes any number "
    "of raters and gaps."
)

_WORDS = {
    "cohen_kappa": StatisticWords(
        "Cohen's kappa",
        "Agreement of two raters on a nominal scale is Cohen's kappa.",
        "Cohen. Educ Psychol Meas 1960; 20: 37-46",
    ),
    "weighted_kappa_quadratic": StatisticWords(
        "Weighted kappa, quadratic",
        "Agreement of two raters is also given as kappa with quadratic weights.",
        _COHEN,
    ),
    "weighted_kappa_linear": StatisticWords(
        "Weighted kappa, linear",
        "Agreement of two raters is also given as kappa with linear weights.",
        _COHEN,
    ),
    "gwet_ac1": StatisticWords(
        "Gwet's AC1", "Gwet's AC1 also holds where one category is rare.", _GWET
    ),
    "gwet_ac2_quadratic": StatisticWords(
        "Gwet's AC2, quadratic",
        "Gwet's AC2 with quadratic weights also holds where nearly all ratings are alike.",
        _GWET,
    ),
    "randolph_kappa": StatisticWords(
        "Randolph's kappa",
        "Randolph's free-marginal kappa is given for rare findings.",
        "Randolph. Joensuu Learning and Instruction Symposium 2005",
    ),
    "icc_2_1": StatisticWords(
        "ICC(2,1)",
        "The reliability of one rater is the intraclass correlation ICC(2,1): two-way random, "
        "absolute agreement.",
        _SHROUT,
    ),
    "icc_2_k": StatisticWords(
        "ICC(2,k)",
        "The reliability of the raters' mean is ICC(2,k), likewise.",
        _SHROUT,
    ),
    "f1_characters": StatisticWords(
        "F1 of marked characters",
        "How far raters mark the same places is the F1 of characters that two raters marked.",
        _RIJSBERGEN,
    ),
    "f1_characters_by_type": StatisticWords(
        "F1 of marked characters, by type",
        "The same F1 is given for characters marked as the same type.",
        _RIJSBERGEN,
    ),
    "krippendorff_alpha_characters_nominal": StatisticWords(
        "Krippendorff's alpha of characters",
        "For marks Krippendorff's alpha takes each character as a unit, with nominal distances.",
        KRIPPENDORFF,
    ),
    "intra_rater_kappa_quadratic": StatisticWords(
        "Weighted kappa with oneself",
        "How far raters agree with themselves on items that came back unannounced is kappa with "
        "quadratic weights, all raters together.",
        _COHEN,
    ),
    "intra_rater_kappa_identity": StatisticWords(
        "Kappa with oneself",
        "How far raters agree with themselves on items that came back unannounced is Cohen's "
        "kappa, all raters together.",
        "Cohen. Educ Psychol Meas 1960; 20: 37-46",
    ),
    "intra_rater_same_value": StatisticWords(
        "Same value again", "The share of such items with the same value both times is given.", ""
    ),
    "intra_rater_same_direction": StatisticWords(
        "Same direction again",
        "The share of pairs that came back and were decided in the same direction is given.",
        "",
    ),
    "kendall_tau_b_by_item": StatisticWords(
        "Kendall's tau-b by item",
        "How far a metric orders answers to the same input as clinicians do is Kendall's tau-b "
        "between mean rating and score, item by item, averaged over items.",
        _KENDALL,
    ),
    "acc_eq_star": StatisticWords(
        "Pairwise accuracy, tie-calibrated",
        "Pairwise accuracy with tie calibration is the share of pairs of answers to the same "
        "input that both order alike or call equal; scores that differ by no more than a "
        "threshold count as equal, and the threshold is fitted on the same items.",
        _DEUTSCH,
    ),
    "acc_eq_star_held_out": StatisticWords(
        "Pairwise accuracy, held out",
        "The same accuracy is given with the threshold fitted on other items than those judged.",
        _DEUTSCH,
    ),
    "spearman_by_item": StatisticWords(
        "Spearman's rho by item",
        "Spearman's rank correlation is computed item by item and averaged over items.",
        _SPEARMAN,
    ),
    "spa": StatisticWords(
        "Soft pairwise accuracy",
        "Whether a metric ranks models as clinicians do, and as surely, is soft pairwise "
        "accuracy: one minus the mean difference of the p-values that clinicians and metric "
        "give to each pair of models.",
        "Thompson et al. WMT 2024, Soft Pairwise Accuracy",
    ),
    "spearman_pooled": StatisticWords(
        "Spearman's rho, pooled",
        "Spearman's rank correlation over all answers at once stands beside it and mixes "
        "differences between inputs with those between answers.",
        _SPEARMAN,
    ),
    "spearman_partial_length": StatisticWords(
        "Spearman's rho, length held constant",
        "The pooled rank correlation is also given with the length of answers held constant.",
        "Kendall. Biometrika 1942; 32: 277-283",
    ),
    "auc_unacceptable": StatisticWords(
        "Area under the ROC curve",
        "How well a metric tells unacceptable answers from acceptable ones is the area under the "
        "ROC curve.",
        "Hanley, McNeil. Radiology 1982; 143: 29-36",
    ),
}


def statistic_words(statistic: str) -> StatisticWords:
    """Return a statistic in words; one that is not known has its own name and no source."""
    found = _WORDS.get(statistic)
    if found is not None:
        return found
    level = statistic.removeprefix(ALPHA)
    if level in LEVELS:
        return StatisticWords(
            _ALPHA.format(level=level),
            ALPHA_METHOD.format(levels=level),
            KRIPPENDORFF,
        )
    words = statistic.replace("_", " ")
    return StatisticWords(words[:1].upper() + words[1:], "", "")


def known_statistics() -> tuple[str, ...]:
    """Return the statistics that have words of their own."""
    return (*(ALPHA + level for level in LEVELS), *_WORDS)


METRIC_NAMES = {
    "accuracy": "Accuracy", "precision": "Precision", "recall": "Recall", "f1": "F1",
    "bleu1": "BLEU-1", "bleu4": "BLEU-4", "chrf": "chrF", "rouge": "ROUGE",
    "rouge1_f": "ROUGE-1 F", "rouge2_f": "ROUGE-2 F", "rouge_l_f": "ROUGE-L F",
}  # fmt: skip


def metric_words(metric: str) -> str:
    """Return a metric's name for people, such as ``BLEU-4 (strict)``; without protocol as it is."""
    protocol, dot, name = metric.partition(".")
    if not dot or protocol not in ("strict", "medsbench"):
        return metric
    words = METRIC_NAMES.get(name) or name[:1].upper() + name[1:].replace("_", " ")
    return f"{words} ({'paper' if protocol == 'medsbench' else protocol})"
