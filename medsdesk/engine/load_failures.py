"""Why a model did not load, told from the native library's last log lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from medsdesk.core.errors import UserFacingError

_AGAIN = "Copy or download the file again and compare its SHA-256."
_NEWER = "Install a newer MedsDesk, or choose another model file."
_SMALLER = (
    "Choose a smaller context, fewer layers on the graphics card, or a smaller model, and "
    "close other programs."
)

# Searched in this order; the first that is found is the cause.
_CAUSES: Final[Sequence[tuple[str, str, str]]] = (
    (r"invalid magic characters|failed to read magic", "is not a GGUF model file", _AGAIN),
    (
        r"unknown model architecture: '(?P<kind>[^']{1,40})'",
        "holds a model of a kind that this engine does not know",
        _NEWER,
    ),
    (
        r"unsupported version|unknown pre-tokenizer type|invalid ggml type|has invalid type",
        "was made for a newer engine",
        _NEWER,
    ),
    (
        r"not within the file bounds|failed to read (key-value pairs|tensor)|reached end of file",
        "is cut short",
        _AGAIN,
    ),
    (
        r"failed to allocate|out of memory|unable to allocate|cudaMalloc failed|ErrorOutOfDevice",
        "needs more memory than there is",
        _SMALLER,
    ),
    (
        r"missing tensor|tensor .* not found|wrong shape|key not found",
        "is damaged or incomplete",
        _AGAIN,
    ),
    (r"cannot be used with preset 'embedding'|mmproj|clip", "is no language model", _NEWER),
)


def load_error(name: str, lines: Sequence[str]) -> UserFacingError:
    """Return the error that says why a model did not load.

    Args:
        name: Name of the model file.
        lines: Last lines of the native log, oldest first.
    """
    log = "\n".join(lines)
    for pattern, words, hint in _CAUSES:
        found = re.search(pattern, log, re.IGNORECASE)
        if found:
            kind = found.groupdict().get("kind")
            named = f" ({kind})" if kind else ""
            return UserFacingError(f"The model file {name} {words}{named}.", hint)
    return UserFacingError(f"The engine could not load the model file {name}.", _AGAIN)


def context_error(context: int) -> UserFacingError:
    """Return the error for a loaded model whose context could not be made."""
    return UserFacingError(
        f"The engine could not make room for a context of {context:,} tokens.", _SMALLER
    )


def memory_error(context: int, needed: int, available: int, slots: int = 1) -> UserFacingError:
    """Return the error for a context in each slot that cannot fit; both figures in bytes."""
    what, does, hint = f"A context of {context:,} tokens", "needs", "Choose a smaller context."
    if slots > 1:
        what, does = f"{slots} slots with a context of {context:,} tokens each", "need"
        hint = "Choose fewer slots or a smaller context."
    return UserFacingError(
        f"{what} {does} {_gib(needed)} of memory, but only {_gib(available)} are free.", hint
    )


def _gib(number: int) -> str:
    return f"{number / (1 << 30):,.1f} GiB"
