"""The forms that ratings of a workspace were given with, found again by name and version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.instruments import form_names, load_instrument
from medsdesk.services.own_forms import read_study_form
from medsdesk.services.read_form import parse_form
from medsdesk.store.studies import has_key, is_locked, list_studies
from medsdesk.store.study_forms import list_forms

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.core.study import StudyPlan
    from medsdesk.store.workspace import Workspace

FormKey = tuple[str, str]
"""Id and version of a form, as they stand in a table of ratings."""


def known_forms(ws: Workspace) -> Mapping[FormKey, Instrument]:
    """Return the forms that come along, all versions of own ones, and those of studies made here.

    Where several have the same id and version, the one that a study was rated with counts.
    """
    found: dict[FormKey, Instrument] = {}
    for form in _forms(ws):
        found[form.id, str(form.version)] = form
    return found


def exported_studies(ws: Workspace) -> Iterator[tuple[str, StudyPlan]]:
    """Yield the studies whose ratings stand in the table: plan's fingerprint, and the plan."""
    for study in list_studies(ws):
        if has_key(ws, study.id) and is_locked(ws, study.id):
            yield study.plan_sha256, study_with_plan(ws, study.id)[1]


def _forms(ws: Workspace) -> Iterator[Instrument]:
    yield from (load_instrument(name) for name in form_names())
    yield from (parse_form(own.toml, f"'{own.id}'") for own in list_forms(ws))
    for _, plan in exported_studies(ws):
        yield from (read_study_form(form) for form in plan.forms)
