"""Keep or forget the key of a server on the site's own network, in the system's keyring alone."""

from __future__ import annotations

import re

from medsdesk.config.network import check_server_allowed
from medsdesk.config.vault import Drawer
from medsdesk.core.errors import UserFacingError
from medsdesk.core.server import ServerAddress, read_address

_KEYS = Drawer(
    "MedsDesk: key for a site's server",
    "key",
    "have the server take requests from this computer without a key",
)
# A header carries it. The keyring of Windows holds no more than 1,280 signs.
_KEY = re.compile(r"[!-~]{1,1200}")


def keep(address: str, key: str) -> None:
    """Keep a key for a server, in place of the one before.

    Args:
        address: Of the server; scheme, host and port count.
        key: What its people gave out, without ``Bearer``.

    Raises:
        UserFacingError: It cannot be a key, the site policy does not name the server, others could
            read the key on the way, or there is no keyring that can be opened.
    """
    server = read_address(address)
    key = read_key(key)
    check_server_allowed(server)
    _check_sealed(server)
    _KEYS.keep(server.origin, key)


def read_key(text: str) -> str:
    """Return the key that a text is.

    Raises:
        UserFacingError: It cannot be one.
    """
    key = text.strip()
    if not _KEY.fullmatch(key):
        raise UserFacingError(
            "What was given cannot be a key: it is empty, too long, or has spaces or other signs "
            "than a key has.",
            "Give the key alone, as the people who run the server gave it to you.",
        )
    return key


def forget(address: str) -> bool:
    """Take the key of a server out of the system's keyring, and return whether one was there.

    Raises:
        UserFacingError: It is no address, or there is no keyring that can be opened.
    """
    return _KEYS.forget(read_address(address).origin)


def is_kept(address: str) -> bool:
    """Return whether a key is kept for a server; without a keyring none is.

    Raises:
        UserFacingError: It is no address, or the keyring cannot be opened.
    """
    return bool(_KEYS.kept(read_address(address).origin))


def key_of(origin: str) -> str:
    """Return the key to sign in with at a server; empty for none.

    It is not even looked up for a server that nothing may be sent to, or where others could read
    it on the way.

    Args:
        origin: Scheme, host and port, such as ``https://llm.hospital.example:8000``.

    Raises:
        UserFacingError: The site policy does not name it, or the keyring cannot be opened.
    """
    server = read_address(origin)
    check_server_allowed(server)
    return _KEYS.kept(server.origin) if server.sealed else ""


def _check_sealed(server: ServerAddress) -> None:
    if not server.sealed:
        raise UserFacingError(
            f"The connection to the server {server.host} is not encrypted, so no key is kept for "
            "it: others could read it on the way.",
            "Have the server reached by https://, and the site policy name it so.",
        )
