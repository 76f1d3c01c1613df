"""Which files of a repository make a model: one GGUF file, or a checkpoint without pickles."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence

from medsdesk.core.errors import UserFacingError
from medsdesk.hub.repository import HubFile, Listing

GGUF = ".gguf"
_SAFETENSORS = ".safetensors"
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
_CONFIG = "config.json"
# What belongs to a checkpoint beside its weights; programs of the repository are not among it.
_BESIDE = (
    _CONFIG, "generation_config.json", "*.safetensors.index.json", "tokenizer.json",
    "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "merges.txt", "chat_template.json", "chat_template.jinja",
)  # fmt: skip
_SHOWN = 12


def choose_model_files(
    listing: Listing, file: str, sha256: Mapping[str, str]
) -> tuple[HubFile, ...]:
    """Return the files of a repository that make a model.

    Args:
        listing: What the repository has.
        file: Name of one GGUF file, or its quantisation; empty for the only one or a checkpoint.
        sha256: Published fingerprints by path; a file that has another one is refused.

    Raises:
        UserFacingError: There is no such file, a choice has to be made, there is nothing but
            pickle files, or a fingerprint is another one than was published.
    """
    chosen = _named(listing, file) if file else _unnamed(listing)
    for one in chosen:
        expected = sha256.get(one.path, one.digest.hex)
        if one.path in sha256 and (one.digest.name != "sha256" or one.digest.hex != expected):
            raise UserFacingError(
                f"The file {one.path} of {listing.repository.id} is not the one that is expected: "
                f"its SHA-256 should be {expected[:12]}….",
                "Do not use it; tell your IT, and look at the page of the repository.",
            )
    return chosen


def _named(listing: Listing, file: str) -> tuple[HubFile, ...]:
    if file.lower().endswith(_PICKLES):
        raise _pickle(f"{file} is a pickle file, which can run programs when it is opened")
    ggufs = _whole_ggufs(listing)
    wanted = file.casefold()
    exact = [f for f in ggufs if wanted in (f.path.casefold(), f.name.casefold())]
    form = re.compile(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9_])")
    found = exact or [f for f in ggufs if form.search(f.name.casefold())]
    if len(found) == 1:
        return (found[0],)
    if _PART.search(file):
        raise UserFacingError(
            f"{file} is one of several parts of a model, which MedsDesk does not put together.",
            "Choose a GGUF file that is whole.",
        )
    if not ggufs:
        raise UserFacingError(
            f"The repository {listing.repository.id} has no GGUF file.",
            "Leave --file out to fetch its checkpoint, if it has one.",
        )
    which = "more than one GGUF file" if found else "no GGUF file"
    raise UserFacingError(
        f"The repository {listing.repository.id} has {which} that '{file[:60]}' means.",
        f"Choose one with --file: {_names(found or ggufs)}.",
    )


def _unnamed(listing: Listing) -> tuple[HubFile, ...]:
    if weights := _shards(listing):
        return _checkpoint(listing, weights)
    ggufs = _whole_ggufs(listing)
    if len(ggufs) == 1:
        return (ggufs[0],)
    if ggufs:
        raise UserFacingError(
            f"The repository {listing.repository.id} has {len(ggufs)} GGUF files.",
            f"Choose one with --file: {_names(ggufs)}.",
        )
    if any(f.name.lower().endswith(_PICKLES) for f in listing.files):
        raise _pickle(
            f"The repository {listing.repository.id} has its weights at {listing.commit[:12]} as "
            "pickle files only, which can run programs when they are opened"
        )
    raise UserFacingError(
        f"The repository {listing.repository.id} has neither GGUF nor safetensors files at "
        f"{listing.commit[:12]}.",
        "Look at its page, and give another revision with --revision if it has one.",
    )


def _whole_ggufs(listing: Listing) -> list[HubFile]:
    return [f for f in listing.files if f.name.lower().endswith(GGUF) and not _PART.search(f.name)]


def _shards(listing: Listing) -> list[HubFile]:
    """Return the weights of a checkpoint: some repositories have them twice, in two forms."""
    top = [f for f in listing.files if "/" not in f.path and f.path.endswith(_SAFETENSORS)]
    return [f for f in top if f.path.startswith("model")] or top


def _checkpoint(listing: Listing, weights: Sequence[HubFile]) -> tuple[HubFile, ...]:
    beside = [f for f in listing.files if any(fnmatch.fnmatchcase(f.path, one) for one in _BESIDE)]
    if all(f.path != _CONFIG for f in beside):
        raise UserFacingError(
            f"The repository {listing.repository.id} has weights, but no {_CONFIG} beside them.",
            "It is no checkpoint that can be converted; look at its page for another form.",
        )
    return (*beside, *weights)


def _pickle(message: str) -> UserFacingError:
    return UserFacingError(
        f"{message}; MedsDesk never fetches them.",
        "Look for a revision with safetensors files (--revision), or for a GGUF file.",
    )


def _names(files: Sequence[HubFile]) -> str:
    shown = [f"{f.path} ({f.size / 1e9:.1f} GB)" for f in files[:_SHOWN]]
    more = len(files) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
