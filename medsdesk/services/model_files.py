"""Add, list, choose and forget model files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.config.network import check_server_allowed
from medsdesk.config.settings import load_settings
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.core.server import is_address
from medsdesk.engine.demo import demo_model_path
from medsdesk.engine.gguf import GgufHeader, read_header
from medsdesk.store import models

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace

Progress = Callable[[int, int], None]
DEMO_ID = "demo"
_CHUNK = 4 * 1024 * 1024


def list_models(ws: Workspace) -> tuple[ModelFile, ...]:
    """Return the workspace's models; the demonstration model joins them where it is installed."""
    known = models.list_models(ws)
    demo = demo_model_path()
    if demo is None or any(m.id == DEMO_ID and m.path == str(demo) for m in known):
        return known
    if any(m.id == DEMO_ID for m in known):
        models.forget_model(ws, DEMO_ID)
    _store(ws, demo, is_demo=True, on_progress=None, cancel=None)
    return models.list_models(ws)


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
        if Path(known.path) == path and path.is_file() and _unchanged(known, path):
            return known
    return _store(ws, path, is_demo=False, on_progress=on_progress, cancel=cancel)


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


def check_unchanged(model: ModelFile) -> None:
    """Refuse a model file that is gone, or was written to after it was fingerprinted.

    Of a server's model nothing is looked at but whether the server may be asked.

    Raises:
        UserFacingError: The file is missing or changed, or the site policy forbids the server.
    """
    if model.server is not None:
        check_server_allowed(model.server)
        return
    path = Path(model.path)
    if not path.is_file():
        raise UserFacingError(
            f"The model file {path} is not there any more.",
            "Put it back, or add it again from where it is now.",
        )
    if not _unchanged(model, path):
        raise UserFacingError(
            f"The model file {path} has changed since it was added.",
            "Remove the model from the list and add the file again.",
        )


def _unchanged(model: ModelFile, path: Path) -> bool:
    """Say by size and time of change whether a file can still be what was fingerprinted."""
    stat = path.stat()
    added_ms = round(datetime.fromisoformat(model.added_at).timestamp() * 1000)
    return stat.st_size == model.size_bytes and stat.st_mtime_ns // 1_000_000 <= added_ms


def _store(
    ws: Workspace,
    path: Path,
    *,
    is_demo: bool,
    on_progress: Progress | None,
    cancel: CancelToken | None,
) -> ModelFile:
    header = read_header(path)
    sha256 = file_sha256(path, on_progress, cancel)
    known = models.list_models(ws)
    # The same content keeps its id wherever it lies, so that runs made with it stay together.
    same = next((m.id for m in known if m.sha256 == sha256 and not m.is_demo), None)
    model = ModelFile(
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
    models.add_model(ws, model)
    return model


def file_sha256(path: Path, on_progress: Progress | None, cancel: CancelToken | None) -> str:
    """Return a file's SHA-256 in hexadecimal, telling progress in bytes.

    Raises:
        CancelledError: Stopped by the user.
    """
    total = path.stat().st_size
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if cancel is not None and cancel.cancelled:
                raise CancelledError
            digest.update(chunk)
            done += len(chunk)
            if on_progress is not None:
                on_progress(done, total)
    return digest.hexdigest()


def _free_id(path: Path, header: GgufHeader, taken: set[str]) -> str:
    """Make a short id from the file's name, told apart by a number where it is taken."""
    stem = (
        re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or header.architecture or "model"
    )
    candidate, number = stem, 2
    while candidate in taken or candidate == DEMO_ID:
        candidate, number = f"{stem}-{number}", number + 1
    return candidate
