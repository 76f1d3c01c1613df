"""The address of a model that a server on the site's own network holds."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from medsdesk.core.errors import UserFacingError

_SCHEMES = {"http": 80, "https": 443}
_API = "/v1"
_HINT = "Give it as https://llm.hospital.example:8000/v1."
_NAME = re.compile(r"[a-z0-9]([a-z0-9_.-]*[a-z0-9])?\.?")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is asked, and for which of its models.

    Attributes:
        origin: Scheme, host and port, such as ``https://llm.hospital.example:8000``.
        base: The origin with the path of the interface, such as ``…:8000/v1``.
        model: The server's own id of the model; empty for the only one it has.
    """

    origin: str
    base: str
    model: str = ""

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return self.origin.partition("://")[2]

    @property
    def root(self) -> str:
        """The base without ``/v1``, where servers keep what is not OpenAI's interface."""
        return self.base.removesuffix(_API)

    @property
    def sealed(self) -> bool:
        """Whether nobody on the way can read what is sent: encrypted, or it stays here."""
        parts = urlsplit(self.origin)
        return parts.scheme == "https" or _is_this_computer(parts.hostname or "")

    @property
    def path(self) -> str:
        """Address and model in one line, as it is stored in place of a file's path."""
        return f"{self.base}#{self.model}"


@dataclass(frozen=True, slots=True)
class ServerOffer:
    """What a server said of itself when it was asked for its models.

    Attributes:
        build: Program and version in words.
        models: Its own ids of its models.
    """

    build: str
    models: tuple[str, ...]


def is_address(path: str) -> bool:
    """Say whether what is given in place of a file's path is the address of a server."""
    return path.strip().lower().startswith(tuple(f"{scheme}://" for scheme in _SCHEMES))


def read_address(text: str) -> ServerAddress:
    """Return the address that a text holds; ``/v1`` is added where no path is given.

    Raises:
        UserFacingError: It is no address of this kind.
    """
    address, _, model = text.strip().partition("#")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _no_address() from None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    extra = parts.query or parts.username is not None or parts.password is not None
    if scheme not in _SCHEMES or not _is_host(host) or extra or port == 0:
        raise _no_address()
    if not address.isascii() or not address.isprintable() or " " in address:
        raise _no_address()
    named = f"[{host}]" if ":" in host else host
    origin = f"{scheme}://{named}:{port or _SCHEMES[scheme]}"
    return ServerAddress(origin, origin + (parts.path.rstrip("/") or _API), model)


def _is_host(host: str) -> bool:
    if ":" not in host:
        return _NAME.fullmatch(host) is not None
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _is_this_computer(host: str) -> bool:
    if host.rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _no_address() -> UserFacingError:
    # Without the text itself, which may hold a password.
    return UserFacingError("This is no address of a server that MedsDesk can ask.", _HINT)
