"""List the models that can be had by name, with what a screen shows of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.core.catalogue import CatalogueModel
from medsdesk.engine.quantised_sizes import estimated_sizes
from medsdesk.hub.catalogue import catalogue
from medsdesk.services.model_files import list_models
from medsdesk.store.licences import accepted_licences

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A model of the catalogue, seen from a workspace.

    Attributes:
        model: The model.
        parameters: Its weights.
        checkpoint_bytes: Estimated bytes of its checkpoint; 0 where it comes as GGUF files.
        sizes: Estimated bytes of a GGUF file by quantisation, the most exact first.
        accepted_at: When its licence was accepted here, in UTC; empty for not yet.
        here: Ids of the workspace's models that were downloaded from its repository.
    """

    model: CatalogueModel
    parameters: int
    checkpoint_bytes: int
    sizes: Mapping[str, int]
    accepted_at: str
    here: tuple[str, ...]


def list_catalogue(ws: Workspace) -> tuple[CatalogueEntry, ...]:
    """Return the models of the catalogue in its order; nothing is contacted for it.

    Raises:
        UserFacingError: The catalogue or the workspace cannot be read.
    """
    accepted, known = accepted_licences(ws), list_models(ws)
    return tuple(
        CatalogueEntry(
            model=model,
            parameters=model.parameters,
            checkpoint_bytes=model.checkpoint_bytes,
            sizes=estimated_sizes(model.shape),
            accepted_at=accepted.get(model.licence.id, ""),
            here=tuple(m.id for m in known if m.origin.startswith(f"{model.repository}@")),
        )
        for model in catalogue()
    )
