"""Finds header and instances in the text of a task file, in any of the forms it comes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from medsdesk.tasks.json_stream import BrokenJsonError, JsonStream, OnBroken
from medsdesk.tasks.task_header import KEYS, key_of

# One document; a list of instances alone; an instance on each line; the Excel form.
Layout = Literal["document", "list", "lines", "excel"]

_MOST_KEYS = 100

TEXT_AFTER = "there is more text after the end of the document"
NOT_A_LIST = "Instances is not a list"
NO_INSTANCES = "Instances is missing"
EMPTY_LIST = "Instances is empty"
LOOSE_HEADER = "the header has line ends or other control characters that JSON wants escaped"
SECOND_LIST = "Instances occurs more than once; the first is read"


@dataclass(slots=True)
class Survey:
    """What one pass over a file found, without its instances.

    Attributes:
        layout: Where its instances are.
        header: Its other keys, with the values of those that a header has.
        has_list: Whether it has instances, or a list or lines that may be some.
        instances: How many there are, readable or not.
        problems: Faults of the file outside the instances, each in words.
        respelt: Keys that were known although they are spelt otherwise than the format has it.
        broken: Where outside the instances the JSON could not be read on.
    """

    layout: Layout = "document"
    header: dict[str, object] = field(default_factory=dict)
    has_list: bool = False
    instances: int = 0
    problems: list[str] = field(default_factory=list)
    respelt: list[str] = field(default_factory=list)
    broken: BrokenJsonError | None = None


def survey(stream: JsonStream) -> Survey:
    """Return what a text is made of; reads all of it and keeps nothing of the instances.

    Faults inside the instances are left to ``instances``, which tells them item by item.
    """
    found = Survey()
    if stream.peek() == "[":
        found.layout, found.has_list = "list", True
        _count(stream, found)
        return found
    try:
        if _survey_document(stream, found) and stream.peek():
            if found.has_list:
                found.problems.append(TEXT_AFTER)
            else:
                _survey_lines(stream, found)
        elif not found.has_list and _is_instance(found.header):
            found.layout, found.header, found.instances = "lines", {}, 1
            found.has_list = True
    except BrokenJsonError as error:
        found.broken = error
        if not found.has_list and (not found.header or _is_instance(found.header)):
            stream.skip_line()
            _survey_lines(stream, found)
    return found


def instances(stream: JsonStream, layout: Layout, on_broken: OnBroken) -> Iterator[object]:
    """Yield the instances of a text as they stand in it.

    Args:
        stream: At the start of the text.
        layout: As the survey found it.
        on_broken: Told of each fault of the JSON; where a value was lost, nothing is yielded
            for it.
    """
    try:
        if layout == "list":
            yield from stream.elements(on_broken)
        elif layout == "lines":
            yield from _lines(stream, on_broken)
        else:
            for key in stream.members():
                if key_of(key) == "instances" and stream.peek() == "[":
                    yield from stream.elements(on_broken)
                    return
                stream.value()
    except BrokenJsonError as error:
        on_broken(error)


def _survey_document(stream: JsonStream, found: Survey) -> bool:
    """Take one object; return whether it could be followed to its end."""
    for key in stream.members():
        name = key_of(key)
        if key != KEYS.get(name, key):
            found.respelt.append(key)
        if name != "instances":
            value = stream.value()
            if stream.loose and LOOSE_HEADER not in found.problems:
                found.problems.append(LOOSE_HEADER)
            # A file of another kind may have any number of keys; a few tell that it is.
            if name in KEYS and key in found.header:
                found.problems.append(f"{KEYS[name]} occurs more than once; the last is read")
            if name in KEYS or len(found.header) < _MOST_KEYS:
                found.header[key] = value if name in KEYS else None
        elif stream.peek() != "[":
            stream.value()
            found.problems.append(NOT_A_LIST)
        elif found.has_list:
            stream.value()
            found.problems.append(SECOND_LIST)
        else:
            found.has_list = True
            if not _count(stream, found):
                return False
    return True


def _count(stream: JsonStream, found: Survey) -> bool:
    """Count the elements of a list; return whether it could be followed to its end."""

    def on_broken(error: BrokenJsonError) -> None:
        found.instances += error.lost

    try:
        for _ in stream.elements(on_broken):
            found.instances += 1
    except BrokenJsonError as error:
        on_broken(error)
        return False
    return True


def _survey_lines(stream: JsonStream, found: Survey) -> None:
    """Take the rest of the text as lines, the first of which was an instance or a header.

    Where the first line was broken, the others have to show that it is a file of lines.
    """
    good = bad = 0
    for value in _lines_from(stream, None):
        good, bad = (good + 1, bad) if _is_instance(value) else (good, bad + 1)
    if found.broken is not None and good <= bad:
        return
    found.layout, found.has_list = "lines", True
    found.instances = good + bad
    if found.broken is not None or not _is_header(found.header):
        found.header, found.broken = {}, None
        found.instances += 1


def _lines(stream: JsonStream, on_broken: OnBroken) -> Iterator[object]:
    """Yield the value of each line but a header in the first."""
    for number, value in enumerate(_lines_from(stream, on_broken)):
        if number or not _is_header(value):
            yield value


def _lines_from(stream: JsonStream, on_broken: OnBroken | None) -> Iterator[object]:
    """Yield the value of each line, and None for a broken one that nobody wants to hear of."""
    while stream.peek():
        try:
            value = stream.value()
        except BrokenJsonError as error:
            stream.skip_line()
            if on_broken is None:
                yield None
            else:
                on_broken(error)
        else:
            yield value


def _is_instance(value: object) -> bool:
    return isinstance(value, dict) and "input" in {str(key).strip().casefold() for key in value}


def _is_header(value: object) -> bool:
    if not isinstance(value, dict) or _is_instance(value):
        return False
    return bool({key_of(str(key)) for key in value} & KEYS.keys())
