"""What the catalogue and a download of a model say; pure functions without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medsdesk.ui.wording import day_and_time, file_size

if TYPE_CHECKING:
    from medsdesk.core.catalogue import Access, CatalogueModel, Licence, RepositoryFormat, Role
    from medsdesk.services.download_models import ModelAsked, ModelDownloaded
    from medsdesk.services.list_catalogue import CatalogueEntry

COLUMNS = ("Model", "What for", "Weights", "Download", "Licence", "Here")
BY_FILE = (
    "Without a network: download the GGUF file on another computer, carry it over, and add it with "
    "'Add GGUF'."
)
KEPT = "What has come is kept; Download goes on from there."
USUAL = "Q4_K_M"  # the quantisation that is offered first

_ROLES: dict[Role, str] = {
    "study": "the medical model",
    "comparison": "to compare with",
    "base": "its origin",
}
_PURPOSES: dict[Role, str] = {
    "study": (
        "This is the model that MedsDesk was made for: Llama 3, trained further on medical texts "
        "and then on medical instructions. The paper of MedS-Bench publishes its scores."
    ),
    "comparison": (
        "Another model of the paper's tables. Run it on the same texts to see whether the medical "
        "one is better on them."
    ),
    "base": (
        "What the medical model was made from. It shows what the medical training changed, and is "
        "of little use by itself."
    ),
}
_FORMATS: dict[RepositoryFormat, str] = {
    "gguf": "GGUF files, ready to use.",
    "safetensors": (
        "A checkpoint, not ready to use: a GGUF file has to be made of it first, with 'Convert a "
        "checkpoint'."
    ),
    "pickle": "Pickle files only, which MedsDesk never fetches.",
}
_ACCESS: dict[Access, str] = {
    "open": "",
    "account": (
        "Its owners let in only accounts that accepted their terms: accept them on its page in a "
        "browser, make a token with the right to read, and keep it with 'Token'."
    ),
    "unknown": "Its owners may let in only accounts; then a token of yours is needed ('Token').",
}
_ORDER: dict[Role, int] = {"study": 0, "comparison": 1, "base": 2}


def ordered(entries: Sequence[CatalogueEntry]) -> list[CatalogueEntry]:
    """Return the medical model first, and what can be used as it is before the rest."""
    return sorted(entries, key=lambda e: (_ORDER[e.model.role], e.model.format != "gguf"))


def cells(entry: CatalogueEntry) -> tuple[str, ...]:
    """Return what the table shows of a model."""
    model = entry.model
    if model.format == "gguf":
        comes = f"about {file_size(entry.sizes[USUAL])}, ready to use"
    elif model.format == "pickle":
        comes = "none: pickle only"
    else:
        comes = f"about {file_size(entry.checkpoint_bytes)}, to be converted"
    return (
        model.name,
        _ROLES[model.role],
        f"{entry.parameters / 1e9:.1f} billion",
        comes,
        model.licence.name,
        "yes" if entry.here else "–",
    )


def purpose(model: CatalogueModel) -> str:
    """Return what a model is for, and what else is to be known of it."""
    parts = (_PURPOSES[model.role], _FORMATS[model.format], model.note)
    return " ".join(part for part in parts if part)


def access(model: CatalogueModel) -> str:
    """Return who is let in; empty for everybody."""
    return _ACCESS[model.access]


def size_choices(entry: CatalogueEntry) -> list[tuple[str, str]]:
    """Return each quantisation with its words; sizes are estimates."""
    words = {"F16": " (as trained)", "Q8_0": " (nearly as exact)", USUAL: " (usual for a laptop)"}
    return [
        (form, f"{form}, about {file_size(size)}{words.get(form, '')}")
        for form, size in entry.sizes.items()
    ]


def licence_words(licence: Licence) -> str:
    """Return the licence with its address and what it asks."""
    parts = (f"{licence.name}: {licence.url}", licence.summary)
    return "\n".join(part for part in parts if part)


def accepted(at: str) -> str:
    """Return when a licence was accepted."""
    return f"Accepted in this workspace on {day_and_time(at)}."


def question(asked: ModelAsked) -> str:
    """Return what will be contacted and what is sent."""
    token = "" if asked.access == "open" else " and, if it asks for an account, your token"
    return (
        f"Download asks {asked.server} for {asked.repository}. It sends the names of the files and "
        f"of this program{token}; no text, answer or rating."
    )


def outcome(done: ModelDownloaded) -> str:
    """Return what came of a download."""
    if done.result.failures:
        return " ".join(f"{f.path}: {f.error}" for f in done.result.failures)
    if done.result.waiting:
        return f"Stopped. {KEPT}"
    if done.model is not None:
        return f"{done.model.name} ({done.model.quantisation}) is here and on the list of models."
    return (
        f"The checkpoint is in {done.checkpoint}. It cannot be run yet: make a GGUF file of it "
        "with 'Convert a checkpoint' on the page Models."
    )
