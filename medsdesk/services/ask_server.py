"""Ask a server on the site's own network for its models, and add one; no text is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.config.network import check_server_allowed
from medsdesk.core.errors import KeyWantedError
from medsdesk.core.server import ServerOffer, read_address
from medsdesk.engine.client import Engine
from medsdesk.engine.inquiry import list_served
from medsdesk.engine.sign_in import SignIn
from medsdesk.services import keep_key
from medsdesk.services.onsite_models import add_server

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.model import ModelFile
    from medsdesk.store.workspace import Workspace


def ask_server(address: str, key: str = "", cancel: CancelToken | None = None) -> ServerOffer:
    """Return what a server says of itself and its models.

    Args:
        address: Such as ``https://llm.hospital.example:8000/v1``.
        key: To sign in with, which is not kept; empty for the one that is kept, if any.
        cancel: Stops the asking.

    Raises:
        KeyWantedError: It wants a key, or another one.
        UserFacingError: The site policy does not name the server, the key cannot be one, or the
            server does not answer as it should.
        CancelledError: Stopped by the user.
    """
    server = read_address(address)
    check_server_allowed(server)
    if key.strip():
        return list_served(server.base, keep_key.read_key(key), cancel)
    sign_in = SignIn(keep_key.key_of)
    try:
        return list_served(server.base, sign_in.key(server.base), cancel)
    except KeyWantedError as error:
        sign_in.explain(error)
        raise


def add_served(
    ws: Workspace, address: str, name: str, key: str = "", cancel: CancelToken | None = None
) -> ModelFile:
    """Keep the key of a server, if one is given, and remember one of its models.

    The engine that answers is left alone, and what it has loaded stays.

    Args:
        ws: The workspace.
        address: Of the server.
        name: The server's id of the model.
        key: To sign in with; empty for the one that is kept, if any.
        cancel: Stops the asking.

    Raises:
        UserFacingError: The key cannot be kept, or the model not be added.
        CancelledError: Stopped by the user.
    """
    if key.strip():
        keep_key.keep(address, key)
    with Engine(key_of=keep_key.key_of) as engine:
        return add_server(ws, engine, address, name, cancel)
