"""Reads JSON piece by piece, so that a file of any length is read in little memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

# A value longer than this is a text whose closing quote is missing, not a text.
MAX_VALUE_CHARS = 8_000_000
# A fault further from the end of what was read than the longest token is no cut token.
_LONGEST_TOKEN = 16
_MOST_BEFORE_A_FAULT = 1 << 14

# What stands before the next object of a list: after an object, and after anything else.
_AFTER_OBJECT = re.compile(r"\}[ \t\n\r]*,[ \t\n\r]*(?=\{)")
_AFTER_OTHER = re.compile(r",[ \t\n\r]*(?=\{)")
_NOT_BLANK = re.compile(r"[^ \t\n\r\ufeff]")

ENDS_EARLY = "the file ends too early"
MALFORMED = "it is malformed JSON"
TOO_DEEP = "it is nested too deeply"
TOO_LONG = f"it is longer than {MAX_VALUE_CHARS:,} characters; a closing quote may be missing"
NO_COMMA = "the comma before it is missing"
EXTRA_COMMA = "there is a comma too many before the end of the list"

OnBroken = Callable[["BrokenJsonError"], None]


class BrokenJsonError(Exception):
    """The text is no JSON at a place; told in words that quote nothing of it.

    Args:
        reason: What is wrong, in words.
        place: Characters before the fault.
        lost: Whether a value was lost by it.
    """

    def __init__(self, reason: str, place: int, *, lost: bool = True) -> None:
        super().__init__(f"{reason}, at character {place}")
        self.reason = reason
        self.place = place
        self.lost = lost


class RepeatedKeys(dict[str, Any]):
    """An object in which a key occurs more than once; the last value is kept."""


class JsonStream:
    """Takes values off the front of a text that comes in pieces.

    After ``value``, ``loose`` tells whether that value had raw control characters in a text,
    which JSON forbids and hand-made files have.

    Args:
        read: Returns about as many more characters as asked for, and "" at the end.
        piece: Characters to ask for at a time.
    """

    def __init__(self, read: Callable[[int], str], piece: int = 1 << 18) -> None:
        self._read = read
        self._piece = piece
        self._text = ""
        self._at = 0
        self._dropped = 0
        self._ended = False
        self._tried = 0
        self._strict = json.JSONDecoder(parse_int=_number, object_pairs_hook=_object)
        self._lenient = json.JSONDecoder(parse_int=_number, object_pairs_hook=_object, strict=False)
        self.loose = False

    @property
    def place(self) -> int:
        """Characters taken so far."""
        return self._dropped + self._at

    def peek(self) -> str:
        """Return the next sign that is not blank, without taking it; "" at the end."""
        while True:
            if found := _NOT_BLANK.search(self._text, self._at):
                self._at = found.start()
                return found[0]
            self._at = len(self._text)
            if not self._more():
                return ""

    def take(self, sign: str) -> None:
        """Take one sign that has to come next.

        Raises:
            BrokenJsonError: Another one comes, or none.
        """
        found = self.peek()
        if found != sign:
            raise BrokenJsonError(MALFORMED if found else ENDS_EARLY, self.place)
        self._at += 1

    def value(self) -> object:
        """Take one whole value.

        Raises:
            BrokenJsonError: It is malformed, cut off, nested too deeply or too long.
        """
        self.peek()
        self.loose = False
        decode = self._strict.raw_decode
        while True:
            try:
                value, end = decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if error.msg.startswith("Invalid control character") and not self.loose:
                    self.loose, decode = True, self._lenient.raw_decode
                else:
                    # Where a text is open, the place says nothing about how much is missing.
                    is_open = error.msg.startswith("Unterminated string")
                    self._more_or_raise(len(self._text) if is_open else error.pos)
            except RecursionError:
                raise BrokenJsonError(TOO_DEEP, self.place) from None
            else:
                # A number near the end may go on in the next piece: 0 and .5, 1e and -3.
                closed = isinstance(value, dict | list | str)
                if closed or end < len(self._text) - _LONGEST_TOKEN or not self._more():
                    self._at = end
                    return value

    def elements(self, on_broken: OnBroken) -> Iterator[object]:
        """Take a list one element at a time; after a broken one go on with the next object.

        Args:
            on_broken: Told of each fault; where a value was lost, that element is not yielded.

        Raises:
            BrokenJsonError: A fault after which no next element can be found.
        """
        self.take("[")
        sign = self.peek()
        while sign != "]":
            yield from self._many()
            try:
                value = self.value()
                sign = self.peek()
            except BrokenJsonError as error:
                self._recover(error, on_broken)
                continue
            yield value
            sign = self._separator(sign, on_broken)
        self._at += 1

    def members(self) -> Iterator[str]:
        """Take an object one key at a time; the caller takes the value before the next key.

        Raises:
            BrokenJsonError: It is malformed.
        """
        self.take("{")
        if self.peek() != "}":
            yield self._key()
            while self.peek() == ",":
                self._at += 1
                yield self._key()
        self.take("}")

    def skip_line(self) -> None:
        """Drop the rest of the line: of a broken one among lines that are a value each."""
        while (end := self._text.find("\n", self._at)) < 0:
            self._at = len(self._text)
            if not self._more():
                return
        self._at = end + 1

    def _many(self) -> Sequence[object]:
        """Take the objects at hand but the last all at once; none where that cannot be done.

        What stands before the last gap between two objects is a list by itself. Were that gap
        inside a text or an object, it would be no JSON: whatever can be read so is right.
        """
        if self._at < self._tried:
            return ()
        self._tried = len(self._text)
        cut = self._text.rfind("},", self._at)
        gap = _AFTER_OBJECT.match(self._text, cut) if cut > 0 else None
        if gap is None:
            return ()
        try:
            values: list[object] = self._strict.decode(f"[{self._text[self._at : cut + 1]}]")
        except (ValueError, RecursionError):
            return ()
        self._at = gap.end()
        self.loose = False
        return values

    def _separator(self, sign: str, on_broken: OnBroken) -> str:
        """Take what stands between two elements; return the sign after it."""
        if sign == "]":
            return sign
        if sign == ",":
            self._at += 1
            sign = self.peek()
            if sign == "]":
                on_broken(BrokenJsonError(EXTRA_COMMA, self.place, lost=False))
            return sign
        if sign == "{":
            on_broken(BrokenJsonError(NO_COMMA, self.place, lost=False))
            return sign
        self._recover(
            BrokenJsonError(MALFORMED if sign else ENDS_EARLY, self.place, lost=False), on_broken
        )
        return self.peek()

    def _recover(self, error: BrokenJsonError, on_broken: OnBroken) -> None:
        """Go on after a fault with the next object of the list; raise the fault where none is."""
        if error.reason == ENDS_EARLY:
            raise error
        in_object = self._text.startswith("{", self._at)
        first, gap = ("}", _AFTER_OBJECT) if in_object else (",", _AFTER_OTHER)
        while not (found := gap.search(self._text, self._at)):
            # The gap may have begun in what was read.
            last = self._text.rfind(first, self._at)
            self._at = last if last >= 0 else len(self._text)
            if not self._more():
                raise error
        self._at = found.end()
        # The decoder counts the lines before each fault, of all the text that it is given.
        if self._at > _MOST_BEFORE_A_FAULT:
            self._drop()
        on_broken(error)

    def _key(self) -> str:
        found = self.peek()
        if found != '"':
            raise BrokenJsonError(MALFORMED if found else ENDS_EARLY, self.place)
        key = str(self.value())
        self.take(":")
        return key

    def _more_or_raise(self, fault_at: int) -> None:
        """Get more text where that could cure a fault at an index of the text at hand."""
        size = len(self._text)
        if fault_at < size - _LONGEST_TOKEN:
            raise BrokenJsonError(MALFORMED, self._dropped + fault_at)
        if size - self._at > MAX_VALUE_CHARS:
            raise BrokenJsonError(TOO_LONG, self.place)
        place = self._dropped + fault_at
        if not self._more():
            raise BrokenJsonError(ENDS_EARLY if fault_at >= size else MALFORMED, place)

    def _more(self) -> bool:
        """Drop what was taken and append a piece; say whether there was one."""
        if self._ended:
            return False
        # Twice as much each time: a long value is scanned again from its start.
        piece = self._read(max(self._piece, len(self._text) - self._at))
        self._ended = not piece
        if piece:
            self._drop()
            self._text += piece
            self._tried = 0
        return bool(piece)

    def _drop(self) -> None:
        """Forget what was taken."""
        self._text = self._text[self._at :]
        self._dropped += self._at
        self._tried = max(0, self._tried - self._at)
        self._at = 0


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else RepeatedKeys(found)


def _number(digits: str) -> int | float:
    """Read a whole number; one that Python would refuse as too long becomes a float."""
    return int(digits) if len(digits) < 400 else float(digits)
