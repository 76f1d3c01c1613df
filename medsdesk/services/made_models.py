"""Put a model file that was made here among the workspace's models, with where it comes from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import CancelledError
from medsdesk.core.made_model import ModelOrigin
from medsdesk.core.model import ModelFile
from medsdesk.services.making_events import OnProgress, Progress
from medsdesk.services.model_files import add_model
from medsdesk.store.model_origins import add_origin

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace


def add_made_model(
    ws: Workspace,
    path: Path,
    origin: ModelOrigin,
    on_progress: OnProgress,
    cancel: CancelToken | None,
) -> tuple[ModelFile, ModelOrigin]:
    """Fingerprint a new file and note where it comes from.

    Args:
        ws: The workspace.
        path: The file, which is gone again where the user stops.
        origin: Where it comes from, its fingerprint still empty.
        on_progress: Told of bytes.
        cancel: Stops it.

    Raises:
        CancelledError: Stopped.
    """
    try:
        model = add_model(
            ws, path, lambda done, of: on_progress(Progress("fingerprinting", done, of)), cancel
        )
    except CancelledError:
        path.unlink(missing_ok=True)
        raise
    known = replace(origin, sha256=model.sha256)
    add_origin(ws, known)
    return model, known
