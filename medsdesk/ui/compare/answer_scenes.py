"""Pictures of single answers: scatter, limits of agreement, ROC curve and the farthest apart."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from medsdesk.ui.compare.plots import SYMBOLS, Dot, FigureTable, Line, Plot, Scene, Words
from medsdesk.ui.compare.words import (
    about,
    figure,
    interval,
    metric_label,
    question_label,
    short_id,
)

if TYPE_CHECKING:
    from medsdesk.services.answer_pictures import AnswerPoint
    from medsdesk.services.comparison_pictures import Compared, Looked

JITTER = 0.16
OTHERS = "Other categories"
_HEAD = ("Item", "Task", "Category", "Model", "Clinicians")
_MARGIN = 0.06


def scatter(looked: Looked, compared: Compared) -> Scene:
    """Return each answer's score over the clinicians' mean rating."""
    names = _categories(looked.points)
    moved = _moved(len(looked.points), compared.report.seed)
    dots = tuple(
        Dot(point.rating + aside, point.score, _kind(names, point), row)
        for row, (point, aside) in enumerate(zip(looked.points, moved, strict=True))
    )
    x_range = _range([point.rating for point in looked.points], least=0.5)
    plot = Plot(
        dots, x_range, _range([point.score for point in looked.points]), _asked(looked),
        metric_label(looked.metric), legend=_legend(names),
    )  # fmt: skip
    jitter = f"Points are moved sideways by up to {JITTER} so that equal ratings do not hide each "
    jitter += "other. "
    return Scene(
        "compare-scatter",
        f"{metric_label(looked.metric)} beside clinicians' ratings of “{_named(looked)}”",
        jitter + _strength(looked) + about(looked, compared),
        None if looked.gap else plot,
        looked.gap,
        _table(looked.points, metric_label(looked.metric), [p.score for p in looked.points]),
    )


def limits(looked: Looked, compared: Compared) -> Scene:
    """Return Bland and Altman's picture."""
    found, name = looked.limits, metric_label(looked.metric)
    names = _categories(looked.points)
    plot = None
    told = ""
    if found.limits is not None:
        marks = found.limits
        x_range, ends = _range(found.means), [*found.differences, marks.lower, marks.upper]
        lines: list[Line | Words] = []
        for value, ci95, stroke, words in (
            (marks.mean, marks.mean_ci95, "solid", "mean"),
            (marks.lower, marks.lower_ci95, "dashed", "lower limit"),
            (marks.upper, marks.upper_ci95, "dashed", "upper limit"),
        ):
            lines.append(Line(((x_range[0], value), (x_range[1], value)), None, stroke))  # type: ignore[arg-type]  # one of the strokes
            lines += [
                Line(((x_range[0], y), (x_range[1], y)), None, "dotted", 1) for y in ci95 or ()
            ]
            lines.append(Words(x_range[1], value, f"{words} {figure(value)}", -1))
        dots = tuple(
            Dot(x, y, _kind(names, point), row)
            for row, (x, y, point) in enumerate(
                zip(found.means, found.differences, looked.points, strict=True)
            )
        )
        plot = Plot(
            (*dots, *lines), x_range, _range(ends), "Mean of both, on the ratings' scale",
            f"Clinicians minus {name}", legend=_legend(names),
        )  # fmt: skip
        told = f"95 % of differences lie between {figure(marks.lower)} and {figure(marks.upper)} "
        told += "points of the rating scale; dotted lines are 95 % intervals. 0 to 100 % of "
        told += "the metric were laid evenly over the scale. "
    return Scene(
        "compare-limits",
        f"How far clinicians are from {name}, laid on their scale, on “{_named(looked)}”",
        told + about(looked, compared),
        plot,
        found.gap,
        _table(looked.points if plot else (), "Difference", found.differences),
    )


