"""What is told while a model is made or measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError

Stage = Literal["looking", "writing", "quantising", "checking", "fingerprinting", "measuring"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is.

    Attributes:
        stage: What is being done.
        done: Of its steps: bytes, tensors (``quantising``) or tokens (``measuring``).
        of: All of them; 0 where nobody can say.
    """

    stage: Stage
    done: int = 0
    of: int = 0


OnProgress = Callable[[Progress], None]


def quiet(_: Progress) -> None:
    """Tell nobody."""


def stop_if_told(cancel: CancelToken | None) -> None:
    """Raise CancelledError where there is a wish to stop."""
    if cancel is not None and cancel.cancelled:
        raise CancelledError
