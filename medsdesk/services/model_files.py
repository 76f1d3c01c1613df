"""Add, list, choose and forget model files."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.config.settings import load_settings
from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.core.model import Keeping, ModelFile
from medsdesk.core.server import is_address
from medsdesk.engine.demo import demo_model_path
from medsdesk.engine.gguf import GgufHeader, read_header
from medsdesk.hub.record import origin_of
from medsdesk.services.fingerprint_files import Progress, mark_of, steady_sha256
from medsdesk.services.verify_models import in_doubt, verify_models
from medsdesk.store import models

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace

DEMO_ID = "demo"


def list_models(ws: Workspace) -> tuple[ModelFile, ...]:
    """Return the workspace's models; the demonstration model joins them where it is installed."""
    known = models.list_models(ws)
    demo = demo_model_path()
    if demo is None:
        return known
    listed = next((m for m in known if m.id == DEMO_ID), None)
    if listed is not None and listed.path == str(demo):
        return models.list_models(ws) if _refreshed_demo(ws, listed) else known
    if listed is not None:
        models.forget_model(ws, DEMO_ID)
    store_model(ws, demo, "referenced")
    return models.list_models(ws)


def find_model(ws: Workspace, model_id: str) -> ModelFile:
    """Return a model of the workspace by its id.

    Raises:
        UserFacingError: There is none of that id.
    """
    for model in list_models(ws):
        if model.id == model_id:
            return model
    raise UserFacingError(
        f"There is no model '{model_id}' in this workspace.",
        "See 'medsdesk models list' for the ids.",
    )


def add_model(
    ws: Workspace,
    path: Path,
    on_progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> ModelFile:
    """Add a GGUF file by reference: read its header, fingerprint it, remember where it lies.

    Args:
        ws: The workspace.
        path: The file; it is neither copied nor changed.
        on_progress: Called with bytes fingerprinted and bytes in all.
        cancel: Stops the fingerprinting.

    Raises:
        UserFacingError: No such file, not a GGUF file, or a damaged one.
        CancelledError: Stopped by the user.
    """
    path = path.expanduser().resolve()
    for known in list_models(ws):
        if Path(known.path) == path and path.is_file() and not in_doubt(known, mark_of(path)):
            return known
    return store_model(ws, path, "referenced", on_progress=on_progress, cancel=cancel)


def choose_model(
    ws: Workspace,
    id_or_path: str | None,
    on_progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> ModelFile:
    """Return the model meant: by id, by path (added if new), else the chosen one, else the demo.

    The demonstration model stands in only where nothing was ever chosen.

    Raises:
        UserFacingError: There is no such model, or none at all.
        CancelledError: Stopped by the user while a new file was fingerprinted.
    """
    known = {m.id: m for m in list_models(ws)}
    if id_or_path:
        if id_or_path in known:
            return known[id_or_path]
        if is_address(id_or_path):
            raise UserFacingError(
                "A server's model is named by its id in this workspace.",
                "Add it once with 'medsdesk models add ADDRESS', and give the id that this prints.",
            )
        if id_or_path.lower().endswith(".gguf") or Path(id_or_path).is_file():
            return add_model(ws, Path(id_or_path), on_progress, cancel)
        raise UserFacingError(
            f"There is no model '{id_or_path}' in this workspace.",
            "See 'medsdesk models list', or give the path of a GGUF file.",
        )
    chosen = load_settings().model_id
    if chosen in known:
        return known[chosen]
    if chosen:
        raise UserFacingError(
            f"The chosen model '{chosen}' is not in this workspace any more.",
            "Add it again, choose another on the Models page, or name one with --model.",
        )
    if DEMO_ID in known:
        return known[DEMO_ID]
    raise UserFacingError(
        "There is no model yet.",
        "Add one with 'medsdesk models add FILE.gguf' or on the Models page.",
    )


def forget_model(ws: Workspace, model_id: str) -> None:
    """Take a model off the workspace's list; its file and what was run with it stay."""
    models.forget_model(ws, model_id)


def store_model(
    ws: Workspace,
    path: Path,
    keeping: Keeping,
    origin: str = "",
    sha256: str = "",
    on_progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> ModelFile:
    """Read a file's header, fingerprint it unless that was done, and put it on the list.

    A file to be used in place whose content MedsDesk holds already is not listed beside it.

    Args:
        ws: The workspace.
        path: The file, as an absolute path.
        keeping: Who put it there.
        origin: Where it came from; looked up where left out.
        sha256: Its fingerprint, where it was taken just now.
        on_progress: Called with bytes fingerprinted and bytes in all.
        cancel: Stops the fingerprinting.

    Raises:
        UserFacingError: No such file, not a GGUF file, or a damaged one.
        CancelledError: Stopped by the user.
    """
    header = read_header(path)
    mark = mark_of(path)
    if not sha256:
        sha256, mark = steady_sha256(path, on_progress, cancel)
    held = held_file(ws, sha256)
    if held is not None and keeping == "referenced":
        return held
    model = replace(
        _described(ws, path, header, sha256),
        modified_ns=mark.modified_ns,
        inode=mark.inode,
        keeping=keeping,
        origin=origin or origin_of(path, sha256),
    )
    models.add_model(ws, model)
    return model


def _described(ws: Workspace, path: Path, header: GgufHeader, sha256: str) -> ModelFile:
    known = models.list_models(ws)
    is_demo = path == demo_model_path()
    # The same content keeps its id wherever it lies, so that runs made with it stay together.
    same = next((m.id for m in known if m.sha256 == sha256 and not m.is_demo), None)
    return ModelFile(
        id=DEMO_ID if is_demo else same or _free_id(path, header, {m.id for m in known}),
        name=header.name or path.stem,
        path=str(path),
        sha256=sha256,
        size_bytes=header.size_bytes,
        architecture=header.architecture,
        quantisation=header.quantisation,
        parameters=header.parameters,
        context_train=header.context_train,
        is_demo=is_demo,
        added_at=utc_now(),
    )


def held_file(ws: Workspace, sha256: str) -> ModelFile | None:
    """Return the model whose file MedsDesk itself put there, where one has this content."""
    for model in models.list_models(ws):
        path = Path(model.path)
        if model.sha256 != sha256 or model.keeping == "referenced" or not path.is_file():
            continue
        if not in_doubt(model, mark_of(path)):
            return model
    return None


def _refreshed_demo(ws: Workspace, model: ModelFile) -> bool:
    """Note the marks of a demonstration model that was installed again with the same content."""
    path = Path(model.path)
    if not path.is_file() or not in_doubt(model, mark_of(path)):
        return False
    return verify_models(ws, (model,))[0].outcome == "same"


def _free_id(path: Path, header: GgufHeader, taken: set[str]) -> str:
    """Make a short id from the file's name, told apart by a number where it is taken."""
    stem = (
        re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or header.architecture or "model"
    )
    candidate, number = stem, 2
    while candidate in taken or candidate == DEMO_ID:
        candidate, number = f"{stem}-{number}", number + 1
    return candidate
