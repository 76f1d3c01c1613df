"""The key of the server that a model is on, as the client looks it up for its process."""

from __future__ import annotations

from collections.abc import Callable

from medsdesk.core.errors import KeyWantedError, UserFacingError
from medsdesk.core.server import is_address, read_address

KeyOf = Callable[[str], str]
"""Returns the key kept for an origin, such as ``https://llm.hospital.example:8000``; empty for
none. May raise a UserFacingError where it cannot be looked up."""


class SignIn:
    """The key of one server at a time; it is in no file, no message but a load, and no words.

    Many servers want no key. A keyring that cannot be opened is told only where the server then
    asks for one.

    Args:
        key_of: Looks a key up; None where there are none.
    """

    def __init__(self, key_of: KeyOf | None) -> None:
        self._key_of = key_of
        self._origin = self._key = ""
        self._fault: UserFacingError | None = None
        self._used = ("", "")

    def look_up(self, path: str) -> None:
        """Look up the key for the server at an address, as it is kept now; a file has none."""
        self._origin, self._key, self._fault = _origin(path), "", None
        if self._origin and self._key_of is not None:
            try:
                self._key = self._key_of(self._origin)
            except UserFacingError as fault:
                self._fault = fault

    def key(self, path: str) -> str:
        """Return the key for the server at an address, and for no other."""
        if self._origin != _origin(path):
            self.look_up(path)
        return self._key

    def changed(self, path: str) -> bool:
        """Return whether another key is kept now than the one that was used last."""
        return self._origin == _origin(path) and (self._origin, self._key) != self._used

    def keep_used(self) -> None:
        """Note that the process is signed in with the key."""
        self._used = (self._origin, self._key)

    def explain(self, error: BaseException) -> None:
        """Tell the true cause where a server asks for a key that could not be looked up.

        Raises:
            UserFacingError: It is this.
        """
        if isinstance(error, KeyWantedError) and self._fault is not None:
            raise self._fault from None


def _origin(path: str) -> str:
    return read_address(path).origin if is_address(path) else ""
