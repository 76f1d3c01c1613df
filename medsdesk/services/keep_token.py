"""Keep or forget the token of a hub account, for models whose owners let in only accounts."""

from __future__ import annotations

from medsdesk.hub.route import chosen_endpoint, server_of
from medsdesk.hub.token import forget_token, keep_token, kept_token

_HUB = "https://huggingface.co"


def hub_server() -> str:
    """Return the host that a token is kept for, and sent to: the hub, or the mirror in use.

    Raises:
        UserFacingError: The environment names no usable mirror.
    """
    return server_of(chosen_endpoint(_HUB))


def keep(token: str) -> None:
    """Keep a token in the system's keyring.

    Raises:
        UserFacingError: It cannot be a token, or there is no keyring that can be opened.
    """
    keep_token(hub_server(), token)


def forget() -> bool:
    """Take the token out of the system's keyring, and return whether one was there.

    Raises:
        UserFacingError: There is no keyring that can be opened.
    """
    return forget_token(hub_server())


def is_kept() -> bool:
    """Return whether a token is kept; without a keyring none is.

    Raises:
        UserFacingError: The keyring cannot be opened.
    """
    return bool(kept_token(hub_server()))
