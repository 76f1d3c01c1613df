"""Studies made of stored runs, and raters who answer every question by a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from medsdesk.core.rating_view import RatingView
from medsdesk.services.bundle_study import bundle_study, return_ratings
from medsdesk.services.create_study import CreatedStudy, StudyRequest, create_study
from medsdesk.services.import_bundle import import_bundle
from medsdesk.services.rate_study import StudySession
from medsdesk.store.workspace import Workspace, open_workspace
from tests.made_runs import made_runs

RATERS = ("Dr Roy", "Dr Sato", "Dr Kim")
Rule = Callable[[RatingView, str], int]


def request(runs: list[str], **changes: Any) -> StudyRequest:
    """Return what an owner asks for."""
    asked = StudyRequest("Letters", tuple(runs), RATERS[:2], n_items=12, seed="ab" * 32)
    return replace(asked, **changes)


def made_study(ws: Workspace, texts: int = 20, **changes: Any) -> CreatedStudy:
    """Make a study of two models' answers."""
    return create_study(ws, request(made_runs(ws, texts), **changes), "Dr Owner")


def middle(view: RatingView, criterion: str) -> int:
    """Answer with a point in the middle of the scale, or a count of one."""
    [asked] = [each for each in view.form.criteria if each.id == criterion]
    return asked.anchors[len(asked.anchors) // 2].value if asked.anchors else 1


def rate_all(ws: Workspace, study: str, rater: str, rule: Rule = middle) -> None:
    """Answer every question of every item."""
    session = StudySession(ws, study, rater)
    view = session.view
    for _ in range(view.total):
        for criterion in view.form.criteria:
            if criterion.scale != "text":
                session.set_value(criterion.id, rule(session.view, criterion.id))
        view = session.next()


def elsewhere(ws: Workspace, study: str, rater: str, folder: Path, rule: Rule = middle) -> Path:
    """Rate on another machine: bundle there, ratings back; return the file that comes back."""
    folder.mkdir(exist_ok=True)
    bundle = bundle_study(ws, study, [rater], folder / "out.medsstudy", "Dr Owner")
    with open_workspace(folder / "workspace") as other:
        imported = import_bundle(other, Path(bundle.file), rater)
        rate_all(other, imported.id, rater, rule)
        back = return_ratings(other, imported.id, folder / f"{rater}.medsratings", rater)
    return Path(back.file)
