"""Whether MedsDesk may use the network at all: asked before every connection."""

from __future__ import annotations

import os

from medsdesk.config.settings import load_settings
from medsdesk.core.errors import UserFacingError

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_YES = ("1", "ON", "YES", "TRUE")


def check_network_allowed(by_file: str) -> None:
    """Refuse where the settings or the environment forbid the network.

    Args:
        by_file: What to do without it, as the end of a sentence.

    Raises:
        UserFacingError: It is forbidden, or the settings cannot be read.
    """
    if load_settings().network == "never":
        raise UserFacingError(
            'The settings of MedsDesk forbid it to use the network (network = "never").',
            f"Change the line in settings.toml if you may, {by_file}.",
        )
    for name in _OFFLINE:
        if os.environ.get(name, "").upper() in _YES:
            raise UserFacingError(
                f"The environment variable {name} forbids to use the network.",
                f"Take it away if you may, {by_file}.",
            )
