"""Load a model for single runs and evaluations alike, after its file was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.config.settings import load_settings
from medsdesk.core.model import LoadConfig, LoadedModel, ModelFile
from medsdesk.services.verify_models import OnChecking, check_content, check_unchanged

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.engine.client import Engine


def load_model(
    engine: Engine,
    model: ModelFile,
    config: LoadConfig,
    on_checking: OnChecking | None,
    cancel: CancelToken | None,
) -> LoadedModel:
    """Load a model, or do nothing where it is loaded already.

    A file whose marks differ from those noted is refused. With ``verify_models = "always"`` in
    the settings the whole file is read before each load and its fingerprint compared.

    Args:
        engine: The engine.
        model: Whose file it is.
        config: How to load it.
        on_checking: Told how far the reading is.
        cancel: Stops it.

    Raises:
        UserFacingError: The file is missing, changed or damaged, or cannot be loaded.
        CancelledError: Stopped by the user.
    """
    check_unchanged(model)

    def read_first() -> None:
        if load_settings().verify_models == "always":
            check_content(model, on_checking, cancel)

    return engine.load(config, cancel, read_first)
