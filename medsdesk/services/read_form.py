"""Read a rating form that came as text: an own form, or one in a study's bundle."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.rating import Instrument
from medsdesk.services.form_faults import form_faults

LONGEST_FILE = 65_536  # characters; the largest of ours has 5,000
_LINE = re.compile(r"\(at line (\d+)")


def parse_form(text: str, origin: str) -> Instrument:
    """Return the form that a TOML text holds.

    Args:
        text: The file, whole; its fingerprint is taken with line ends folded.
        origin: What to call it, such as the file's name.

    Raises:
        UserFacingError: It is no form that can be used; tells the first fault.
    """
    faults = faults_of_form(text)
    if faults:
        raise broken(f"The rating form {origin}", faults)
    folded = fold(text)
    fields = {**tomllib.loads(folded), "sha256": text_sha256(folded)}
    return msgspec.convert(fields, Instrument, strict=True)


def faults_of_form(text: str) -> tuple[str, ...]:
    """Return everything that is wrong with a form, each as a clause with its place."""
    fields, faults = read_fields(text)
    return faults or form_faults(fields, fold(text))


def read_fields(text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the tables of a TOML text and why it cannot be read; one of the two is empty."""
    if len(text) > LONGEST_FILE:
        return {}, (f"the file has {len(text):,} characters, more than {LONGEST_FILE:,}",)
    folded = fold(text)
    try:
        return tomllib.loads(folded), ()
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else folded.rstrip().count("\n") + 1
        return {}, (f"the file is broken in line {line}",)
    except (ValueError, RecursionError):
        # A number of thousands of digits, or lists in lists without end.
        return {}, ("the file holds something that no form has",)


def fold(text: str) -> str:
    """Return a file's text as its fingerprint is taken: without mark and with plain line ends."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def broken(what: str, faults: tuple[str, ...]) -> UserFacingError:
    """Return the refusal of a file that has faults: the first, and how many more."""
    more = len(faults) - 1
    told = f" It has {more} more fault{'s' if more > 1 else ''}." if more else ""
    return UserFacingError(
        f"{what} cannot be used: {faults[0]}.",
        f"Mend it, or ask for it once more where it came from.{told}",
    )
