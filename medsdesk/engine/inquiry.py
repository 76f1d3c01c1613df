"""Asks a server for its models in a process of its own, beside the one that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.engine.asking import Stop, ask, expect
from medsdesk.engine.backend import ONSITE
from medsdesk.engine.child import Child
from medsdesk.engine.messages import ListServed, Served

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.server import ServerOffer

_GRACE_SECONDS = 3.0


def list_served(address: str, key: str = "", cancel: CancelToken | None = None) -> ServerOffer:
    """Return what a server says of itself and its models; no text is sent.

    The model that is loaded stays loaded.

    Args:
        address: Such as ``https://llm.hospital.example:8000/v1``.
        key: That it wants; empty for none.
        cancel: Stops the asking.

    Raises:
        KeyWantedError: It wants a key, or another one.
        UserFacingError: The site policy does not name it, or it does not answer as it should.
        EngineDiedError: The process died.
        CancelledError: Told to stop.
    """
    child = Child(ONSITE)
    try:
        answer = ask(child, ListServed(1, address, key), Stop(child, cancel, _GRACE_SECONDS))
        return expect(answer, Served).offer
    finally:
        child.shut_down(_GRACE_SECONDS)
