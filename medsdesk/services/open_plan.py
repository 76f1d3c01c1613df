"""Open a study for one of its raters: its plan, its forms, and what that rater is shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating import Instrument
from medsdesk.core.study import Presentation, StudyItem, StudyKind
from medsdesk.services.own_forms import read_study_form
from medsdesk.store.studies import find_study, study_plan
from medsdesk.studies.plan_format import read_plan

if TYPE_CHECKING:
    from medsdesk.core.study import StudyPlan
    from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """What one rater's machine needs of a plan.

    Attributes:
        study_id: The study.
        name: Its name.
        kind: What is done with each item.
        sha256: Of the plan; stored with every rating.
        rater: The rater's name as the plan has it.
        presentations: What the rater is shown, in order.
        items: The items by id.
        forms: The forms by id, in the study's language.
        show_reference: Whether reference answers are shown.
        instructions: What raters are told first.
    """

    study_id: str
    name: str
    kind: StudyKind
    sha256: str
    rater: str
    presentations: tuple[Presentation, ...]
    items: Mapping[str, StudyItem]
    forms: Mapping[str, Instrument]
    show_reference: bool
    instructions: str

    def item_of(self, shown: Presentation) -> StudyItem:
        """Return the item of a presentation."""
        return self.items[shown.item_id]

    def form_of(self, shown: Presentation) -> Instrument:
        """Return the form that a presentation is rated with."""
        return self.forms[self.item_of(shown).form]

    def outputs_of(self, shown: Presentation) -> tuple[str, ...]:
        """Return the outputs of a presentation by side: A, or A and B."""
        outputs = self.item_of(shown).outputs
        return tuple(outputs[place] for place in shown.order)


def open_plan(ws: Workspace, study_id: str, rater: str) -> OpenPlan:
    """Read a study's plan for one of its raters.

    Args:
        ws: The workspace.
        study_id: Its id, a beginning of it, or its name.
        rater: The rater's name; capitals do not matter.

    Raises:
        UserFacingError: There is no such study, it does not know the rater or shows nothing to
            them, or its plan cannot be read.
    """
    record = find_study(ws, study_id)
    plan = read_plan(study_plan(ws, record.id), record.plan_sha256)
    name, presentations = _assigned(plan, rater)
    return OpenPlan(
        study_id=record.id,
        name=plan.name,
        kind=plan.kind,
        sha256=record.plan_sha256,
        rater=name,
        presentations=presentations,
        items={item.id: item for item in plan.items},
        forms={form.id: read_study_form(form) for form in plan.forms},
        show_reference=plan.show_reference,
        instructions=plan.instructions,
    )


def _assigned(plan: StudyPlan, rater: str) -> tuple[str, tuple[Presentation, ...]]:
    wanted = unicodedata.normalize("NFC", rater).strip().casefold()
    if not wanted:
        raise UserFacingError("There is no rater's name yet.", "Enter your name, then rate.")
    for assignment in plan.assignments:
        if assignment.rater.casefold() == wanted:
            if not assignment.presentations:
                raise UserFacingError(
                    f"The study has nothing for {assignment.rater} to rate.",
                    "Ask the study's owner.",
                )
            return assignment.rater, assignment.presentations
    raise UserFacingError(
        f"The study '{plan.name}' has no rater named '{rater.strip()}'.",
        f"Choose one of {', '.join(each.rater for each in plan.assignments)}.",
    )
