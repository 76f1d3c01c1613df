"""Pictures of metrics, raters and models: heat map, intervals, agreement matrix and rankings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.services.comparison_pictures import key_of
from medsdesk.ui.compare.plots import Cell, Dot, FigureTable, Line, Plot, Scene, Shape, Words
from medsdesk.ui.compare.words import (
    NO_SCORES,
    SAME_RATERS,
    TURNED,
    drawn,
    figure,
    interval,
    metric_label,
    question_label,
    question_line,
    why_none,
)
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.services.comparison_pictures import Compared, Looked, RaterPair, Strength

_HEAD = (
    "Question", "Metric", "Kendall's tau-b", "Low", "High", "Items", "Models", "Raters",
    "p, adjusted", "To know",
)  # fmt: skip
_ONE_RATER = "There is one rater: agreement needs at least two."
_CLINICIANS = "Clinicians"


def heat_map(_looked: Looked, compared: Compared) -> Scene:
    """Return how far every metric follows clinicians on every question."""
    found = compared.strengths
    metrics = list(dict.fromkeys(each.metric for each in found))
    columns = [key_of(question) for question in compared.questions]
    names = dict(zip(columns, map(question_label, compared.questions), strict=True))
    cells = tuple(
        Cell(
            columns.index(each.question), -metrics.index(each.metric), each.value,
            "" if each.value is None else figure(each.value), row,
        )
        for row, each in enumerate(found)
    )  # fmt: skip
    plot = Plot(
        cells, (-0.5, len(columns) - 0.5), (0.5 - len(metrics), 0.5), "Question", "",
        tuple(enumerate(names[column] for column in columns)),
        tuple((float(-n), metric_label(name)) for n, name in enumerate(metrics)),
    )  # fmt: skip
    return Scene(
        "compare-heat-map",
        "How far each metric follows clinicians on each question",
        f"Kendall's tau-b by item. {TURNED} Hatched: not defined; the table says why. "
        f"{compared.report.ratings:,} ratings; {drawn(compared)}",
        plot if found else None,
        None if found else NO_SCORES,
        _strength_table(found, compared),
    )


def forest(looked: Looked, compared: Compared) -> Scene:
    """Return every metric's coefficient on one question with its interval."""
    found = looked.strengths
    shapes: list[Shape] = [Line(((0, 0.5), (0, 0.5 - max(1, len(found)))), None, "dotted", 1)]
    ends = [0.0]
    for row, each in enumerate(found):
        if each.value is None:
            shapes.append(Words(0, -row, "no figure", 1))
            continue
        if each.ci95 is not None:
            shapes.append(Line(tuple((end, -float(row)) for end in each.ci95), 0))
            shapes += [Line(((end, -row - 0.14), (end, -row + 0.14)), 0) for end in each.ci95]
            ends += each.ci95
        shapes.append(Dot(each.value, -row, 2 if each.same_raters else 0, row))
        ends.append(each.value)
    margin = 0.05 + 0.05 * (max(ends) - min(ends))
    own = any(each.same_raters for each in found)
    gap = None if any(each.value is not None for each in found) else why_none(found)
    plot = Plot(
        tuple(shapes), (min(ends) - margin, max(ends) + margin), (0.5 - len(found), 0.5),
        "Kendall's tau-b by item, 95 % interval", "", None,
        tuple((float(-n), metric_label(each.metric)) for n, each in enumerate(found)),
        (("metric", 0), (SAME_RATERS, 2)) if own else (),
    )  # fmt: skip
    return Scene(
        "compare-intervals",
        f"How sure it is that a metric follows clinicians on “{question_label(looked.question)}”",
        f"{TURNED} Intervals that reach over 0 cannot be told from chance. "
        f"{count(len(looked.raters), 'rater')}; {drawn(compared)}",
        plot if gap is None else None,
        gap,
        _without_question(_strength_table(found, compared)),
    )


def raters(looked: Looked, compared: Compared) -> Scene:
    """Return how far each rater agrees with each other one."""
    place = {name: n for n, name in enumerate(looked.raters)}
    cells = tuple(
        Cell(x, -y, each.value, "" if each.value is None else figure(each.value), row)
        for row, each in enumerate(looked.pairs)
        for x, y in (
            (place[each.first], place[each.second]),
            (place[each.second], place[each.first]),
        )
    )
    n = len(place)
    plot = Plot(
        cells, (-0.5, n - 0.5), (0.5 - n, 0.5), "Rater", "",
        tuple((float(at), name) for name, at in place.items()),
        tuple((float(-at), name) for name, at in place.items()),
    )  # fmt: skip
    return Scene(
        "compare-raters",
        f"How far raters agree on “{question_label(looked.question)}”",
        f"{_agreement(looked, compared)}Cells: Krippendorff's alpha of two raters "
        f"({looked.question.level}); 1 is full agreement, 0 what chance gives. Hatched: not "
        "defined.",
        plot if looked.pairs else None,
        None if looked.pairs else _ONE_RATER,
        _pair_table(looked.pairs),
    )


