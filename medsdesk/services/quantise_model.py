"""Make a smaller form of a model with llama.cpp's own quantiser, in the engine's process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.core.made_model import ModelOrigin
from medsdesk.core.model import ModelFile
from medsdesk.engine.file_tasks import QuantisedFile, QuantiseFile
from medsdesk.engine.file_work import BACKEND, do
from medsdesk.engine.quantising import KINDS
from medsdesk.services.made_models import add_made_model
from medsdesk.services.making_events import OnProgress, Progress, quiet
from medsdesk.services.new_files import new_file
from medsdesk.services.onsite_models import check_has_file
from medsdesk.services.verify_models import check_unchanged
from medsdesk.store.model_origins import find_origin

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace

WHOLE: Final = ("F32", "F16", "BF16")
"""Forms that are not quantised."""
_SPARE_BYTES: Final = 64 << 20  # left free on the disk
_FORM: Final = re.compile(r"[-._ ]?(F32|F16|BF16|I?Q\d\w*|MXFP4)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class QuantiseRequest:
    """What to make of which model.

    Attributes:
        model: The source.
        kind: One of ``engine.quantising.KINDS``.
        out: The file to make; beside the source, or in the workspace for the demonstration
            model, where left out.
        again: Whether a source that is quantised already may be used, which loses more than
            quantising once.
    """

    model: ModelFile
    kind: str
    out: Path | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class QuantisedModel:
    """What came of it.

    Attributes:
        model: As the workspace knows it now.
        origin: What it was made from.
        tensors: In the file.
        notes: Sentences on what is not as one would expect.
    """

    model: ModelFile
    origin: ModelOrigin
    tensors: int
    notes: tuple[str, ...]


def quantise_model(
    ws: Workspace,
    request: QuantiseRequest,
    on_progress: OnProgress = quiet,
    cancel: CancelToken | None = None,
    backend: str = BACKEND,
) -> QuantisedModel:
    """Quantise a model and add the file to the workspace's models.

    Args:
        ws: The workspace.
        request: What to make.
        on_progress: Told of tensors that are done.
        cancel: Stops it at once; nothing stays.
        backend: Of the engine's process.

    Raises:
        UserFacingError: The source cannot be used, or the disk has no room.
        EngineDiedError: The process died of it.
        CancelledError: Stopped.
    """
    source = request.model
    _check(request)
    out = (request.out or standard_out(ws, source, request.kind)).expanduser().absolute()
    if out.suffix.lower() != ".gguf":
        raise UserFacingError(f"{out.name} does not end in .gguf.", "Give such a name with --out.")
    on_progress(Progress("quantising"))
    with new_file(out) as part:
        task = QuantiseFile(
            source.path, str(part), request.kind, request.again, spare_bytes=_SPARE_BYTES
        )
        made = do(
            task,
            QuantisedFile,
            lambda done, of: on_progress(Progress("quantising", done, of)),
            cancel,
            backend,
        )
    model, origin = add_made_model(ws, out, _origin(ws, source, request.kind), on_progress, cancel)
    return QuantisedModel(model, origin, made.tensors, _notes(source, request.kind, made))


def _check(request: QuantiseRequest) -> None:
    source = request.model
    check_has_file(source)
    if request.kind not in KINDS:
        raise UserFacingError(
            f"'{request.kind}' is no form that models can be made in here.",
            f"Choose one of {', '.join(KINDS)}.",
        )
    if source.quantisation not in WHOLE and not request.again:
        raise UserFacingError(
            f"The model '{source.id}' is quantised already ({source.quantisation}); quantising it "
            "again loses more than quantising the whole model once.",
            "Take the model in F16, or add --requantize to do it all the same.",
        )
    check_unchanged(source)


def standard_out(ws: Workspace, source: ModelFile, kind: str) -> Path:
    """Return where a quantised form goes when nobody says."""
    path = Path(source.path)
    name = f"{_FORM.sub('', path.stem)}-{kind}.gguf"
    if not source.is_demo:
        return path.with_name(name)
    folder = ws.directory / "models"  # a package's own folder is no place for files
    folder.mkdir(exist_ok=True)
    return folder / name


def _origin(ws: Workspace, source: ModelFile, kind: str) -> ModelOrigin:
    before = find_origin(ws, source.sha256)
    return ModelOrigin(
        sha256="",
        how="quantised",
        kind=kind,
        made_with=f"medsdesk {version('medsdesk')}, llama-cpp-python {_engine_version()}",
        made_at=utc_now(),
        parent_id=source.id,
        parent_sha256=source.sha256,
        parent_kind=source.quantisation,
        repository=before.repository if before else "",
        revision=before.revision if before else "",
        licence=before.licence if before else "",
    )


def _engine_version() -> str:
    return version("llama-cpp-python")


def _notes(source: ModelFile, kind: str, made: QuantisedFile) -> tuple[str, ...]:
    notes = []
    if source.quantisation not in WHOLE:
        what = "keeps its losses" if kind in WHOLE else "adds losses to those it has"
        notes.append(f"The source is quantised already ({source.quantisation}): this form {what}.")
    if made.fallbacks:
        notes.append(
            f"{made.fallbacks} of {made.tensors} tensors have rows that do not suit {kind} and "
            "got a larger form."
        )
    return tuple(notes)
