"""Checks the instances of a task file one by one: what is wrong with each, in words."""

from __future__ import annotations

import math
import re
from collections import Counter

from medsdesk.tasks.json_stream import RepeatedKeys
from medsdesk.tasks.task_bytes import mend

Instance = tuple[str, str, tuple[str, ...]]  # id, input, outputs

LONG_INPUT = 100_000
DUPLICATE_ID = "it has the id of an earlier item"
NO_OBJECT = "it is not an object with 'input' and 'output'"
NOT_UTF8 = "some of its bytes are not UTF-8 and were read as Windows-1252"
TWICE = "one of its keys occurs twice; the last is read"
NO_TEXT = "has characters in it that are no text"
EMPTY_OUTPUT_LEFT_OUT = "one of its outputs is empty and was left out"

_KNOWN = frozenset(("id", "input", "output"))
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff \n"  # signs without width, as a page can leave
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{0,29}")


def kind_of(value: object) -> str:
    """Return what a JSON value is, in a word."""
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    names = {dict: "an object", list: "a list", bool: "true or false", str: "text"}
    return "null" if value is None else names.get(type(value), "a number")


def is_text(value: str) -> bool:
    """Return whether a string is text: no zero byte and no half of a character in it."""
    if "\0" in value:
        return False
    try:
        # Several times faster than to look for them.
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def plain_name(key: str) -> str:
    """Return a key to be shown; a long or odd one may be a patient's text and is not repeated."""
    return key if _NAME.fullmatch(key) else "a name that is not shown"


class InstanceChecker:
    """Reads instances in turn and remembers what is worth a note about all of them.

    Args:
        mixed: Whether the file has bytes that are not UTF-8.
    """

    def __init__(self, *, mixed: bool) -> None:
        self._mixed = mixed
        # Of 64 bits each: far smaller than the ids, and two of a million ids agree by chance
        # once in tens of millions of files.
        self._seen: set[int] = set()
        self._extra: Counter[str] = Counter()
        self._respelt = self._no_id = self._long = self._longest = 0

    def read(self, raw: object) -> tuple[Instance | None, tuple[str, ...]]:
        """Return one instance, or None where it cannot be used, and what is wrong with it."""
        if not isinstance(raw, dict):
            return None, (NO_OBJECT,)
        repeated = isinstance(raw, RepeatedKeys)
        if not raw.keys() <= _KNOWN:
            raw = self._known(raw)
        text, outputs = raw.get("input"), raw.get("output")
        reasons: tuple[str, ...] = (TWICE,) if repeated else ()
        if self._mixed and (text, outputs) != (whole := (_mended(text), _mended(outputs))):
            text, outputs = whole
            reasons = (*reasons, NOT_UTF8)
        reason = _fault_of_text("input", text)
        if reason or not isinstance(text, str):
            return None, (reason,)
        answers, reason = _read_outputs(outputs)
        if not answers:
            return None, (reason,)
        if reason:
            reasons = (*reasons, reason)
        if len(text) > LONG_INPUT:
            self._long += 1
            self._longest = max(self._longest, len(text))
        own_id, reason = self._read_id(raw.get("id"))
        return (own_id, text, answers), (*reasons, reason) if reason else reasons

    def notes(self) -> tuple[str, ...]:
        """Return a sentence for each thing that is no fault but worth knowing."""
        made = [
            f"{_items(count)} a key that is not read: {key}."
            for key, count in self._extra.most_common(10)
        ]
        if self._respelt:
            made.append(
                f"{_items(self._respelt)} a key in other letters than the format's"
                " 'id', 'input' and 'output'."
            )
        if self._long:
            made.append(
                f"{_items(self._long)} an input of more than {LONG_INPUT:,} characters;"
                f" the longest has {self._longest:,}."
            )
        if self._no_id:
            made.append(f"{_items(self._no_id)} an id that is no text; it is not used.")
        return tuple(made)

    def _known(self, raw: dict[str, object]) -> dict[str, object]:
        """Return the three known keys in any case of letters; count the others."""
        folded: dict[str, object] = {}
        respelt = False
        for key, value in raw.items():
            name = key if key in _KNOWN else key.strip().casefold()
            if name in _KNOWN and (name not in folded or key == name):
                folded[name] = value
                respelt = respelt or key != name
            else:
                self._extra[plain_name(key)] += 1
        self._respelt += respelt
        return folded

    def _read_id(self, value: object) -> tuple[str, str]:
        if value is None or value == "":
            return "", ""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not is_text(value):
            self._no_id += 1
            return "", ""
        known = hash(value) in self._seen
        self._seen.add(hash(value))
        return value, DUPLICATE_ID if known else ""


def _items(count: int) -> str:
    return "1 item has" if count == 1 else f"{count:,} items have"


def _read_outputs(value: object) -> tuple[tuple[str, ...], str]:
    """Return the answers, and what is wrong with them if anything."""
    if not isinstance(value, list):
        reason = _fault_of_text("output", value)
        return (() if reason else (str(value),)), reason
    if not value:
        return (), "its output is an empty list"
    filled = [one for one in value if not (isinstance(one, str) and not one.strip())]
    for one in filled:
        if reason := _fault_of_text("output", one):
            return (), f"in the list of outputs: {reason}"
    if not filled:
        return (), "its outputs are all empty"
    return tuple(filled), "" if len(filled) == len(value) else EMPTY_OUTPUT_LEFT_OUT


def _fault_of_text(name: str, value: object) -> str:
    if isinstance(value, str):
        if not value or value.isspace() or (value[0] in _UNSEEN and not value.strip(_UNSEEN)):
            return f"its {name} is empty"
        return "" if is_text(value) else f"its {name} {NO_TEXT}"
    if value is None:
        return f"it has no {name}"
    return f"its {name} is no text but {kind_of(value)}"


def _mended(value: object) -> object:
    if isinstance(value, list):
        return [_mended(one) for one in value]
    return mend(value) if isinstance(value, str) else value