def ranking(looked: Looked, _compared: Compared) -> Scene:
    """Return models as clinicians rank them beside how each metric does."""
    found = looked.ranking
    judges = [judge for judge in found.judges if judge]
    columns = {judge: n for n, judge in enumerate(("", *judges))}
    kinds = {model: n for n, model in enumerate(found.models)}
    shapes: list[Shape] = []
    rows = {id(each): row for row, each in enumerate(found.places)}
    for model, kind in kinds.items():
        mine = sorted(
            (each for each in found.places if each.model == model),
            key=lambda each: columns[each.judge],
        )
        shapes.append(Line(tuple((columns[p.judge], -p.rank) for p in mine), kind, width=2))
        shapes += [Dot(columns[p.judge], -p.rank, kind, rows[id(p)]) for p in mine]
    names = [_CLINICIANS, *map(metric_label, judges)]
    plot = Plot(
        tuple(shapes), (-0.4, len(names) - 0.6), (-len(kinds) - 0.5, -0.5), "", "Rank (1 is best)",
        tuple((float(n), name) for n, name in enumerate(names)),
        tuple((-float(n), str(n)) for n in range(1, len(kinds) + 1)),
        tuple(kinds.items()),
    )  # fmt: skip
    told = f"{found.note or ''} Equal models share a rank. {count(len(looked.raters), 'rater')}."
    table = FigureTable(
        ("Ranked by", "Model", "Rank", "Mean or ability", "Low", "High", "Answers"),
        tuple(
            (
                metric_label(p.judge) if p.judge else _CLINICIANS, p.model, p.rank, p.value,
                *(p.ci95 or (None, None)), p.n or None,
            )
            for p in found.places
        ),
        tips=tuple(
            f"{p.model}: rank {p.rank:g} by {metric_label(p.judge) if p.judge else 'clinicians'}"
            for p in found.places
        ),
    )  # fmt: skip
    return Scene(
        "compare-ranking",
        f"Models as clinicians rank them on “{question_label(looked.question)}”, and as metrics do",
        told.strip(),
        None if found.gap else plot,
        found.gap,
        table,
    )


def _without_question(table: FigureTable) -> FigureTable:
    """Return a table of strengths that are all of one question without its column."""
    return replace(table, header=table.header[1:], rows=tuple(row[1:] for row in table.rows))


def _agreement(looked: Looked, compared: Compared) -> str:
    """Return the coefficient of all raters together that fits best, in words."""
    asked = looked.question
    for row in compared.report.agreement:
        if (row.study, row.instrument, row.criterion, row.scale) == (
            asked.study, asked.instrument, asked.criterion, asked.level,
        ):  # fmt: skip
            name = row.statistic.replace("_", " ")
            if row.value is None:
                return f"{row.note} "
            who = f"{count(row.n_items, 'answer')} and {count(row.n_raters, 'rater')}"
            return f"All together: {name} {figure(row.value)}, {interval(row.ci95)}; {who}. "
    return ""


def _pair_table(pairs: Sequence[RaterPair]) -> FigureTable:
    return FigureTable(
        ("Rater", "Rater", "Alpha", "Answers of both", "To know"),
        tuple((p.first, p.second, p.value, p.n, p.note) for p in pairs),
        tips=tuple(
            f"{p.first} and {p.second}: {p.note or figure(p.value)}\n"
            f"{count(p.n, 'answer')} rated by both"
            for p in pairs
        ),
    )


def _strength_table(found: Sequence[Strength], compared: Compared) -> FigureTable:
    lines = {key_of(question): question_line(question) for question in compared.questions}
    rows = []
    tips = []
    for each in found:
        row, (low, high) = each.row, each.ci95 or (None, None)
        n = (row.n_items, row.n_models, row.n_raters) if row else (None, None, None)
        name, asked = metric_label(each.metric), lines[each.question]
        rows.append(
            (asked, name, each.value, low, high, *n, row.p_holm if row else None, each.note)
        )
        told = figure(each.value) if each.value is not None else "no figure"
        tips.append(f"{name} on {asked}: {told}, {interval(each.ci95)}\n{each.note or ''}".strip())
    return FigureTable(_HEAD, tuple(rows), tips=tuple(tips))
