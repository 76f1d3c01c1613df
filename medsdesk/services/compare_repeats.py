"""Compare raters with themselves: what they say of items that came back unannounced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from medsdesk.services.comparison_rows import SelfAgreementRow
from medsdesk.services.study_checks import study_checks
from medsdesk.store.studies import has_key, is_locked, list_studies

if TYPE_CHECKING:
    from medsdesk.services.comparison_report import CompareOptions
    from medsdesk.services.study_checks import RepeatRow
    from medsdesk.store.workspace import Workspace

LEAST_REPEATS = 10
NO_REPEATS = "No hidden repeat of this study has both answers."
TOO_FEW = "Only {n} hidden repeats have both answers; with fewer than {least} no figure is given."


def self_agreement(ws: Workspace, options: CompareOptions) -> Iterator[SelfAgreementRow]:
    """Yield how far raters agree with themselves, for each locked study with hidden repeats."""
    for study in list_studies(ws):
        if options.study not in (None, study.name):
            continue
        if not has_key(ws, study.id) or not is_locked(ws, study.id):
            continue
        checks = study_checks(ws, study.id, options.resamples, options.seed)
        for row in checks.repeats:
            yield _row(study.name, row)


def _row(study: str, row: RepeatRow) -> SelfAgreementRow:
    enough = row.n_items >= LEAST_REPEATS
    few = TOO_FEW.format(n=row.n_items, least=LEAST_REPEATS) if row.n_items else NO_REPEATS
    return SelfAgreementRow(
        study=study,
        instrument=row.form,
        criterion=row.criterion,
        statistic=row.statistic,
        value=row.value if enough else None,
        ci95=row.ci95 if enough else None,
        n_items=row.n_items,
        note=row.note if enough else few,
        interval=row.interval if enough else "",
    )
