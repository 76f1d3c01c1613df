"""Take a model off the list, and delete its file only where MedsDesk put it there."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import ModelFile
from medsdesk.hub.record import RECORD_NAME
from medsdesk.services.fingerprint_files import mark_of
from medsdesk.services.model_files import find_model
from medsdesk.services.verify_models import in_doubt
from medsdesk.store import models

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removed:
    """What was done.

    Attributes:
        model: The model that is off the list.
        file_deleted: Whether its file was deleted.
    """

    model: ModelFile
    file_deleted: bool


def remove_model(ws: Workspace, model_id: str, *, delete_file: bool) -> Removed:
    """Take a model off the list; what was run with it stays.

    Args:
        ws: The workspace.
        model_id: The model.
        delete_file: Whether to delete its file as well; refused for one that somebody else put
            where it is, or wrote to since.

    Raises:
        UserFacingError: There is no such model, it is the demonstration model, or its file may
            not or cannot be deleted; it is then still on the list.
    """
    model = find_model(ws, model_id)
    if model.is_demo:
        raise UserFacingError(
            "The demonstration model comes with MedsDesk and would be on the list again at once.",
            "Leave it; choose another model for your work.",
        )
    deleted = _delete(model) if delete_file else False
    models.forget_model(ws, model.id)
    log.info("model %s removed, file deleted: %s", model.id, deleted)
    return Removed(model, deleted)


def _delete(model: ModelFile) -> bool:
    path = Path(model.path)
    if model.keeping == "referenced":
        raise UserFacingError(
            f"The file {path} was not put there by MedsDesk, so MedsDesk does not delete it.",
            "Leave --delete-file out, and delete it yourself if you do not need it.",
        )
    if not path.exists():
        return False
    if in_doubt(model, mark_of(path)):
        raise UserFacingError(
            f"The file {path} has changed since MedsDesk put it there, so it is not deleted.",
            "Leave --delete-file out, and delete it yourself if you do not need it.",
        )
    try:
        path.unlink()
    except OSError as error:
        raise UserFacingError(
            f"The file {path} cannot be deleted: {error.strerror or 'input/output error'}.",
            "Close whatever uses it, such as a MedsDesk that has it loaded, and try again.",
        ) from error
    _tidy(path.parent)
    return True


def _tidy(folder: Path) -> None:
    """Take away the folder of a download that holds nothing more than its record."""
    try:
        if [path.name for path in folder.iterdir()] == [RECORD_NAME]:
            (folder / RECORD_NAME).unlink()
            folder.rmdir()
    except OSError:
        log.info("an empty folder of a download stays")
