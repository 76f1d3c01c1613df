"""Model files that the workspace knows."""

from __future__ import annotations

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import ModelFile
from medsdesk.store.workspace import Workspace


def add_model(ws: Workspace, model: ModelFile) -> None:
    """Store a model; one with the same id and content is brought up to date.

    Raises:
        UserFacingError: When the id belongs to another file, or the database cannot be written.
    """
    with ws.transaction():
        known = find_model(ws, model.id)
        if known is not None and known.sha256 != model.sha256:
            raise UserFacingError(
                f"Another model is already known as '{model.id}'.",
                "Give this one another name, or forget the other first.",
            )
        ws.db.table("models").upsert(
            {**msgspec.to_builtins(model), "is_demo": int(model.is_demo)}, pk="id"
        )


def list_models(ws: Workspace) -> tuple[ModelFile, ...]:
    """Return all known models, the demonstration model last, else by name."""
    with ws.reading():
        rows = ws.db.query("SELECT * FROM models ORDER BY is_demo, name, id")
        return tuple(_model(row) for row in rows)


def find_model(ws: Workspace, model_id: str) -> ModelFile | None:
    """Return a model by its id, or None."""
    with ws.reading():
        rows = ws.db.query("SELECT * FROM models WHERE id = ?", (model_id,))
        return next((_model(row) for row in rows), None)


def forget_model(ws: Workspace, model_id: str) -> None:
    """Take a model off the list; its file and its runs stay."""
    with ws.transaction():
        ws.db.execute("DELETE FROM models WHERE id = ?", (model_id,))


def _model(row: dict[str, object]) -> ModelFile:
    return msgspec.convert({**row, "is_demo": bool(row["is_demo"])}, ModelFile)
