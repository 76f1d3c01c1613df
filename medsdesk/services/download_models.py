"""Download a model from the Hugging Face hub, when asked to and its licence was accepted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.config.network import check_network_allowed
from medsdesk.core.catalogue import Access, Licence, RepositoryFormat
from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import ModelFile
from medsdesk.hub.catalogue import catalogue, find_in_catalogue, is_repository
from medsdesk.hub.download import Download, DownloadedFile, DownloadResult
from medsdesk.hub.events import OnEvent
from medsdesk.hub.faults import NoEntryError
from medsdesk.hub.model_choice import GGUF, choose_model_files
from medsdesk.hub.patience import Patience
from medsdesk.hub.record import load_record
from medsdesk.hub.repository import Repository
from medsdesk.hub.route import chosen_endpoint, server_of
from medsdesk.hub.token import kept_token
from medsdesk.services.copy_model import models_folder
from medsdesk.services.fingerprint_files import mark_of
from medsdesk.services.model_files import list_models, store_model
from medsdesk.services.verify_models import in_doubt
from medsdesk.store import licences

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

_Fetch = Callable[[str], DownloadResult]
_HUB = "https://huggingface.co"
_BY_FILE = (
    "or download the file on a computer that can reach the hub, carry it over and use "
    "'medsdesk models add FILE'"
)


class LicenceNotAcceptedError(UserFacingError):
    """The licence of a model has to be accepted first.

    Args:
        licence: Its licence.
    """

    def __init__(self, licence: Licence) -> None:
        super().__init__(
            f"The licence of this model was not accepted yet: {licence.name}, {licence.url}.",
            "Read it, and give --accept-licence if you accept it.",
        )
        self.licence = licence


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What to download.

    Attributes:
        name: Id, name or repository of a model of the catalogue, or another repository.
        folder: Where to put the files; None for a folder of its own in the workspace.
        revision: A branch, a tag or a commit; None for the one that the folder holds already,
            else the catalogue's.
        file: Name of one GGUF file, or its quantisation; empty for the only one, or a checkpoint.
    """

    name: str
    folder: Path | None = None
    revision: str | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class ModelAsked:
    """What somebody has to know before a model is downloaded.

    Attributes:
        name: Name for people.
        repository: Owner and name on the hub.
        page: Where its owners describe it.
        server: The host that will be asked for it.
        folder: Where files are put unless another folder is named.
        revision: What is fetched where nothing else is asked for.
        format: What its weights are kept in; None where that is not known.
        access: Whether its owners let everybody in.
        licence: Its terms.
        accepted_at: When they were accepted in this workspace, in UTC; empty for not yet.
        checkpoint_bytes: Estimated bytes of a checkpoint; 0 where not known.
        note: What else is to be known; may be empty.
        sha256: Published fingerprints by path; empty where none is known.
    """

    name: str
    repository: str
    page: str
    server: str
    folder: Path
    revision: str
    format: RepositoryFormat | None
    access: Access
    licence: Licence
    accepted_at: str
    checkpoint_bytes: int = 0
    note: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)

    @property
    def to_accept(self) -> bool:
        """Whether the licence has to be accepted before the download."""
        return self.licence.acceptance and not self.accepted_at


@dataclass(frozen=True, slots=True)
class ModelDownloaded:
    """What came of the download of a model.

    Attributes:
        asked: What was fetched, and under which terms.
        result: The files, and what could not be had.
        model: The model that is on the list now; None for a checkpoint, or where it is not whole.
        checkpoint: The folder with a whole checkpoint; None for a GGUF file.
    """

    asked: ModelAsked
    result: DownloadResult
    model: ModelFile | None
    checkpoint: Path | None


def ask_first(ws: Workspace, name: str) -> ModelAsked:
    """Return what is to be known before a download; nothing is contacted for it.

    Raises:
        UserFacingError: The network may not be used, nothing is called that, or what is called
            that comes only in a form that MedsDesk never fetches.
    """
    check_network_allowed(_BY_FILE)
    server = server_of(chosen_endpoint(_HUB))
    accepted = licences.accepted_licences(ws)
    model = find_in_catalogue(name)
    if model is None:
        return _unlisted(ws, name, server, accepted)
    if model.format == "pickle":
        raise UserFacingError(
            f"The owners of {model.repository} give it as pickle files only, which can run "
            "programs when they are opened; MedsDesk never fetches them.",
            "Look for a GGUF file of it, and use 'medsdesk models add FILE'.",
        )
    return ModelAsked(
        name=model.name,
        repository=model.repository,
        page=model.page,
        server=server,
        folder=_folder(ws, model.repository),
        revision=model.revision,
        format=model.format,
        access=model.access,
        licence=model.licence,
        accepted_at=accepted.get(model.licence.id, ""),
        checkpoint_bytes=model.checkpoint_bytes,
        note=model.note,
        sha256=model.sha256,
    )


