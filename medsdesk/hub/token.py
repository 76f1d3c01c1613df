"""The token of a hub account: kept in the operating system's keyring, and nowhere else.

It is never looked for in files or in the environment, and never written to a log.
"""

from __future__ import annotations

import re
from types import TracebackType
from typing import Protocol, Self

from medsdesk.core.errors import UserFacingError

_SERVICE = "MedsDesk: token for a hub"
# The keyrings of the systems themselves; others may keep a password in a plain file.
_SYSTEMS = tuple(
    f"keyring.backends.{name}" for name in ("macOS", "Windows", "SecretService", "kwallet")
)
_TOKEN = re.compile(r"[!-~]{8,500}")


class Vault(Protocol):
    """A keyring."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Return what is kept."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Keep something."""

    def delete_password(self, service: str, username: str, /) -> None:
        """Forget something."""


def system_vault() -> Vault | None:
    """Return the operating system's keyring, or nothing where there is none."""
    from keyring import backend

    with _Opening():
        usable = [
            found
            for found in backend.get_all_keyring()
            if type(found).__module__.startswith(_SYSTEMS)
        ]
        return max(usable, key=lambda found: float(found.priority), default=None)


def kept_token(server: str) -> str:
    """Return the token kept for a server; empty where none is, or there is no keyring.

    Args:
        server: Host, and port where it has one of its own.

    Raises:
        UserFacingError: The keyring is locked or does not answer.
    """
    vault = system_vault()
    if vault is None:
        return ""
    with _Opening():
        return vault.get_password(_SERVICE, server) or ""


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
    vault = _vault()
    with _Opening():
        vault.set_password(_SERVICE, server, token)


def forget_token(server: str) -> bool:
    """Take the token of a server out of the keyring, and return whether one was there.

    Raises:
        UserFacingError: The keyring is not there, locked or in trouble.
    """
    vault = _vault()
    with _Opening():
        if vault.get_password(_SERVICE, server) is None:
            return False
        vault.delete_password(_SERVICE, server)
        return True


def _vault() -> Vault:
    vault = system_vault()
    if vault is None:
        raise UserFacingError(
            "This computer has no keyring that MedsDesk can keep a token in.",
            "Start it in a desktop session with a keyring (Keychain, Credential Manager, GNOME "
            "Keyring or KWallet), or download the files elsewhere and use 'medsdesk models add'.",
        )
    return vault


class _Opening:
    """Turns whatever a keyring raises into a sentence; each system has errors of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, UserFacingError):
            # Its own words are not told: nobody knows what is in them.
            raise UserFacingError(
                f"The keyring of this computer cannot be opened ({type(error).__name__}).",
                "Unlock it, or sign in to the desktop session again, and try once more.",
            ) from None
