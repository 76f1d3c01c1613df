"""Stand-ins for ids and dates: the same for the same thing, and telling nothing without the key."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

_DIGITS = 20  # of 64: two of a million things have the same ones once in 10**12 workspaces
_DAY = 86_400
_LONGEST = 364 * _DAY


class Pseudonyms:
    """Makes stand-ins with a key that stays in the workspace.

    An id is HMAC-SHA256 over its kind and itself, the first 20 hexadecimal digits. A case's dates
    all go back by the same 1 to 365 days, to the second, which follow from the key too.

    Args:
        key: Random bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def id(self, kind: str, text: str) -> str:
        """Return the stand-in for an id, such as ``rater-3f9a…``; empty for none."""
        return f"{kind}-{self._digest(kind, text).hex()[:_DIGITS]}" if text else ""

    def date(self, case: str, text: str) -> str | None:
        """Return a date or time moved by the case's shift; None where it cannot be read.

        Times come back in UTC, so that they do not tell where they were taken.
        """
        try:
            at = datetime.fromisoformat(text.strip())
            if at.tzinfo is None:
                return (at - self._shift(case)).isoformat()
            return (at.astimezone(UTC) - self._shift(case)).isoformat().replace("+00:00", "Z")
        except (ValueError, OverflowError):
            return None

    def _shift(self, case: str) -> timedelta:
        number = int.from_bytes(self._digest("shift", case))
        return timedelta(seconds=_DAY + number % _LONGEST)

    def _digest(self, kind: str, text: str) -> bytes:
        said = f"{kind}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, said, hashlib.sha256).digest()
