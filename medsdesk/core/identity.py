"""Identifiers, times and fingerprints as they are stored."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from functools import cache


def new_id() -> str:
    """Return a random UUID as 32 hexadecimal digits: unique also across machines."""
    return uuid.uuid4().hex


def utc_now() -> str:
    """Return the time now in UTC with milliseconds, such as ``2026-01-31T14:02:03.004Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_now() -> str:
    """Return the local time now with milliseconds and its offset from UTC.

    Such as ``2026-01-31T15:02:03.004+01:00``: as a person's clock showed it, and yet one moment.
    """
    return datetime.now(UTC).astimezone().isoformat(timespec="milliseconds")


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def program_version() -> str:
    """Return MedsDesk's version, as it stands in plans, files and the trail."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("medsdesk")
    except PackageNotFoundError:
        return "not recorded"
