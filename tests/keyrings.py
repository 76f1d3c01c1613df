"""A keyring in memory, in place of the system's."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class MemoryVault:
    """What is kept, by service and name; it may be locked.

    Attributes:
        kept: All entries.
        locked: Whether every use of it fails, with words that nobody may pass on.
        opened: How often it was used.
    """

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    locked: bool = False
    opened: int = 0

    def get_password(self, service: str, username: str, /) -> str | None:
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self._open(password)
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str, /) -> None:
        self._open()
        del self.kept[service, username]

    @property
    def secrets(self) -> dict[str, str]:
        """What is kept, by name alone."""
        return {username: secret for (_, username), secret in self.kept.items()}

    def _open(self, password: str = "") -> None:
        self.opened += 1
        if self.locked:
            raise LookupError(f"locked, and {password or self.kept} is in these words")
