"""The header of a task file: what the task is, in one form whatever the file's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from medsdesk.core.task import Case
from medsdesk.tasks.task_bytes import mend
from medsdesk.tasks.task_faults import kind_of, plain_name

Tell = Callable[[str], None]

# Each name in the order of the authors' files, and what else it is called in them.
KEYS = {
    "contributors": "Contributors",
    "source": "Source",
    "url": "URL",
    "categories": "Categories",
    "reasoning": "Reasoning",
    "definition": "Definition",
    "input_language": "Input_language",
    "output_language": "Output_language",
    "instruction_language": "Instruction_language",
    "domains": "Domains",
    "split_type": "Split Type",
    "positive_examples": "Positive Examples",
    "negative_examples": "Negative Examples",
    "instances": "Instances",
}
_ALSO = {
    "text_domains": "domains",
    "split": "split_type",
    "instences": "instances",
    "input_languages": "input_language",
    "output_languages": "output_language",
}
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TaskHeader:
    """What a task file says of its task.

    Attributes:
        definition: What the model is asked to do; empty where the file does not say.
        source: The data set.
        categories: Such as ``Question Answering``; the authors' words.
        domains: Such as ``Healthcare``.
        input_languages: English names of the languages of the inputs.
        output_languages: Of the outputs.
        instruction_languages: Of the definition.
        contributors: Who made it.
        url: Where it comes from.
        reasoning: Kinds of reasoning it needs; empty in every known file.
        positive: Worked cases with a right output.
        negative: Cases with an output that is wrong on purpose.
        split: ``Train``, ``Test`` or ``Train/Test``; empty in most files.
    """

    definition: str
    source: str = ""
    categories: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    input_languages: tuple[str, ...] = ()
    output_languages: tuple[str, ...] = ()
    instruction_languages: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    reasoning: tuple[str, ...] = ()
    positive: tuple[Case, ...] = ()
    negative: tuple[Case, ...] = ()
    split: str = ""


def key_of(key: str) -> str:
    """Return the one name for a key of a header, such as ``input_language``."""
    folded = "_".join(key.strip().strip(":").casefold().split())
    return _ALSO.get(folded, folded)


def read_header(raw: Mapping[str, object], *, mixed: bool, tell: Tell) -> TaskHeader:
    """Return a header of what is readable in it, and tell each fault.

    Args:
        raw: The file's keys and values but the instances.
        mixed: Whether the file has bytes that are not UTF-8.
        tell: Takes the reason of each fault.
    """
    reader = _HeaderReader({key_of(key): value for key, value in raw.items()}, tell, mixed=mixed)
    header = TaskHeader(
        definition="\n".join(reader.texts("definition")),
        source="; ".join(reader.texts("source")),
        categories=reader.texts("categories"),
        domains=reader.texts("domains"),
        input_languages=reader.texts("input_language"),
        output_languages=reader.texts("output_language"),
        instruction_languages=reader.texts("instruction_language"),
        contributors=reader.texts("contributors"),
        url=reader.texts("url"),
        reasoning=reader.texts("reasoning"),
        positive=reader.cases("positive_examples"),
        negative=reader.cases("negative_examples"),
        split="/".join(reader.texts("split_type")),
    )
    if not header.definition:
        tell("Definition is missing")
    return header


def unknown_keys(raw: Mapping[str, object]) -> tuple[str, ...]:
    """Return the keys of a header that mean nothing here, fit to be shown."""
    return tuple(plain_name(key) for key in raw if key_of(key) not in KEYS)


class _HeaderReader:
    """Takes texts and cases out of a header, whatever form they are in."""

    def __init__(self, values: Mapping[str, object], tell: Tell, *, mixed: bool) -> None:
        self._values = values
        self._tell = tell
        self._mixed = mixed

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a text or list that are not blank."""
        value = self._values.get(name)
        many = value if isinstance(value, list) else [value]
        return tuple(text for one in many if (text := self._text(one, KEYS[name])).strip())

    def cases(self, name: str) -> tuple[Case, ...]:
        """Return the worked cases that have an input and an output."""
        value = self._values.get(name)
        if not isinstance(value, list):
            if value not in (None, "", {}):
                self._tell(f"{KEYS[name]} is not a list but {kind_of(value)}")
            return ()
        found = (self._case(one, f"{KEYS[name]} {n}") for n, one in enumerate(value, 1))
        return tuple(case for case in found if case is not None)

    def _case(self, value: object, name: str) -> Case | None:
        if not isinstance(value, dict):
            self._tell(f"{name} is not an object but {kind_of(value)}")
            return None
        output = value.get("output")
        if isinstance(output, list):
            # Several answers are all right; one is shown to the model.
            output = output[0] if output else None
        case = Case(self._text(value.get("input"), name), self._text(output, name))
        if case.input.strip() and case.output.strip():
            return case
        self._tell(f"{name} has no input or no output")
        return None

    def _text(self, value: object, name: str) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self._tell(f"{name} is no text but {kind_of(value)}")
            return ""
        if self._mixed and (mended := mend(value)) != value:
            self._tell(f"{name} has bytes that are not UTF-8 and were read as Windows-1252")
            value = mended
        if not _NO_TEXT.search(value):
            return value
        self._tell(f"{name} has characters that are no text; they were replaced")
        return _NO_TEXT.sub("\ufffd", value)
