"""Compare models by what clinicians say: abilities from pairs, and rankings beside metrics'."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from medsdesk.agreement.bradley_terry import PRIOR, Abilities, bradley_terry
from medsdesk.agreement.distributions import t_quantile
from medsdesk.agreement.figures import defined, joined
from medsdesk.services.comparison_rows import CLINICIANS, AbilityRow, RankingRow
from medsdesk.services.study_measures import is_low_good

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats, Interval
    from medsdesk.services.rated_answers import RatedAnswer
    from medsdesk.services.rated_tables import RatedTable

ONE_MODEL = "There is one model, so there is nothing to rank."
APART = "The models fall into groups that never met in a pair: their abilities cannot be compared."
NO_WINS = "{models} won every vote, or none, against the others, which alone would put the ability "
NO_WINS += "without end: {prior:g} votes were added to either side of each pair of models that met."
ALONE = "{n} votes are left out, because the other answer of their pair is not there."
SAME_MODEL = "{n} votes are left out, because both answers of their pair are of the same model."
FEW_PAIRS = "Few pairs ({n}): read the interval, not the number."
OTHER_ITEMS = "The models were rated on different items: part of the difference may be the items'."

SANDWICH = "normal|sandwich-over:pairs"
WALD = "normal|wald"
STUDENT = "student-t|over:items"
MANY_PAIRS = 30


class _Votes(NamedTuple):
    """Votes on pairs of answers.

    Attributes:
        names: The models.
        wins: Shape (pairs, models, models): votes for the row's model against the column's.
        ties: Votes for neither, by two models.
        alone: Votes whose other answer is not there.
        same: Votes on two answers of the same model.
        raters: Who voted.
    """

    names: tuple[str, ...]
    wins: Floats
    ties: Counter[frozenset[str]]
    alone: int
    same: int
    raters: int


def ability_rows(table: RatedTable) -> Iterator[AbilityRow]:
    """Yield the ability of each model, where answers were rated in pairs.

    Each rating is a vote for one answer of its pair, or half a vote for each. Decisions take no
    part. Where a pair has several votes, the intervals take pairs, not votes, as independent.
    """
    import numpy as np

    if not any(answer.paired for answer in table.answers.values()):
        return
    votes = _votes(table)
    total = votes.wins.sum(axis=0)
    found = bradley_terry(total, clusters=votes.wins)
    several = bool((votes.wins.sum(axis=(1, 2)) > 1).any())
    note = joined(_ability_note(votes, found), _left_out(votes))
    met = votes.wins.sum(axis=2) + votes.wins.sum(axis=1)
    for place, model in enumerate(votes.names):
        first = place == 0
        yield AbilityRow(
            study=table.question.study,
            instrument=table.question.instrument,
            category=table.category,
            criterion=table.question.criterion,
            model=model,
            ability=None if found is None else float(found.log_ability[place]),
            ci95=None if first else _wald(found, place),
            reference=votes.names[0],
            wins=float(total[place].sum()),
            ties=sum(n for models, n in votes.ties.items() if model in models),
            votes=round(float(total[place].sum() + total[:, place].sum())),
            n_items=int(np.count_nonzero(met[:, place])),
            n_models=len(votes.names),
            n_raters=votes.raters,
            note=note,
            interval="" if found is None or first else SANDWICH if several else WALD,
        )


def _wald(found: Abilities | None, place: int) -> Interval | None:
    if found is None or defined(float(found.stderr[place])) is None:
        return None
    return float(found.low[place]), float(found.high[place])


def _votes(table: RatedTable) -> _Votes:
    """Return the votes of every pair; a vote counts once, from its first answer."""
    import numpy as np

    pairs: defaultdict[str, dict[str, RatedAnswer]] = defaultdict(dict)
    for key, answer in table.answers.items():
        if answer.paired:
            pairs[answer.item][key] = answer
    by_answer: defaultdict[str, list[float]] = defaultdict(list)
    raters = set()
    for (key, rater), value in table.question.values.items():
        if key in table.answers:
            by_answer[key].append(value)
            raters.add(rater)
    names = _competitors(pairs)
    wins = np.zeros((len(pairs), len(names), len(names)))
    ties: Counter[frozenset[str]] = Counter()
    alone = same = 0
    places = {name: place for place, name in enumerate(names)}
    for number, found in enumerate(pairs.values()):
        first = next(iter(found))
        sides = [_competitor(answer, names) for answer in found.values()]
        if len(sides) != 2:
            alone += len(by_answer[first])
            continue
        if sides[0] == sides[1]:
            same += len(by_answer[first])
            continue
        one, other = places[sides[0]], places[sides[1]]
        for value in by_answer[first]:
            share = 0.5 if value == 0 else float(value > 0)
            wins[number, one, other] += share
            wins[number, other, one] += 1 - share
            ties[frozenset(sides)] += value == 0
    return _Votes(tuple(names), wins, ties, alone, same, len(raters))


def _competitors(pairs: Mapping[str, Mapping[str, RatedAnswer]]) -> list[str]:
    """Return who is compared: models, or the runs of the one model there is."""
    answers = [answer for found in pairs.values() for answer in found.values()]
    models = sorted({answer.model for answer in answers})
    if len(models) > 1 or len({answer.run for answer in answers}) < 2:
        return models
    return sorted({_of_run(answer) for answer in answers})


def _competitor(answer: RatedAnswer, names: list[str]) -> str:
    return answer.model if answer.model in names else _of_run(answer)


def _of_run(answer: RatedAnswer) -> str:
    return f"{answer.model} (run {answer.run[:8]})"


def _ability_note(votes: _Votes, found: Abilities | None) -> str | None:
    if len(votes.names) < 2:
        return ONE_MODEL
    if found is None:
        return APART
    n = int((votes.wins.sum(axis=(1, 2)) > 0).sum())
    few = FEW_PAIRS.format(n=n) if n < MANY_PAIRS else None
    if not found.prior:
        return few
    total = votes.wins.sum(axis=0)
    extreme = [
        name
        for place, name in enumerate(votes.names)
        if not total[place].sum() or not total[:, place].sum()
    ]
    told = ", ".join(extreme) or "Some models"
    return joined(NO_WINS.format(models=told, prior=PRIOR), few)


def _left_out(votes: _Votes) -> str | None:
    return joined(
        ALONE.format(n=votes.alone) if votes.alone else None,
        SAME_MODEL.format(n=votes.same) if votes.same else None,
    )


def ranking_rows(table: RatedTable, spas: Mapping[str, float]) -> Iterator[RankingRow]:
    """Yield models in the order in which clinicians put them, then in that of each metric.

    Args:
        table: The ratings and scores.
        spas: Soft pairwise accuracy of each metric that has one.
    """
    import numpy as np

    question = table.question
    if question.level == "nominal":
        return
    yield from _ranked(table, CLINICIANS, table.human, better=question.higher_is_better)
    for metric in table.metrics:
        scores = np.where(np.isfinite(table.human), table.scores(metric), np.nan)
        spa = spas.get(metric)
        yield from _ranked(table, metric, scores, better=not is_low_good(metric), spa=spa)


def _ranked(
    table: RatedTable, by: str, numbers: Floats, *, better: bool, spa: float | None = None
) -> Iterator[RankingRow]:
    known = {name: found for name, found in table.by_model(numbers).items() if len(found)}
    # Rounded: equal sums of floating-point numbers must share a place.
    means = {name: float(f"{found.mean():.12g}") for name, found in known.items()}
    sign = -1.0 if better else 1.0
    order = sorted(means, key=lambda name: (sign * means[name], name))
    note = _ranking_note(table, numbers, len(means))
    for name in order:
        rank = 1 + sum(sign * other < sign * means[name] for other in means.values())
        interval = _mean_interval(known[name])
        yield RankingRow(
            study=table.question.study,
            instrument=table.question.instrument,
            category=table.category,
            criterion=table.question.criterion,
            by=by,
            model=name,
            rank=rank if len(means) > 1 else None,
            mean=means[name],
            ci95=interval,
            spa=spa,
            n_items=len(known[name]),
            n_models=len(means),
            n_raters=table.n_raters,
            note=note,
            interval=STUDENT if interval else "",
        )


def _ranking_note(table: RatedTable, numbers: Floats, models: int) -> str | None:
    if models < 2:
        return ONE_MODEL
    return OTHER_ITEMS if table.is_uneven(numbers) else None


def _mean_interval(values: Floats) -> Interval | None:
    """Return mean +- t s / sqrt(n); None for one value, and where all are equal."""
    n = len(values)
    if n < 2:
        return None
    mean = float(values.sum()) / n
    apart = values - mean
    spread = math.sqrt(float(apart @ apart) / (n - 1))
    if spread <= 1e-12 * abs(mean):
        return None
    reach = t_quantile(0.975, n - 1) * spread / math.sqrt(n)
    return mean - reach, mean + reach