def roc(looked: Looked, compared: Compared) -> Scene:
    """Return how well the metric finds clinically unacceptable answers."""
    found, name = looked.roc, metric_label(looked.metric)
    side = "from" if looked.question.higher_is_better else "up to"
    plot, told = None, ""
    # The first flags nothing: no figure is that low.
    rows = tuple((a if isfinite(a) else None, c, 1 - b) for a, b, c in found.curve)
    if found.area is not None and found.threshold is not None:
        cut = found.threshold
        place = cut.sensitivity, cut.specificity
        row = next(n for n, each in enumerate(rows) if each[1:] == place)
        shapes = (
            Line(((0, 0), (1, 1)), None, "dotted", 1),
            Line(tuple((b, c) for _, b, c in found.curve), 0, width=2.5),
            Dot(1 - cut.specificity, cut.sensitivity, 1, row),
            Words(1 - cut.specificity, cut.sensitivity, f"threshold {cut.value:.4g}", 1),
        )
        plot = Plot(
            shapes, (-0.02, 1.02), (-0.02, 1.06), "Acceptable answers flagged (share)",
            "Unacceptable answers found (share)",
        )  # fmt: skip
        told = f"Area {figure(found.area)}, {interval(found.ci95)}. Flagging at {cut.value:.4g} "
        told += f"finds {cut.sensitivity:.0%} of the unacceptable answers and spares "
        told += f"{cut.specificity:.0%} of the acceptable ones. "
    kinds = f"{found.unacceptable:,} of {len(looked.points):,} answers are unacceptable. "
    return Scene(
        "compare-roc",
        f"{name} as a finder of unacceptable answers on “{_named(looked)}”",
        f"Acceptable: mean rating {side} {found.least:g}. {kinds}{told}{about(looked, compared)}",
        plot,
        found.gap,
        FigureTable(("Threshold", "Unacceptable found", "Acceptable spared"), rows),
    )


def worst(looked: Looked, compared: Compared) -> Scene:
    """Return the answers that metric and clinicians place farthest apart."""
    name = metric_label(looked.metric)
    dots = tuple(
        Dot(each.by_clinicians, each.by_metric, 0 if each.apart > 0 else 1, row)
        for row, each in enumerate(looked.worst)
    )
    legend = ((f"{name} high, clinicians low", 0), (f"{name} low, clinicians high", 1))
    plot = Plot(
        (Line(((0, 0), (1, 1)), None, "dotted", 1), *dots), (-0.03, 1.03), (-0.03, 1.03),
        "Clinicians: share placed below", f"{name}: share placed below",
        legend=legend,
    )  # fmt: skip
    points = [each.point for each in looked.worst]
    table = _table(points, name, [point.score for point in points])
    rows = tuple(
        (_which(each.apart), round(abs(each.apart) * 100), *row)
        for each, row in zip(looked.worst, table.rows, strict=True)
    )
    gap = looked.gap or (None if looked.worst else "Metric and clinicians place all answers alike.")
    return Scene(
        "compare-worst",
        f"Where {name} and clinicians disagree most on “{_named(looked)}”",
        "Answers are ranked from worst to best by either; apart is the difference of the places in "
        f"percent of all answers. {about(looked, compared)}",
        None if gap else plot,
        gap,
        FigureTable(("Metric says", "Apart, %", *table.header), rows, table.outputs, table.tips),
    )


def _moved(n: int, seed: int) -> list[float]:
    """Return how far each point is moved sideways; the same for the same seed."""
    import numpy as np

    made: list[float] = np.random.default_rng(seed).uniform(-JITTER, JITTER, n).tolist()
    return made


def _which(apart: float) -> str:
    return "better" if apart > 0 else "worse"


def _named(looked: Looked) -> str:
    return question_label(looked.question)


def _asked(looked: Looked) -> str:
    bad = "" if looked.question.higher_is_better else " (high is bad)"
    return f"Clinicians' mean rating of “{_named(looked)}”{bad}"


def _strength(looked: Looked) -> str:
    found = next((each for each in looked.strengths if each.metric == looked.metric), None)
    if found is None or found.value is None:
        return ""
    return f"Kendall's tau-b by item {figure(found.value)}, {interval(found.ci95)}. "


def _categories(points: Sequence[AnswerPoint]) -> tuple[str, ...]:
    return tuple(sorted({point.category for point in points}))


def _kind(names: Sequence[str], point: AnswerPoint) -> int:
    return min(names.index(point.category), len(SYMBOLS) - 1)


def _legend(names: Sequence[str]) -> tuple[tuple[str, int], ...]:
    last = len(SYMBOLS) - 1
    told = [(name or "No category", kind) for kind, name in enumerate(names[: last + 1])]
    if len(names) > len(SYMBOLS):
        told[last] = (OTHERS, last)
    return tuple(told) if len(names) > 1 else ()


def _range(values: Sequence[float], least: float = 0.0) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = max(least, (high - low) * _MARGIN) or 0.5
    return low - margin, high + margin


def _table(points: Sequence[AnswerPoint], name: str, values: Sequence[float]) -> FigureTable:
    return FigureTable(
        (*_HEAD, name),
        tuple(
            (short_id(p.item), p.task, p.category, p.model, p.rating, value)
            for p, value in zip(points, values, strict=True)
        ),
        tuple(p.output for p in points),
        tuple(
            f"Item {short_id(p.item)}, {p.task or 'no task'}, {p.model or 'no model'}\n"
            f"Clinicians {p.rating:.4g} (mean of {p.raters}), {name} {value:.4g}"
            for p, value in zip(points, values, strict=True)
        ),
    )
