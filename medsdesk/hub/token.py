"""The token of a hub account: kept in the operating system's keyring, and nowhere else."""

from __future__ import annotations

import re

from medsdesk.config.vault import Drawer
from medsdesk.core.errors import UserFacingError

_TOKENS = Drawer(
    "MedsDesk: token for a hub",
    "token",
    "download the files elsewhere and use 'medsdesk models add'",
)
_TOKEN = re.compile(r"[!-~]{8,500}")


def kept_token(server: str) -> str:
    """Return the token kept for a server; empty where none is, or there is no keyring.

    Args:
        server: Host, and port where it has one of its own.

    Raises:
        UserFacingError: The keyring is locked or does not answer.
    """
    return _TOKENS.kept(server)


def keep_token(server: str, token: str) -> None:
    """Keep a token for a server, in place of the one before.

    Raises:
        UserFacingError: It cannot be a token, or the keyring is not there, locked or in trouble.
    """
    token = token.strip()
    if not _TOKEN.fullmatch(token):
        raise UserFacingError(
            "What was given cannot be a token: it has no letters, or signs and spaces in it.",
            "Copy the token from the settings page of your account on the hub.",
        )
    _TOKENS.keep(server, token)


def forget_token(server: str) -> bool:
    """Take the token of a server out of the keyring, and return whether one was there.

    Raises:
        UserFacingError: The keyring is not there, locked or in trouble.
    """
    return _TOKENS.forget(server)
