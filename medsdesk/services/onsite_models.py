"""Add models that a server on the site's own network holds, and say what that means for a run."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.config.network import check_server_allowed
from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.core.model import LoadConfig, ModelFile
from medsdesk.core.server import read_address
from medsdesk.store import models

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.generation import GenerateConfig
    from medsdesk.core.model import LoadedModel
    from medsdesk.core.run import RunSpec
    from medsdesk.engine.client import Engine
    from medsdesk.store.workspace import Workspace

_LEAVES = "Texts leave this computer: they are sent to the server {host} on the site's network."
_SENT = (
    "The texts left this computer: they were sent to the server {host} on the site's network, "
    "which answered with its model '{served}'."
)
_PLAIN = "The connection to the server was not encrypted."
_BUILD = (
    "By its own word the server is {build}; the chat template is the server's own, and the "
    "fingerprint of its weights is not known."
)
_REPEAT = (
    "The same answers again cannot be promised: what a server answers may depend on what else it "
    "computes at the time."
)
_EXACT = "--exact was asked for, and no server can promise it."
_UNCOUNTED = (
    "The server tells neither its context nor the tokens of a prompt beforehand: whether it read "
    "every prompt whole is not known."
)
_UNCUT = "Prompts that do not fit were refused: the server makes them, so none can be cut here."


def add_server(
    ws: Workspace, engine: Engine, address: str, name: str, cancel: CancelToken | None = None
) -> ModelFile:
    """Ask a server for one of its models and remember where it is; no text is sent.

    Args:
        ws: The workspace.
        engine: Asks in a process of its own.
        address: Such as ``https://llm.hospital.example:8000/v1``.
        name: The server's id of the model; empty for the only one it has.
        cancel: Stops the asking.

    Raises:
        UserFacingError: The site policy does not name the server, or it has no such model.
        CancelledError: Stopped by the user.
    """
    wanted = replace(read_address(address), model=name)
    check_server_allowed(wanted)
    loaded = engine.load(LoadConfig(path=wanted.path), cancel)
    server = replace(wanted, model=loaded.served)
    known = models.list_models(ws)
    same = next((model.id for model in known if model.path == server.path), None)
    model = ModelFile(
        id=same or _free_id(server.model, {model.id for model in known}),
        name=f"{server.model} on server {server.host}",
        path=server.path,
        sha256="",
        size_bytes=0,
        architecture="",
        quantisation="unknown",
        parameters=0,
        context_train=loaded.context,
        is_demo=False,
        added_at=utc_now(),
    )
    models.add_model(ws, model)
    return model


def leaving(model: ModelFile) -> str:
    """Return where texts go before they do, in a sentence; empty where they stay here."""
    return "" if model.server is None else _LEAVES.format(host=model.server.host)


def check_has_file(model: ModelFile) -> None:
    """Refuse a model that is on a server, for what needs its file.

    Raises:
        UserFacingError: It is on a server.
    """
    if model.server is not None:
        raise UserFacingError(
            f"The model {model.name} has no file on this computer.",
            "Choose one that has; 'medsdesk models list' shows where each is.",
        )


def server_notes(
    model: ModelFile, loaded: LoadedModel, generate: GenerateConfig, *, exact: bool = False
) -> tuple[str, ...]:
    """Return what a reader of a run has to know of its server, a sentence each."""
    server = model.server
    if server is None:
        return ()
    notes = [_SENT.format(host=server.host, served=loaded.served)]
    if server.origin.startswith("http:"):
        notes.append(_PLAIN)
    notes += [_BUILD.format(build=loaded.engine), _REPEAT]
    if exact:
        notes.append(_EXACT)
    if not loaded.context:
        notes.append(_UNCOUNTED)
    if generate.overflow == "cut_left":
        notes.append(_UNCUT)
    return tuple(notes)


def check_same_model(spec: RunSpec, model: ModelFile) -> None:
    """Refuse another server or model than the one a run began with, before it is asked.

    Raises:
        UserFacingError: It is another.
    """
    if model.path != spec.load.path:
        raise UserFacingError(
            f"{model.name} is not the model this evaluation began with.",
            f"Resume with {spec.model_name}, or start a new evaluation.",
        )


def check_same_server(spec: RunSpec, loaded: LoadedModel) -> None:
    """Refuse a server that has become another one since a run began, as far as it tells.

    Raises:
        UserFacingError: Its build, context or chat template has changed.
    """
    if spec.loaded.served and _told(spec.loaded) != _told(loaded):
        raise UserFacingError(
            f"The server of {spec.model_name} has changed since this evaluation began: it was "
            f"{_words(spec.loaded)} and is {_words(loaded)}.",
            "Start a new evaluation, so that its answers are all of one kind.",
        )


def _told(loaded: LoadedModel) -> tuple[object, ...]:
    return loaded.served, loaded.engine, loaded.context, loaded.chat_template_sha256


def _words(loaded: LoadedModel) -> str:
    context = f" with a context of {loaded.context:,}" if loaded.context else ""
    template = loaded.chat_template_sha256[:8]
    return f"{loaded.engine}{context}{f' and the template {template}' if template else ''}"


def _free_id(name: str, taken: set[str]) -> str:
    """Make a short id from the model's name, told apart by a number where it is taken."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2].removesuffix(".gguf")
    stem = re.sub(r"[^a-z0-9]+", "-", f"{last}-on-server".lower()).strip("-")
    candidate, number = stem, 2
    while candidate in taken:
        candidate, number = f"{stem}-{number}", number + 1
    return candidate
