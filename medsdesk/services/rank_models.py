"""Rank models as clinicians do and as each metric does, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from medsdesk.agreement.bradley_terry import bradley_terry
from medsdesk.services.study_measures import is_low_good

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats, Interval
    from medsdesk.services.rated_answers import Question, RatedAnswer

CLINICIANS = ""
"""Stands for clinicians where others are metrics."""

ONE_MODEL = "Only one model has rated answers: there is nothing to rank."
NOMINAL = "The scale is nominal: its values have no order, and models no rank by it."
NEVER_MET = "Not all models met in pairs, directly or through others: they have no common scale."
SOME_ITEMS = "Ranked by the {n} items to which every model has a rated answer."
ALL_ITEMS = "No {least} items have a rated answer of every model: each model is ranked by its own "
ALL_ITEMS += "items, and easier ones flatter it."
PAIRED = "Clinicians compared answers in pairs: abilities by Bradley and Terry, the first model 0."
PRIOR = "One side never lost, so half a win was given to both sides of each pair that met."

LEAST_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where one judge places one model.

    Attributes:
        judge: A metric, or ``CLINICIANS``.
        model: The model.
        rank: 1 for the best; equal models share the mean of their ranks.
        value: Mean rating or score, or log ability from pairs.
        ci95: 95 % interval of a log ability; None for means.
        n: Answers the value is made of; 0 where they are pairs.
    """

    judge: str
    model: str
    rank: float
    value: float
    ci95: Interval | None
    n: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Models as every judge ranks them.

    Attributes:
        judges: Clinicians first, then metrics.
        models: In the order of clinicians.
        places: A judge without figures of every model has none.
        note: Which answers count.
        gap: Why there is nothing.
    """

    judges: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    note: str | None = None
    gap: str | None = None


def rank_models(question: Question, metrics: Sequence[str]) -> Ranking:
    """Return how clinicians and metrics rank the models of a question."""
    models = tuple(dict.fromkeys(answer.model for answer in question.answers.values()))
    if question.level == "nominal":
        return Ranking(gap=NOMINAL)
    if len(models) < 2:
        return Ranking(gap=ONE_MODEL)
    counted, note = _common(question.answers, models)
    paired = any(answer.mirrored for answer in question.answers.values())
    if paired:
        clinicians, note = _by_pairs(question, models)
        if not clinicians:
            return Ranking(gap=NEVER_MET)
        counted = question.answers
    else:
        clinicians = _by_means(
            CLINICIANS, models, _ratings(question, counted), better=question.higher_is_better
        )
    places = list(clinicians)
    for metric in metrics:
        scores: defaultdict[str, list[float]] = defaultdict(list)
        for answer in counted.values():
            if metric in answer.scores:
                scores[answer.model].append(answer.scores[metric])
        places += _by_means(metric, models, scores, better=not is_low_good(metric))
    judges = tuple(dict.fromkeys(place.judge for place in places))
    order = {place.model: place.rank for place in clinicians}
    return Ranking(judges, tuple(sorted(models, key=order.__getitem__)), tuple(places), note)


def _common(
    answers: Mapping[str, RatedAnswer], models: Sequence[str]
) -> tuple[Mapping[str, RatedAnswer], str]:
    """Return the answers to items that every model has an answer to, or all answers."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for answer in answers.values():
        found[answer.item].add(answer.model)
    shared = {item for item, theirs in found.items() if len(theirs) == len(models)}
    if len(shared) < LEAST_ITEMS:
        return answers, ALL_ITEMS.format(least=LEAST_ITEMS)
    kept = {key: answer for key, answer in answers.items() if answer.item in shared}
    return kept, SOME_ITEMS.format(n=len(shared))


def _ratings(question: Question, counted: Mapping[str, RatedAnswer]) -> Mapping[str, list[float]]:
    """Return the mean ratings of each model's answers."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for (key, _), value in question.values.items():
        values[key].append(value)
    means: defaultdict[str, list[float]] = defaultdict(list)
    for key, answer in counted.items():
        if values[key]:
            means[answer.model].append(fmean(values[key]))
    return means


def _by_means(
    judge: str, models: Sequence[str], values: Mapping[str, list[float]], *, better: bool
) -> tuple[Place, ...]:
    import numpy as np

    if any(not values.get(model) for model in models):
        return ()
    means = np.array([round(fmean(values[model]), 9) for model in models])
    ranks = _ranks(means if better else -means)
    return tuple(
        Place(judge, model, float(rank), float(mean), None, len(values[model]))
        for model, rank, mean in zip(models, ranks, means, strict=True)
    )


def _by_pairs(question: Question, models: Sequence[str]) -> tuple[tuple[Place, ...], str]:
    """Rank by who was preferred: a value above 0 is for that answer, 0 half a win for each."""
    import numpy as np

    number = {model: place for place, model in enumerate(models)}
    sides: defaultdict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for (key, rater), value in question.values.items():
        answer = question.answers[key]
        sides[answer.item, rater].append((number[answer.model], value))
    wins = np.zeros((len(models), len(models)))
    for found in sides.values():
        if len(found) != 2 or found[0][0] == found[1][0]:
            continue  # half a pair, or two answers of one model
        (one, value), (other, _) = found
        share = 0.5 + 0.5 * float(np.sign(value))
        wins[one, other] += share
        wins[other, one] += 1 - share
    fitted = bradley_terry(wins)
    if fitted is None:
        return (), ""
    ranks = _ranks(np.round(fitted.log_ability, 9))
    places = tuple(
        Place(
            CLINICIANS, model, float(ranks[n]), float(fitted.log_ability[n]),
            (float(fitted.low[n]), float(fitted.high[n])) if n else None, 0,
        )
        for n, model in enumerate(models)
    )  # fmt: skip
    return places, f"{PAIRED} {PRIOR}" if fitted.prior else PAIRED


def _ranks(values: Floats) -> Floats:
    from medsdesk.agreement.ranks import middle_ranks

    return middle_ranks(-values)
