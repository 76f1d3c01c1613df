"""Find out whether model files are still what they were when they were added."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from medsdesk.config.network import check_server_allowed
from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import ModelFile
from medsdesk.services.fingerprint_files import FileMark, mark_of, steady_sha256
from medsdesk.store import models

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

Outcome = Literal["same", "different", "missing", "unreadable"]
FileState = Literal["unchanged", "doubtful", "different", "missing", "served", "barred"]
_NEVER = -1  # a time that no file has: the file is refused until it is found to be right


@dataclass(frozen=True, slots=True)
class Checking:
    """A model file is read to compare its fingerprint.

    Attributes:
        model_name: Of the model.
        done: Bytes read.
        of: Bytes in all.
    """

    model_name: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of the check of one model file.

    Attributes:
        model: The model.
        outcome: Whether its file is what it was.
        sha256: Of the file now; empty where it could not be read.
        message: What is wrong, in a sentence; empty where nothing is.
        hint: What to do, in a sentence; empty where nothing is to be done.
    """

    model: ModelFile
    outcome: Outcome
    sha256: str = ""
    message: str = ""
    hint: str = ""


OnChecking = Callable[[Checking], None]


def check_unchanged(model: ModelFile) -> None:
    """Refuse a model file that is gone, or that somebody may have written to.

    Size, time of change and number in the file system are compared with those noted when its
    content was last found to be right; nothing is read. Of a server's model nothing is looked
    at but whether the server may be asked.

    Raises:
        UserFacingError: The file is missing, there is doubt, or the server may not be asked.
    """
    if model.server is not None:
        check_server_allowed(model.server)
        return
    path = Path(model.path)
    if not path.is_file():
        raise missing(model)
    if in_doubt(model, mark_of(path)):
        raise UserFacingError(
            f"The model file {path} has changed since it was added, or was put there anew.",
            f"Compare its content with 'medsdesk models verify {model.id}'; if it is meant to be "
            "another one, remove the model from the list and add the file again.",
        )


def file_state(model: ModelFile) -> FileState:
    """Return what the marks of a model's file tell; nothing is read.

    Whether they are those noted, another, or there is no file; ``different`` is one whose content
    a check found to be another. A model on a server has none: ``served``, or ``barred`` where
    the server may not be asked.
    """
    if model.server is not None:
        try:
            check_server_allowed(model.server)
        except UserFacingError:
            return "barred"
        return "served"
    try:
        mark = mark_of(Path(model.path))
    except OSError:
        return "missing"
    if model.modified_ns == _NEVER:
        return "different"
    return "doubtful" if in_doubt(model, mark) else "unchanged"


def in_doubt(model: ModelFile, mark: FileMark) -> bool:
    """Return whether a file with these marks may be another than the one that was added."""
    if model.modified_ns:
        known = FileMark(model.size_bytes, model.modified_ns, model.inode)
        return mark != known
    # A workspace of an earlier MedsDesk noted only when the file was added.
    added_ms = round(datetime.fromisoformat(model.added_at).timestamp() * 1000)
    return mark.size != model.size_bytes or mark.modified_ns // 1_000_000 > added_ms


def check_content(
    model: ModelFile, on_checking: OnChecking | None, cancel: CancelToken | None
) -> None:
    """Read a whole model file, and refuse it if its fingerprint is not the one noted.

    Raises:
        UserFacingError: It is another one, or cannot be read.
        CancelledError: Stopped by the user.
    """
    if model.server is not None:
        return  # there is no file
    sha256 = content_sha256(model, on_checking, cancel)
    if sha256 != model.sha256:
        raise _different(model, sha256)


def content_sha256(
    model: ModelFile, on_checking: OnChecking | None, cancel: CancelToken | None
) -> str:
    """Return the fingerprint that a model file has now, after reading it whole.

    Raises:
        UserFacingError: It cannot be read, or somebody writes to it.
        CancelledError: Stopped by the user.
    """
    return steady_sha256(Path(model.path), _progress(model, on_checking), cancel)[0]


def verify_models(
    ws: Workspace,
    chosen: Sequence[ModelFile],
    on_checking: OnChecking | None = None,
    cancel: CancelToken | None = None,
) -> tuple[Verified, ...]:
    """Read model files whole and compare their fingerprints with those noted when added.

    A file that is right may be loaded again, whatever its marks were; one that is not is
    refused from now on, even where its marks never changed.

    Raises:
        CancelledError: Stopped by the user.
    """
    return tuple(_verify(ws, model, on_checking, cancel) for model in chosen)


def missing(model: ModelFile) -> UserFacingError:
    """Return what to tell of a model whose file is gone."""
    return UserFacingError(
        f"The model file {model.path} is not there any more.",
        "Put it back, or add it again from where it is now.",
    )


def _verify(
    ws: Workspace, model: ModelFile, on_checking: OnChecking | None, cancel: CancelToken | None
) -> Verified:
    if model.server is not None:
        words = (f"{model.name} has no file here.", "What its server holds cannot be verified.")
        return Verified(model, "unreadable", "", *words)
    path = Path(model.path)
    if not path.is_file():
        gone = missing(model)
        return Verified(model, "missing", "", gone.message, gone.hint)
    try:
        sha256, mark = steady_sha256(path, _progress(model, on_checking), cancel)
    except UserFacingError as error:
        return Verified(model, "unreadable", "", error.message, error.hint)
    if sha256 != model.sha256:
        log.warning("model %s is not what was added", model.id)
        models.add_model(ws, replace(model, modified_ns=_NEVER, inode=""))
        told = _different(model, sha256)
        return Verified(model, "different", sha256, told.message, told.hint)
    right = replace(model, modified_ns=mark.modified_ns, inode=mark.inode)
    if right != model:
        models.add_model(ws, right)
    return Verified(right, "same", sha256)


def _progress(
    model: ModelFile, on_checking: OnChecking | None
) -> Callable[[int, int], None] | None:
    if on_checking is None:
        return None
    return lambda done, of: on_checking(Checking(model.name, done, of))


def _different(model: ModelFile, sha256: str) -> UserFacingError:
    return UserFacingError(
        f"The model file {model.path} has another content than when it was added: its SHA-256 was "
        f"{model.sha256[:12]}… and is {sha256[:12]}….",
        "Put the right file back, or remove the model from the list and add the file again.",
    )
