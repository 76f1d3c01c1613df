"""The site policy: what a site's IT allows, in a file that users can read and not change.

There is one place for it on each system. ``MEDSDESK_POLICY`` names another one only where no
file is at that place, so that a user cannot get round what IT has laid down.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from medsdesk.config.paths import system_policy_file
from medsdesk.config.toml_files import line_of_key, read_toml
from medsdesk.core.errors import UserFacingError
from medsdesk.core.server import ServerAddress, read_address

SCHEMA_VERSION = 1
VARIABLE = "MEDSDESK_POLICY"

PolicyNetwork = Literal["asked", "onsite", "never"]

_HINT = "Ask IT to correct it; until then all that it governs stays off."


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed; without a file, nothing that needs one.

    Attributes:
        schema_version: Of the file.
        onsite_servers: Addresses of servers that texts may be sent to; scheme, host and port
            count.
        network: ``asked`` leaves it to the user, ``onsite`` allows those servers and nothing
            else, ``never`` forbids every connection.
        path: The file; None where there is none.
    """

    schema_version: int = SCHEMA_VERSION
    onsite_servers: tuple[str, ...] = ()
    network: PolicyNetwork = "asked"
    path: Path | None = None

    def names(self, address: ServerAddress) -> bool:
        """Say whether a server is named."""
        return address.origin in (read_address(text).origin for text in self.onsite_servers)


def load_policy() -> Policy:
    """Return the policy that holds on this computer.

    Raises:
        UserFacingError: There is a file, but it cannot be read or holds what is not allowed.
    """
    path = policy_file()
    return Policy() if path is None else read_policy(path)


def policy_file() -> Path | None:
    """Return the file that counts; None where there is none."""
    system = system_policy_file()
    if _is_there(system):
        return system
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def read_policy(path: Path) -> Policy:
    """Return what a policy file says.

    Raises:
        UserFacingError: It cannot be read, is broken, has an unknown key or a wrong value.
    """
    values = read_toml(path, _HINT)
    version = values.get("schema_version")
    if type(version) is int and version > SCHEMA_VERSION:
        raise UserFacingError(
            f"The site policy {path} was written for a newer MedsDesk.",
            "Update this MedsDesk; until then all that it governs stays off.",
        )
    known = {field.name for field in fields(Policy)} - {"path"}
    for key in ("schema_version", *values):
        if key not in known:
            raise _wrong(path, key, "is not known")
        if not _allowed(key, values.get(key)):
            raise _wrong(path, key, "has a value that is not allowed")
    servers = tuple(values.get("onsite_servers", ()))
    return Policy(SCHEMA_VERSION, servers, values.get("network", "asked"), path)


def _allowed(key: str, value: object) -> bool:
    if key == "schema_version":
        return type(value) is int and value == SCHEMA_VERSION
    if key == "network":
        return value in get_args(PolicyNetwork)
    return isinstance(value, list) and all(map(_is_server, value))


def _is_server(value: object) -> bool:
    try:
        return isinstance(value, str) and not read_address(value).model
    except UserFacingError:
        return False


def _wrong(path: Path, key: str, what: str) -> UserFacingError:
    # A key that is missing has no line of its own.
    line = line_of_key(path, key)
    return UserFacingError(f"In the site policy {path}, line {line}, the key {key} {what}.", _HINT)


def _is_there(path: Path) -> bool:
    """Say whether a file is there, also one that may not be looked at."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
