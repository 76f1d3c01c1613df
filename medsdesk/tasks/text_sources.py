"""Reads own texts out of a file of any kind that is read: text, document, table or FHIR."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks import documents, table_texts
from medsdesk.tasks.encodings import is_guess, told
from medsdesk.tasks.fhir_texts import FhirReader, is_fhir
from medsdesk.tasks.own_texts import OwnText, Reading, checked
from medsdesk.tasks.table_texts import Columns, read_table
from medsdesk.tasks.tables import read_json
from medsdesk.tasks.text_folders import Source
from medsdesk.tasks.texts import PLAIN_SUFFIXES, bytes_of, decode

MAX_TEXT_BYTES = 4_000_000
MAX_JSON_BYTES = 128_000_000
MAX_LINE_BYTES = 64_000_000
JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")

_LINES = (".jsonl", ".ndjson")
_CONVERT = {
    ".doc": "Open it in Word and save it as .docx.",
    ".rtf": "Open it in Word and save it as .docx.",
    ".odt": "Save it as .docx.",
    ".pages": "Export it as .docx or PDF.",
    ".xls": "Save it as .xlsx, and name the table itself.",
    ".ods": "Save it as .xlsx, and name the table itself.",
    ".xml": "Of FHIR the JSON form is read; save other XML as text.",
    ".html": "Save it as plain text or as PDF.",
    ".htm": "Save it as plain text or as PDF.",
    ".zip": "Unpack it, and name the folder.",
}
_OTHERS = "Save its text as .txt, .docx or PDF, if it has one."


@dataclass(frozen=True, slots=True)
class HowToRead:
    """How texts are taken out of files.

    Attributes:
        columns: Which columns of a table.
        conclusions: Whether the conclusion of a FHIR report is its reference.
        references: Right answers by the ids of sources, over what lies beside them.
    """

    columns: Columns = field(default_factory=Columns)
    conclusions: bool = False
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_source(source: Source, how: HowToRead, reading: Reading) -> Iterator[OwnText]:
    """Yield the texts of a file; what cannot be taken is told, whatever is wrong with it.

    Args:
        source: The file.
        how: How to take them.
        reading: Told what cannot be taken.
    """
    try:
        yield from _texts(source, how, reading)
    except UserFacingError as error:
        reading.fault(source.id, error, f"The file {source.path.name}")
    except RecursionError:
        reading.leave_out(source.id, "it is nested too deeply", "Save it in a plainer form.")


def _texts(source: Source, how: HowToRead, reading: Reading) -> Iterator[OwnText]:
    suffix = source.path.suffix.lower()
    if suffix in PLAIN_SUFFIXES or suffix in documents.SUFFIXES:
        yield from _single(source, how, reading)
    elif suffix in table_texts.SUFFIXES:
        if source.named:
            yield from read_table(source.path, how.columns, reading)
        else:
            reading.leave_out(
                source.id, "it is a table", "Name the table itself, so that its rows are taken."
            )
    elif suffix in JSON_SUFFIXES:
        yield from _json(source, how, reading)
    else:
        kind = f"files of the type {suffix} are not read"
        reading.leave_out(source.id, kind, _CONVERT.get(suffix, _OTHERS))


def _single(source: Source, how: HowToRead, reading: Reading) -> Iterator[OwnText]:
    """Yield the one text of a text file or document, with its references."""
    name = f"The file {source.path.name}"
    if source.path.suffix.lower() in documents.SUFFIXES:
        data = bytes_of(source.path, name, documents.MAX_BYTES)
        text, left_out = documents.read_document(data, name)
        if left_out:
            reading.note(f"{source.id}: {'; '.join(left_out)}.")
    else:
        text = _plain(source.path, source.id, reading)
    references = how.references.get(source.id, ())
    if not references and source.reference is not None:
        try:
            references = (_plain(source.reference, source.reference.name, reading),)
        except UserFacingError as error:
            reading.fault(source.reference.name, error, f"The file {source.reference.name}")
    found = checked(OwnText(source.id, text, references), source.id, reading)
    if found is not None:
        yield found


def _plain(path: Path, where: str, reading: Reading) -> str:
    name = f"The file {path.name}"
    text, encoding = decode(bytes_of(path, name, MAX_TEXT_BYTES), name)
    if is_guess(encoding):
        reading.note(f"{where} was read as {told(encoding)}.")
    return text


def _json(source: Source, how: HowToRead, reading: Reading) -> Iterator[OwnText]:
    reader = FhirReader(source.id, reading, conclusions=how.conclusions)
    if source.path.suffix.lower() in _LINES and _begins_as_fhir(source.path):
        for resource in _lines(source, reading):
            yield from reader.read(resource)
        reader.tell_others()
        return
    name = f"The file {source.path.name}"
    text, encoding = decode(bytes_of(source.path, name, MAX_JSON_BYTES), name)
    if is_guess(encoding):
        reading.note(f"{source.id} was read as {told(encoding)}.")
    document = _parsed(text)
    if is_fhir(document):
        yield from reader.read(document)
        reader.tell_others()
    elif source.named:
        if how.columns.text:
            raise UserFacingError(
                "Columns can be named for CSV and Excel alone.",
                "Call those of a JSON table 'text' and 'reference'.",
            )
        yield from _rows(source, text, reading)
    else:
        reading.leave_out(
            source.id,
            "it is no FHIR resource, or broken JSON",
            "Name the file itself if its rows are texts.",
        )


def _rows(source: Source, text: str, reading: Reading) -> Iterator[OwnText]:
    """Yield the rows of a JSON table or of a task file."""
    for number, (row, reference) in enumerate(read_json(text, f"The file {source.path.name}"), 1):
        own_id = f"{source.id} #{number}"
        references = () if reference is None else (reference,)
        found = checked(OwnText(own_id, row, references), own_id, reading)
        if found is not None:
            yield found


def _begins_as_fhir(path: Path) -> bool:
    """Return whether the first line of a file is a FHIR resource."""
    try:
        with path.open("rb") as file:
            return is_fhir(_parsed(file.readline(MAX_LINE_BYTES).decode("utf-8-sig", "replace")))
    except OSError:
        return False  # what is wrong with it is told where all of it is read


def _lines(source: Source, reading: Reading) -> Iterator[object]:
    """Yield the value of each line; one line at a time is held."""
    try:
        with source.path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_BYTES), b""), 1):
                where, way_out = f"{source.id}, line {number:,}", "Export it once more."
                if not line.strip():
                    continue
                try:
                    yield json.loads(line.decode("utf-8-sig"))
                except UnicodeDecodeError:
                    reading.leave_out(where, "it is not in UTF-8, as FHIR wants it", way_out)
                except (ValueError, RecursionError):
                    reading.leave_out(where, "it is broken JSON", way_out)
    except OSError as error:
        reason = f"it cannot be read on: {error.strerror}"
        reading.leave_out(source.id, reason, "Check that you may open it, or copy it elsewhere.")


def _parsed(text: str) -> object:
    """Return the value of a JSON text; None where it is broken, which is told elsewhere."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
