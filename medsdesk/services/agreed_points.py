"""Read the points that colleagues agreed on for practice items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.studies.planning import Agreed
from medsdesk.tasks.texts import bytes_of

_MOST_BYTES = 1 << 20
_HINT = 'Write it as [{"outputs": ["ID of an answer"], "points": {"accurate": 4}}].'


@dataclass(frozen=True, slots=True)
class _Row:
    outputs: tuple[str, ...]
    points: Mapping[str, int]


def read_agreed(path: Path) -> tuple[Agreed, ...]:
    """Return what a JSON file holds: a list of answers by id, with points by question.

    In a pair two answers are named, and negative points are for the first.

    Raises:
        UserFacingError: The file cannot be read, or is not of that form.
    """
    data = bytes_of(path, f"The file {path.name}", _MOST_BYTES)
    try:
        rows = msgspec.json.decode(data, type=tuple[_Row, ...])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise UserFacingError(
            f"The file {path.name} holds no agreed points as they are written: {fault}.", _HINT
        ) from fault
    for row in rows:
        if not 1 <= len(row.outputs) <= 2 or not row.points:
            raise UserFacingError(
                f"An entry of {path.name} has no answer, more than two, or no points.", _HINT
            )
    return tuple(Agreed(row.outputs, row.points) for row in rows)
