"""Opens the dialog that gets a model, over a hub on this computer."""

from __future__ import annotations

from dataclasses import replace

from medsdesk.core.catalogue import CatalogueModel
from medsdesk.hub.catalogue import catalogue
from medsdesk.ui.app import App
from medsdesk.ui.get_model.dialog import GetModelDialog
from tests.hub_server import MODEL
from tests.made_models import gguf_bytes

CATALOGUES = ("medsdesk.hub.catalogue.catalogue", "medsdesk.services.list_catalogue.catalogue")
"""What has to give the models of a test in place of the true ones."""
FILES = {
    "README.md": b"# made up\n",
    "Tiny.Q4_K_M.gguf": gguf_bytes(bytes(120_000)),
    "Tiny.Q8_0.gguf": gguf_bytes(bytes(200_000)),
}


def get_dialog(app: App) -> GetModelDialog:
    """Press the button on the page Models and return the dialog."""
    app.window.show_page("models")
    app.window.models.get_button.click()
    dialog = app.window.model_control.get_dialog
    assert dialog is not None
    return dialog


def local_catalogue(**changes: object) -> tuple[CatalogueModel, ...]:
    """Return the catalogue with its GGUF files of the medical model on the made-up hub."""
    return tuple(
        replace(model, repository=MODEL, revision="main", **changes)  # type: ignore[arg-type]  # of any field
        if model.id == "mmedins-llama-3-8b-gguf"
        else model
        for model in catalogue()
    )
