"""Who rates what in which order, as a table for the study's owner; roles are not told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.services.bundle_study import known_rater, study_with_plan
from medsdesk.services.export import write_table
from medsdesk.services.note_export import noted_export

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace

COLUMNS = ("study", "rater", "place", "presentation", "item", "category", "task", "practice")


@dataclass(frozen=True, slots=True)
class ListRow:
    """One showing of an item to one rater.

    Attributes:
        rater: The rater.
        place: Place in the rater's list, from 1.
        presentation: Its id, which ratings name.
        item: Id of the item.
        category: Category of the task.
        title: Title of the task.
        practice: Whether it is a practice item.
    """

    rater: str
    place: int
    presentation: str
    item: str
    category: str
    title: str
    practice: bool


@dataclass(frozen=True, slots=True)
class StudyLists:
    """The lists of a study."""

    study: str
    study_id: str
    plan_sha256: str
    rows: tuple[ListRow, ...]


def assignment_lists(ws: Workspace, named: str, rater: str | None = None) -> StudyLists:
    """Return the lists of a study, or of one of its raters.

    Raises:
        UserFacingError: There is no such study or rater.
    """
    study, plan = study_with_plan(ws, named)
    only = known_rater(plan, rater) if rater else None
    items = {item.id: item for item in plan.items}
    rows = tuple(
        ListRow(
            rater=assignment.rater,
            place=place,
            presentation=each.id,
            item=each.item_id,
            category=items[each.item_id].category,
            title=items[each.item_id].title,
            practice=each.calibration,
        )
        for assignment in plan.assignments
        if only in (None, assignment.rater)
        for place, each in enumerate(assignment.presentations, start=1)
    )
    return StudyLists(study.name, study.id, study.plan_sha256, rows)


def write_lists(ws: Workspace, lists: StudyLists, path: Path) -> None:
    """Write lists as CSV.

    Raises:
        UserFacingError: The file cannot be written.
    """
    rows = (
        (
            lists.study, row.rater, row.place, row.presentation, row.item, row.category,
            row.title, "yes" if row.practice else "no",
        )
        for row in lists.rows
    )  # fmt: skip
    with noted_export(ws, path, "lists of a study", len(lists.rows)):
        write_table(ws, path, COLUMNS, rows)
