"""The way to the hub: its address, and the system's proxy."""

from __future__ import annotations

import os
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from medsdesk.core.errors import UserFacingError

_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


def chosen_endpoint(standard: str) -> str:
    """Return the address of the hub, or of the mirror that HF_ENDPOINT names.

    Raises:
        UserFacingError: The environment variable holds no address.
    """
    named = (os.environ.get("HF_ENDPOINT") or standard).rstrip("/")
    try:
        parts = urlsplit(named)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UserFacingError(
            "The environment variable HF_ENDPOINT does not hold an address of a hub.",
            "Take it away, or give one that begins with https://.",
        )
    return named


def server_of(url: str) -> str:
    """Return host and port of an address, without a name or password in it."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return host if parts.port is None else f"{host}:{parts.port}"


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an address; two with the same are one server."""
    parts = urlsplit(url)
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or standard


def check_private(url: str) -> None:
    """Refuse to send a token where others on the way could read it.

    Raises:
        UserFacingError: The address is not encrypted, and not on this computer.
    """
    scheme, host, _ = origin_of(url)
    if scheme != "https" and host not in _THIS_COMPUTER:
        raise UserFacingError(
            f"The token is not sent to {server_of(url)}, since that connection is not encrypted.",
            "Give an address that begins with https:// in HF_ENDPOINT, or take the token out of "
            "the keyring with 'medsdesk models token forget'.",
        )


def proxy_of(url: str) -> str:
    """Return host and port of the proxy that the system names for an address; empty for none."""
    parts = urlsplit(url)
    proxies = getproxies()
    found = proxies.get(parts.scheme) or proxies.get("all", "")
    if not found or proxy_bypass(parts.netloc):
        return ""
    try:
        return server_of(found if "://" in found else f"http://{found}")
    except ValueError:
        return ""  # making the client tells of it
