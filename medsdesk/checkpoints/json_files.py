"""Reads the JSON files of a checkpoint folder, which a stranger wrote."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any, Final, NoReturn

from medsdesk.core.errors import UserFacingError

AGAIN: Final = "Download the checkpoint again and compare it with its source."
_MIB: Final = 1 << 20


class MalformedJsonError(ValueError):
    """Not an object in JSON, or one that no program writes."""


def parse_object(data: bytes) -> dict[str, Any]:
    """Return a JSON object in which no name stands twice and every number is finite.

    Raises:
        MalformedJsonError: It is something else.
    """
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as fault:  # text that is no UTF-8 is a ValueError too
        raise MalformedJsonError from fault
    if not isinstance(value, dict):
        raise MalformedJsonError
    return value


def read_object(path: Path, largest_mib: int = 4) -> dict[str, Any]:
    """Return the object in a JSON file; an empty one where there is no such file.

    Args:
        path: The file.
        largest_mib: Longest file that is read at all.

    Raises:
        UserFacingError: It is too large, cannot be read or holds something else.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UserFacingError(f"{path.name} in the checkpoint is not a file.", AGAIN)
        if status.st_size > largest_mib * _MIB:
            raise UserFacingError(
                f"{path.name} in the checkpoint is larger than {largest_mib} MiB, "
                "which no such file is.",
                AGAIN,
            )
        return parse_object(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as fault:
        raise UserFacingError(
            f"{path.name} in the checkpoint cannot be read ({fault.strerror or 'input error'}).",
            "Check that you may read the folder's files.",
        ) from fault
    except MalformedJsonError as fault:
        raise UserFacingError(f"{path.name} in the checkpoint is no JSON object.", AGAIN) from fault


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise MalformedJsonError
    return made


def _no_constant(_: str) -> NoReturn:
    raise MalformedJsonError
