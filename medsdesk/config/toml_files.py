"""Reads TOML with errors that name the line, and writes flat tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from medsdesk.core.errors import UserFacingError

_LINE = re.compile(r"\(at line (\d+)")


def read_toml(path: Path, hint: str) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Args:
        path: The file, in UTF-8, with or without a byte order mark.
        hint: What the user can do about a broken file.

    Raises:
        UserFacingError: The file cannot be read or is broken; names file and line.
    """
    import tomllib  # not before there is a file to read

    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserFacingError(f"The file {path} cannot be read: {reason}.", hint) from error
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserFacingError(f"The file {path} is not UTF-8 text in line {line}.", hint) from error
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else data.rstrip().count(b"\n") + 1
        # The parser's own words can quote the file, so they are left out.
        raise UserFacingError(f"The file {path} is broken in line {line}.", hint) from error


def line_of_key(path: Path, key: str) -> int:
    """Return the number of the first line that sets a top-level key; 1 where none does."""
    setting = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((n for n, line in enumerate(lines, 1) if setting.match(line)), 1)


def encode_flat(values: Mapping[str, str | int]) -> str:
    """Return bare keys and scalars as TOML text, one line each.

    Raises:
        ValueError: A text holds half a surrogate pair, which no UTF-8 file can keep; the
            message is its key.
    """
    text = ""
    for key, value in values.items():
        line = f"{key} = {_scalar(value)}\n"
        try:
            line.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ValueError(key) from error
        text += line
    return text


def _scalar(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    # A JSON string is a TOML basic string, but for one character that only TOML escapes.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
