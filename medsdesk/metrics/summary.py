"""One figure for many items: means, and pooled counts where a mean would mislead."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence

from medsdesk.core.score import Score
from medsdesk.metrics.counts import PARTIAL, Counts
from medsdesk.metrics.item import is_unparsed

NO_ITEM = "no item has a score"


def summarise(scores: Sequence[Score]) -> tuple[Score, ...]:
    """Aggregate the scores of one task's items, one result per metric and way of making it.

    The signature's ``agg`` field decides: the mean of the scored items, figures from pooled
    counts (``micro``), or the mean over labels of figures from each label's pooled counts
    (``macro``: labels that occur). ``micro-partial`` pools the counts with half credits.
    ``micro-or-0`` and ``macro-of-10`` are the authors' forms, in which nothing at all gives 0 and
    each of ten labels has a part in the mean. Unscored items are counted, never averaged in.
    Details hold ``n`` (scored items), ``unscored`` and, of these, ``unparsed`` (nothing could be
    read out of the answer), for means ``stderr`` (in points, from two items on), else the counts.
    """
    groups: dict[tuple[str, str], list[Score]] = defaultdict(list)
    for score in scores:
        groups[score.name, score.signature].append(score)
    return tuple(_aggregate(group) for group in groups.values())


def _aggregate(group: Sequence[Score]) -> Score:
    first = group[0]
    scored = [score for score in group if score.value is not None]
    values = [score.value for score in group if score.value is not None]
    details = {
        "n": float(len(scored)),
        "unscored": float(len(group) - len(scored)),
        "unparsed": float(sum(s.value is None and is_unparsed(s.reason) for s in group)),
    }
    value: float | None = None
    if scored:
        value, more = _figure(first, values, [score.details for score in scored])
        details |= more
    return Score(
        protocol=first.protocol,
        metric=first.metric,
        value=value,
        signature=first.signature,
        reason=None if scored else NO_ITEM,
        details=details,
    )


def _figure(
    first: Score, values: Sequence[float], counts: Sequence[Mapping[str, float]]
) -> tuple[float, dict[str, float]]:
    pooled = _pool(counts)
    match aggregation(first).partition("-"):
        case ("micro", _, "partial"):
            halves = pooled.get("partial", Counts(0.0, 0.0, 0.0))
            figures = halves.figures()
            return figures[first.metric.removeprefix(PARTIAL)], halves.details()
        case ("micro", _, empty):
            figures = pooled[""].figures(0.0 if empty else 100.0)
            return figures[first.metric], pooled[""].details()
        case ("macro", _, labels):
            return _macro(first.metric, pooled, int(labels.removeprefix("of-") or 0))
        case _:
            return statistics.fmean(values), _stderr(values)


def aggregation(score: Score) -> str:
    """Return the field of a signature that says how items are summed up."""
    return score.signature.rpartition("|agg:")[2]


def _stderr(values: Sequence[float]) -> dict[str, float]:
    """Return s / sqrt(n) with the sample standard deviation s; undefined for one value."""
    if len(values) < 2:
        return {}
    return {"stderr": statistics.stdev(values) / math.sqrt(len(values))}


def _pool(counts: Sequence[Mapping[str, float]]) -> dict[str, Counts]:
    """Add up tp, fp and fn over items, by label; the label "" is the whole."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: {"tp": 0.0, "fp": 0.0, "fn": 0.0})
    for details in counts:
        for key, count in details.items():
            name, _, label = key.partition(":")
            if name in {"tp", "fp", "fn"}:
                sums[label][name] += count
    return {label: Counts(**found) for label, found in sums.items()}


def _macro(
    metric: str, pooled: Mapping[str, Counts], of_labels: int
) -> tuple[float, dict[str, float]]:
    """Return the mean over a number of labels; 0 for those that occur in reference or answer."""
    labels = {label: counts for label, counts in pooled.items() if label and not counts.empty}
    details = {"labels": float(len(labels))}
    for label, counts in sorted(labels.items()):
        details |= {f"{name}:{label}": count for name, count in counts.details().items()}
    total = sum(counts.figures()[metric] for counts in labels.values())
    return total / (of_labels or len(labels)), details
