"""Find what the page of evaluations shows: models, their speeds, and what is not complete."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.services.evaluation_outline import Paces, paces
from medsdesk.services.model_files import list_models
from medsdesk.services.remember_evaluation import still_to_begin
from medsdesk.store.evaluation_progress import open_evaluations
from medsdesk.store.runs import get_run

if TYPE_CHECKING:
    from medsdesk.core.model import ModelFile
    from medsdesk.services.evaluation_orders import Order
    from medsdesk.store.evaluation_progress import OpenEvaluation
    from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Standing:
    """How the evaluations of a workspace stand.

    Attributes:
        models: The workspace's models.
        paces: The speed last seen of each.
        evaluations: Those with items that wait or have failed, newest first.
        orders: Those that are still to begin.
    """

    models: tuple[ModelFile, ...]
    paces: Paces
    evaluations: tuple[OpenEvaluation, ...]
    orders: tuple[Order, ...]


def standing(ws: Workspace) -> Standing:
    """Return how the evaluations of a workspace stand."""
    models = list_models(ws)
    return Standing(models, paces(ws, models), open_evaluations(ws), still_to_begin(ws))


def moved_files(ws: Workspace, run_id: str) -> tuple[str, ...]:
    """Return the names of an evaluation's task files that are not where they were."""
    record = get_run(ws, run_id).evaluation
    files = record.files if record else ()
    return tuple(file.name for file in files if not Path(file.path).is_file())