def accept(ws: Workspace, licence: Licence) -> str:
    """Note that a licence was accepted; return when, in UTC.

    Raises:
        UserFacingError: The workspace cannot be written.
    """
    return licences.accept_licence(ws, licence)


def download_model(
    ws: Workspace,
    request: ModelRequest,
    on_event: OnEvent,
    cancel: CancelToken,
    patience: Patience | None = None,
) -> ModelDownloaded:
    """Fetch a model's files that are not there yet, and put a GGUF file on the list.

    Args:
        ws: The workspace; it notes accepted licences, and has the folder for models.
        request: What to download.
        on_event: Told what happens.
        cancel: Stops between two pieces; what has come is kept.
        patience: How long the hub is waited for.

    Raises:
        LicenceNotAcceptedError: Its licence was not accepted in this workspace.
        UserFacingError: The network may not be used, the hub cannot be reached or lets nobody in
            without an account, there is no room, or there is no such model or file.
        CancelledError: Stopped before it was known what to fetch.
    """
    asked = ask_first(ws, request.name)
    if asked.to_accept:
        raise LicenceNotAcceptedError(asked.licence)
    folder = (request.folder or asked.folder).expanduser().absolute()
    kept = load_record(folder) is not None

    def fetch(token: str) -> DownloadResult:
        return Download(
            repository=Repository(asked.repository, "model", _BY_FILE),
            folder=folder,
            choose=lambda listing: choose_model_files(listing, request.file, asked.sha256),
            revision=request.revision or (None if kept else asked.revision),
            on_event=on_event,
            cancel=cancel,
            patience=patience or Patience(),
            token=token,
        ).run()

    result = _fetched(asked, fetch)
    if result.failures or result.waiting:
        return ModelDownloaded(asked, result, None, None)
    ggufs = [file for file in result.files if file.path.lower().endswith(GGUF)]
    if ggufs:
        return ModelDownloaded(asked, result, _listed(ws, result, ggufs[0]), None)
    return ModelDownloaded(asked, result, None, folder)


def _fetched(asked: ModelAsked, fetch: _Fetch) -> DownloadResult:
    """Fetch, with the token of an account only where the repository asks for one."""
    if asked.access != "open":
        return fetch(kept_token(asked.server))
    try:
        return fetch("")
    except NoEntryError:
        token = kept_token(asked.server)
        if not token:
            raise
    log.info("the repository asks for an account, trying with the token that is kept")
    return fetch(token)


def _listed(ws: Workspace, result: DownloadResult, file: DownloadedFile) -> ModelFile:
    """Put a GGUF file on the list; its fingerprint was taken while it came."""
    path = result.folder.joinpath(*file.path.split("/")).resolve()
    known = next((m for m in list_models(ws) if m.path == str(path)), None)
    if known is not None and known.sha256 == file.sha256 and not in_doubt(known, mark_of(path)):
        return known
    ours = file.fetched or (known is not None and known.keeping == "downloaded")
    origin = f"{result.repository}@{result.commit}:{file.path}"
    return store_model(ws, path, "downloaded" if ours else "referenced", origin, file.sha256)


def _unlisted(ws: Workspace, name: str, server: str, accepted: Mapping[str, str]) -> ModelAsked:
    """Return what is known of a repository that is not in the catalogue: where its terms are."""
    if not is_repository(name):
        raise UserFacingError(
            f"There is no model '{name[:60]}' in the catalogue. {_nearest(name)}".strip(),
            "See 'medsdesk models list --catalogue', or give the owner and name of a repository.",
        )
    page = f"{_HUB}/{name}"
    licence = Licence(
        id=f"hub:{name}",
        name=f"the terms of {name}",
        url=page,
        acceptance=True,
        summary="MedsDesk does not know this repository; what its page says of the licence counts.",
    )
    return ModelAsked(
        name=name,
        repository=name,
        page=page,
        server=server,
        folder=_folder(ws, name),
        revision="main",
        format=None,
        access="unknown",
        licence=licence,
        accepted_at=accepted.get(licence.id, ""),
    )


def _nearest(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name.lower(), [model.id for model in catalogue()], n=3)
    return f"Did you mean {' or '.join(near)}?" if near else ""


def _folder(ws: Workspace, repository: str) -> Path:
    return (models_folder(ws.directory) / repository.replace("/", "--")).absolute()
