"""Secrets in the operating system's keyring: kept there, and nowhere else.

They are never looked for in files or in the environment, and never written to a log.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from medsdesk.core.errors import UserFacingError

# The keyrings of the systems themselves; others may keep a password in a plain file.
_SYSTEMS = tuple(
    f"keyring.backends.{name}" for name in ("macOS", "Windows", "SecretService", "kwallet")
)


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


@dataclass(frozen=True, slots=True)
class Drawer:
    """Secrets of one kind, each by the name of the server that it is for.

    Attributes:
        service: Under which the keyring has them, such as ``MedsDesk: token for a hub``.
        noun: What one is called, such as ``token``.
        without: What to do where there is no keyring, as the end of a sentence.
    """

    service: str
    noun: str
    without: str

    def kept(self, server: str) -> str:
        """Return the secret kept for a server; empty where none is, or there is no keyring.

        Raises:
            UserFacingError: The keyring is locked or does not answer.
        """
        vault = system_vault()
        if vault is None:
            return ""
        with _Opening():
            return vault.get_password(self.service, server) or ""

    def keep(self, server: str, secret: str) -> None:
        """Keep a secret for a server, in place of the one before.

        Raises:
            UserFacingError: The keyring is not there, locked or in trouble.
        """
        vault = self._vault()
        with _Opening():
            vault.set_password(self.service, server, secret)

    def forget(self, server: str) -> bool:
        """Take the secret of a server out of the keyring, and return whether one was there.

        Raises:
            UserFacingError: The keyring is not there, locked or in trouble.
        """
        vault = self._vault()
        with _Opening():
            if vault.get_password(self.service, server) is None:
                return False
            vault.delete_password(self.service, server)
            return True

    def _vault(self) -> Vault:
        vault = system_vault()
        if vault is None:
            raise UserFacingError(
                f"This computer has no keyring that MedsDesk can keep a {self.noun} in.",
                "Start it in a desktop session with a keyring (Keychain, Credential Manager, GNOME "
                f"Keyring or KWallet), or {self.without}.",
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
