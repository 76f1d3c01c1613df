"""Why a model could not be quantised, told from the native library's last log lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.load_failures import load_error

KINDS: Final = ("F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0")
"""The forms that a model can be brought into, largest first."""

_CAUSES: Final[Sequence[tuple[str, str, str]]] = (
    (
        r"requantizing from type (\w+) is disabled",
        "is quantised already, and quantising it again loses more than once would",
        "Take the model in F16, or add --requantize to do it all the same.",
    ),
    (
        r"requires an imatrix|Missing importance matrix",
        "needs an importance matrix for so few bits",
        "Choose a larger form.",
    ),
    (
        r"quantized data validation failed|contains non-finite|found (nan|inf)",
        "holds weights that are no numbers",
        "Download or convert the model again and compare its SHA-256.",
    ),
    (
        r"No space left|write error|failed to write|not enough space|basic_ios::clear|iostream",
        "could not be written in its new form: the disk is full or cannot be written",
        "Make room, or write it to another disk with --out.",
    ),
)


def quantise_error(name: str, lines: Sequence[str]) -> UserFacingError:
    """Return the error that says why a model was not quantised.

    Args:
        name: Name of the model file.
        lines: Last lines of the native log, oldest first.
    """
    log = "\n".join(lines)
    for pattern, words, hint in _CAUSES:
        if re.search(pattern, log, re.IGNORECASE):
            return UserFacingError(f"The model {name} {words}.", hint)
    return load_error(name, lines)
