"""Measure what a form of a model costs, on a synthetic medical text of ours."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.core.made_model import Fidelity
from medsdesk.core.model import KvCache, ModelFile
from medsdesk.engine.file_tasks import ComparedFiles, CompareFiles
from medsdesk.engine.file_work import BACKEND, do
from medsdesk.metrics.fidelity import METHOD, TokenFigures, measure
from medsdesk.services.making_events import OnProgress, Progress, quiet
from medsdesk.services.model_files import list_models
from medsdesk.services.onsite_models import check_has_file
from medsdesk.services.passages import own_passages
from medsdesk.services.quantise_model import WHOLE
from medsdesk.services.verify_models import check_unchanged
from medsdesk.store.fidelities import add_fidelity, list_fidelities, list_kv_fidelities
from medsdesk.store.model_origins import find_origin

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.store.workspace import Workspace


def measure_fidelity(
    ws: Workspace,
    model: ModelFile,
    reference: ModelFile,
    on_progress: OnProgress = quiet,
    cancel: CancelToken | None = None,
    backend: str = BACKEND,
    *,
    kv_cache: KvCache = "f16",
) -> Fidelity:
    """Compare a form of a model with a better one, and keep the figures in the workspace.

    Args:
        ws: The workspace.
        model: What is measured.
        reference: What it is measured against: the same model in F16, or the best at hand.
        on_progress: Told of tokens read, by both.
        cancel: Stops it at once; nothing is kept.
        backend: Of the engine's process.
        kv_cache: How the measured model keeps its context; the reference keeps it as F16.

    Raises:
        UserFacingError: They are no forms of one model, or one cannot be loaded.
        EngineDiedError: The process died of it.
        CancelledError: Stopped.
    """
    if kv_cache != "f16" and model.sha256 != reference.sha256:
        raise UserFacingError(
            "What a smaller context costs is measured against the same file, with F16.",
            "Leave out the other model.",
        )
    for form in (model, reference):
        check_has_file(form)
        check_unchanged(form)
    passages = own_passages()
    on_progress(Progress("measuring"))
    task = CompareFiles(
        model.path, reference.path, passages.texts, str(ws.directory), kv_cache=kv_cache
    )
    found = do(
        task,
        ComparedFiles,
        lambda done, of: on_progress(Progress("measuring", done, of)),
        cancel,
        backend,
    )
    fidelity = replace(_fidelity(ws, model, reference, found), kv_cache=kv_cache)
    add_fidelity(ws, fidelity)
    return fidelity


def _fidelity(
    ws: Workspace, model: ModelFile, reference: ModelFile, found: ComparedFiles
) -> Fidelity:
    figures = measure(
        TokenFigures(
            found.passages,
            found.losses,
            found.reference_losses,
            found.divergences,
            found.same_top,
        )
    )
    return Fidelity(
        model_sha256=model.sha256,
        reference_sha256=reference.sha256,
        reference_id=reference.id,
        reference_kind=reference.quantisation,
        reference_made_from=_made_from(ws, reference),
        text_sha256=own_passages().sha256,
        passages=len(set(found.passages)),
        tokens=len(found.losses),
        perplexity=figures.perplexity,
        reference_perplexity=figures.reference_perplexity,
        perplexity_ratio=figures.perplexity_ratio,
        top_agreement=figures.top_agreement,
        divergence=figures.divergence,
        method=METHOD,
        engine=f"llama-cpp-python {version('llama-cpp-python')}",
        measured_at=utc_now(),
    )


def known_fidelities(ws: Workspace, model: ModelFile) -> tuple[Fidelity, ...]:
    """Return what was measured of a model on the text that is used now, the latest first."""
    text = own_passages().sha256
    return tuple(f for f in list_fidelities(ws, model.sha256) if f.text_sha256 == text)


def kv_cost(ws: Workspace, model: ModelFile, kv_cache: KvCache) -> str:
    """Return a sentence on what a way to keep the context costs a model; empty for F16.

    It says so where that has not been measured on the text that is used now.
    """
    if kv_cache == "f16" or model.server is not None:
        return ""
    kept, text = kv_cache.upper(), own_passages().sha256
    for found in list_kv_fidelities(ws, model.sha256):
        if (found.kv_cache, found.text_sha256) == (kv_cache, text):
            return (
                f"The context is kept as {kept}. Measured against F16 on synthetic medical text, "
                f"perplexity is {found.perplexity_ratio.value:.4f} times as high, and "
                f"{found.top_agreement.value:.1f} % of tokens have the same likeliest one."
            )
    return (
        f"The context is kept as {kept}; what that costs this model has not been measured here. "
        "Measure it on the command line: "
        f"'medsdesk models fidelity {model.id} --kv-cache {kv_cache}'."
    )


def references(ws: Workspace, model: ModelFile) -> tuple[ModelFile, ...]:
    """Return the other forms of a model that the workspace has, the best reference first."""
    origin = find_origin(ws, model.sha256)
    parent = origin.parent_sha256 if origin else None
    forms = [
        other
        for other in list_models(ws)
        if other.id != model.id
        and other.server is None
        and (other.architecture, other.parameters) == (model.architecture, model.parameters)
    ]
    return tuple(
        sorted(
            forms,
            key=lambda m: (m.sha256 != parent, m.quantisation not in WHOLE, -m.size_bytes),
        )
    )


def standard_reference(ws: Workspace, model: ModelFile) -> ModelFile:
    """Return the model that a form was quantised from, where the workspace knows both.

    Raises:
        UserFacingError: It does not.
    """
    origin = find_origin(ws, model.sha256)
    parent = origin.parent_sha256 if origin else None
    found = next((m for m in list_models(ws) if m.sha256 == parent), None)
    if found is None:
        raise UserFacingError(
            f"It is not known here what '{model.id}' was quantised from.",
            "Name the same model in F16, or the best form at hand, with --against.",
        )
    return found


def caveat(fidelity: Fidelity) -> str:
    """Return a sentence on what the reference has itself lost; empty where that is nothing."""
    if fidelity.reference_kind not in WHOLE:
        return (
            f"The reference is itself quantised ({fidelity.reference_kind}): what that cost is "
            "not in these figures."
        )
    if fidelity.reference_made_from:
        return (
            f"The reference was made from a quantised file ({fidelity.reference_made_from}): what "
            "that cost is not in these figures."
        )
    return ""


def _made_from(ws: Workspace, reference: ModelFile) -> str:
    origin = find_origin(ws, reference.sha256)
    parent = origin.parent_kind if origin else None
    return parent if parent and parent not in WHOLE else ""
