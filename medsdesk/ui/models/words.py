"""What the Models page says of a model and of its file; pure functions without Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medsdesk.ui.command_words import in_window
from medsdesk.ui.making.words import agreement, cost_words
from medsdesk.ui.wording import clock_time, count, file_size

if TYPE_CHECKING:
    from medsdesk.core.made_model import Fidelity
    from medsdesk.core.model import Keeping, ModelFile
    from medsdesk.core.server import ServerAddress, ServerOffer
    from medsdesk.services.fit_model import ModelFit
    from medsdesk.services.verify_models import FileState, Verified
    from medsdesk.ui.theme import Tone

COLUMNS = (
    "Name",
    "Use",
    "File is",
    "Where from",
    "Quantisation",
    "Agrees",
    "Size",
    "Trained context",
    "File",
)

_STATES: dict[FileState, str] = {
    "unchanged": "unchanged",
    "doubtful": "doubtful: check it",
    "different": "wrong: other content",
    "missing": "missing",
    "served": "on a server",
    "barred": "on a server, not allowed",
}
_SOURCES: dict[Keeping, str] = {
    "referenced": "used in place",
    "copied": "copied here",
    "downloaded": "downloaded",
}
_MEANINGS: dict[FileState, str] = {
    "unchanged": "Size, date and place of its file are as noted when its content was last right.",
    "doubtful": (
        "The file has another size, date or place than was noted, so it is not loaded. Check reads "
        "it whole and says whether the content is still the same."
    ),
    "different": (
        "The file has another content than when it was added, so it is not loaded. Put the right "
        "file back and check it, or remove the model and add the file again."
    ),
    "missing": "The file is not there any more. Put it back, or add it from where it is now.",
    "served": (
        "Your site's own server has it. Texts that it is to answer leave this computer for that "
        "server, and what exactly the server holds cannot be checked here."
    ),
    "barred": (
        "A server has it, which your site's policy does not name or the settings forbid to use: "
        "nothing is sent to it. Ask IT, or choose a model on this computer."
    ),
}


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model with what is known of its file.

    Attributes:
        model: The model.
        state: What the marks of its file tell.
        checked_at: When this window read it whole and found it right, in UTC; empty for not.
        costs: What was measured of it against better forms, the latest first.
    """

    model: ModelFile
    state: FileState
    checked_at: str = ""
    costs: tuple[Fidelity, ...] = ()

    @property
    def state_words(self) -> str:
        """Whether the file is what it was."""
        if self.checked_at and self.state == "unchanged":
            return f"right, checked {clock_time(self.checked_at)}"
        return _STATES[self.state]

    @property
    def tone(self) -> Tone:
        """How the file's state is to be taken."""
        if self.state == "unchanged":
            return "plain"
        return "warn" if self.state in ("doubtful", "served") else "danger"


def cells(row: ModelRow, chosen: str) -> tuple[str, ...]:
    """Return what the table shows of a model; ``chosen`` is the id of the one in use."""
    model = row.model
    uses = ["default"] if model.id == chosen else []
    if model.is_demo:
        uses.append("demonstration, not medical")
    return (
        model.name,
        ", ".join(uses) or "–",
        row.state_words,
        _source(model),
        model.quantisation,
        agreement(row.costs[0]) if row.costs else "–",
        file_size(model.size_bytes) if model.size_bytes else "–",
        count(model.context_train, "token") if model.context_train else "–",
        model.path,
    )


def _source(model: ModelFile) -> str:
    if model.server is not None:
        return "your site's server"
    return "comes with MedsDesk" if model.is_demo else _SOURCES[model.keeping]


def details(row: ModelRow) -> str:
    """Return the sentences below the table about the model that is selected."""
    model = row.model
    parts = [f"{model.name}: {_MEANINGS[row.state]}"]
    if model.origin:
        repository, _, rest = model.origin.partition("@")
        parts.append(f"It came from {repository}, revision {rest[:12]}.")
    fingerprint = f"SHA-256 {model.sha256[:16]}…, " if model.sha256 else ""
    parts.append(f"{fingerprint}{model.path}")
    costs = [cost_words(row.costs[0])] if row.costs else []
    return "\n".join((" ".join(parts), *costs))


def server_words(model: ModelFile) -> str:
    """Return what choosing a model that was just added means."""
    host = model.server.host if model.server is not None else ""
    return f"Once you choose it, texts that it is to answer leave this computer for {host}."


def offer_words(address: ServerAddress, offer: ServerOffer) -> tuple[str, Tone]:
    """Return what a server answered, and how that is to be taken."""
    told = f"The server answers. It is {offer.build}."
    if len(offer.models) > 1:
        told += f" It has {len(offer.models)} models: choose one, then press Add."
    if address.sealed:
        return told, "good"
    return (
        f"{told} The connection is not encrypted: others on the network could read texts.",
        "warn",
    )


def fit_words(model: ModelFile, fit: ModelFit) -> tuple[str, Tone]:
    """Return whether a model fits and what it takes of each device, and how that is to be taken."""
    needs = [
        f"{need.name}: {file_size(need.needed)} of {file_size(need.free)} that are free"
        for need in fit.devices
        if need.needed
    ]
    parts = [f"{model.name}, with a context of {count(fit.context, 'token')}: {fit.sentence}"]
    parts += [fit.hint, f"It takes {'; '.join(needs)}." if needs else ""]
    if fit.verdict != "fits" and fit.proposed_quantisation not in ("", fit.quantisation):
        parts.append(f"As {fit.proposed_quantisation} it would fit.")
    if fit.proposed_kv_cache:
        kept = fit.proposed_kv_cache.upper()
        parts.append(f"With the context kept as {kept} (page Settings) it would fit.")
    if fit.verdict == "fits":
        parts.append(f"The longest context that fits is {count(fit.longest_context, 'token')}.")
    words = in_window(" ".join(part for part in (*parts, *fit.notes) if part))
    return words, "good" if fit.verdict == "fits" else "warn"


def outcome(result: Verified) -> tuple[str, Tone]:
    """Return what came of a check, and how it is to be taken."""
    if result.outcome == "same":
        return f"The file of {result.model.name} is right: its content is what it was.", "good"
    return in_window(f"{result.message} {result.hint}"), "danger"
