"""Print what a comparison tells of models, scales and raters by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.cli import show
from medsdesk.cli.show import OUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medsdesk.agreement.figures import Interval
    from medsdesk.services.comparison_report import CompareReport
    from medsdesk.services.comparison_rows import CutRow, RankingRow


def models_and_scales(report: CompareReport) -> None:
    """Print a table for each kind of row that the comparison has."""
    _table("Raters and themselves, on items that came back", _repeats(report))
    _table("Models preferred in pairs (Bradley-Terry)", _abilities(report))
    _table("Models ranked by clinicians and by metrics, best first", _rankings(report))
    _table(
        "Metrics on the scale of the ratings (Bland-Altman; rating less metric)", _limits(report)
    )
    _table("Scores that find unacceptable answers", _cuts(report))


def notes(report: CompareReport) -> list[tuple[str | None, str]]:
    """Return the notes of these rows, each with the name of what it belongs to."""
    return [
        *((row.note, row.statistic) for row in report.self_agreement),
        *((row.note, "ability") for row in report.abilities),
        *((row.note, "ranking") for row in report.rankings),
        *((row.mapping, "limits of agreement") for row in report.limits),
        *((row.note, "limits of agreement") for row in report.limits),
        *((row.note, "threshold") for row in report.cuts),
    ]


def _table(title: str, rows: Sequence[Sequence[object]]) -> None:
    if len(rows) > 1:
        OUT.write(f"\n{title}")
        show.table(rows)


def _repeats(report: CompareReport) -> list[tuple[object, ...]]:
    head = ("study", "criterion", "statistic", "value", "95 % interval", "repeats")
    return [
        head,
        *(
            (
                row.study or "-", row.criterion, row.statistic, number(row.value),
                interval(row.ci95), row.n_items,
            )
            for row in report.self_agreement
        ),
    ]  # fmt: skip


def _abilities(report: CompareReport) -> list[tuple[object, ...]]:
    head = (
        "study", "category", "criterion", "model", "ability", "95 % interval", "wins", "ties",
        "votes", "pairs", "raters",
    )  # fmt: skip
    return [
        head,
        *(
            (
                row.study or "-", row.category, row.criterion, row.model or "-",
                number(row.ability), "reference" if row.model == row.reference
                else interval(row.ci95), f"{row.wins:g}", row.ties, row.votes, row.n_items,
                row.n_raters,
            )
            for row in report.abilities
        ),
    ]  # fmt: skip


def _rankings(report: CompareReport) -> list[tuple[object, ...]]:
    """Return a line for each ranking, with its models and their means."""
    head = ("study", "category", "criterion", "by", "order (mean, 95 % interval)", "spa")
    rows: list[tuple[object, ...]] = []
    for found in _each_ranking(report.rankings):
        first = found[0]
        order = "; ".join(
            f"{row.rank or '-'} {row.model or '-'} {row.mean:.3g} ({interval(row.ci95)})"
            for row in found
        )
        rows.append(
            (first.study or "-", first.category, first.criterion, first.by, order,
             number(first.spa))
        )  # fmt: skip
    return [head, *rows]


def _each_ranking(rows: Sequence[RankingRow]) -> Iterator[list[RankingRow]]:
    found: dict[tuple[str, ...], list[RankingRow]] = {}
    for row in rows:
        key = (row.study, row.instrument, row.category, row.criterion, row.by)
        found.setdefault(key, []).append(row)
    yield from found.values()


def _limits(report: CompareReport) -> list[tuple[object, ...]]:
    head = (
        "study", "category", "criterion", "metric", "mean difference", "95 % interval",
        "lower limit", "upper limit", "answers",
    )  # fmt: skip
    return [
        head,
        *(
            (
                row.study or "-", row.category, row.criterion, row.metric, number(row.mean),
                interval(row.mean_ci95), number(row.lower), number(row.upper), row.n_answers,
            )
            for row in report.limits
            if row.mean is not None
        ),
    ]  # fmt: skip


def _cuts(report: CompareReport) -> list[tuple[object, ...]]:
    head = (
        "study", "category", "criterion", "metric", "flagged", "sensitivity", "specificity",
        "npv", "unacceptable", "answers",
    )  # fmt: skip
    return [
        head,
        *(
            (
                row.study or "-", row.category, row.criterion, row.metric, _flagged(row),
                number(row.sensitivity), number(row.specificity), number(row.npv),
                row.n_unacceptable, row.n_answers,
            )
            for row in report.cuts
        ),
    ]  # fmt: skip


def _flagged(row: CutRow) -> str:
    if row.threshold is None:
        return "-"
    return f"{'up to' if row.flagged == 'up_to' else 'from'} {row.threshold:.4g}"


def number(value: float | None) -> str:
    """Return a number with three decimals, or a dash for none."""
    return "-" if value is None else f"{value:.3f}"


def interval(bounds: Interval | None) -> str:
    """Return an interval in words, or a dash for none."""
    return "-" if bounds is None else f"{bounds[0]:.3f} to {bounds[1]:.3f}"
