"""Takes the texts out of FHIR R4: diagnostic reports, documents and compositions.

Read are ``DiagnosticReport`` (narrative, presented form, conclusion), ``DocumentReference`` (its
attachment) and ``Composition`` (its sections), alone, in a ``Bundle`` or one on each line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.attachments import NAME as ATTACHMENT
from medsdesk.tasks.attachments import kind_order, text_of_attachment
from medsdesk.tasks.html_text import text_of_html
from medsdesk.tasks.own_texts import OwnText, Reading, checked

Resource = Mapping[str, object]

_WRONG = "entered-in-error"
_LOOK = "Look at it in the system that it comes from."
_MOST_NAMED = 5


def is_fhir(value: object) -> bool:
    """Return whether a JSON value says that it is a FHIR resource."""
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


class FhirReader:
    """Reads the resources of one file in turn.

    Args:
        file: Name of the file.
        reading: Told what cannot be taken.
        conclusions: Whether the conclusion of a report is its reference and not in its text.
    """

    def __init__(self, file: str, reading: Reading, *, conclusions: bool = False) -> None:
        self._file = file
        self._reading = reading
        self._conclusions = conclusions
        self._number = 0
        self._others: Counter[str] = Counter()
        self._within: dict[str, Resource] = {}

    def read(self, resource: object) -> Iterator[OwnText]:
        """Yield the texts of a resource and, if it is a bundle, of those in it."""
        if not isinstance(resource, dict) or not is_fhir(resource):
            self._number += 1
            self._reading.leave_out(
                f"{self._file} #{self._number}", "it is no FHIR resource", _LOOK
            )
            return
        kind = str(resource["resourceType"])
        if kind == "Bundle":
            yield from self._bundle(resource)
            return
        self._number += 1
        pieces = {
            "DiagnosticReport": self._report,
            "DocumentReference": self._document,
            "Composition": self._composition,
        }.get(kind)
        if pieces is None:
            self._others[kind] += 1
            return
        own_id = resource.get("id")
        name = f"{kind}/{own_id}" if isinstance(own_id, str) and own_id else ""
        where = f"{self._file}, {name or f'{kind} #{self._number}'}"
        if _WRONG in (resource.get("status"), resource.get("docStatus")):
            self._reading.leave_out(where, "it is marked as entered in error", _LOOK)
            return
        told = len(self._reading.left_out)
        text = "\n\n".join(piece for piece in pieces(resource, where) if piece)
        if not text:
            if told == len(self._reading.left_out):
                self._reading.leave_out(where, "it has no text", _LOOK)
            return
        references = (_conclusion(resource),) if self._conclusions else ()
        made = OwnText(name or f"{self._file} #{self._number}", text, references)
        found = checked(made, where, self._reading)
        if found is not None:
            yield found

    def tell_others(self) -> None:
        """Tell which resources have no text that is read, once all were seen."""
        if not self._others:
            return
        named = [_plain(kind) for kind, _ in self._others.most_common(_MOST_NAMED)]
        more = " and others" if len(self._others) > _MOST_NAMED else ""
        self._reading.note(
            f"{self._file}: {self._others.total():,} resources of other kinds were passed over"
            f" ({', '.join(named)}{more})."
        )

    def _bundle(self, bundle: Resource) -> Iterator[OwnText]:
        entries = [entry for entry in _list(bundle.get("entry")) if isinstance(entry, dict)]
        for entry in entries:
            held = entry.get("resource")
            if isinstance(held, dict) and held.get("resourceType") == "Binary":
                names = (entry.get("fullUrl"), f"Binary/{held.get('id')}")
                self._within |= {name: held for name in names if isinstance(name, str)}
        for entry in entries:
            if "resource" in entry:
                yield from self.read(entry["resource"])

    def _report(self, report: Resource, where: str) -> Iterator[str]:
        concluded = _conclusion(report)
        attached = self._attached(_list(report.get("presentedForm")), where)
        narrative = _narrative(report)
        told = "" if _holds(attached, narrative) else narrative
        yield told
        yield "" if _holds(told, attached) else attached
        if not _holds(f"{told} {attached}", concluded):
            yield "" if self._conclusions else f"Conclusion: {concluded}"
        elif self._conclusions and concluded:
            self._reading.note(f"{where}: the text itself holds the conclusion word for word.")

    def _document(self, document: Resource, where: str) -> Iterator[str]:
        contents = _list(document.get("content"))
        attachments = [one.get("attachment") for one in contents if isinstance(one, dict)]
        yield self._attached(attachments, where)

    def _composition(self, composition: Resource, _: str) -> Iterator[str]:
        sections = [text for one in _list(composition.get("section")) for text in _section(one)]
        title = composition.get("title")
        yield title.strip() if isinstance(title, str) and sections else ""
        yield from sections or [_narrative(composition)]

    def _attached(self, attachments: Sequence[object], where: str) -> str:
        """Return the text of the first attachment that can be read.

        Several are one document in several forms, so the others add nothing.
        """
        faults: list[UserFacingError] = []
        given = [one for one in attachments if isinstance(one, dict)]
        for attachment in sorted(given, key=kind_order):
            try:
                text, left_out = text_of_attachment(attachment, self._within)
            except UserFacingError as error:
                faults.append(error)
                continue
            for words in left_out:
                self._reading.note(f"{where}: in the attachment {words}.")
            if text.strip():
                return text.strip("\n")
            faults.append(UserFacingError(f"{ATTACHMENT} has no text.", _LOOK))
        if faults:
            message = faults[0].message.replace(ATTACHMENT, "its attachment", 1)
            self._reading.fault(where, UserFacingError(message, faults[0].hint))
        return ""


def _section(section: object) -> Iterator[str]:
    """Yield title and text of a section, then those of the sections in it."""
    if not isinstance(section, dict):
        return
    title, text = section.get("title"), _narrative(section)
    below = [words for one in _list(section.get("section")) for words in _section(one)]
    if isinstance(title, str) and title.strip() and (text or below):
        text = f"{title.strip()}\n{text}".strip()
    if text:
        yield text
    yield from below


def _narrative(resource: Resource) -> str:
    """Return the narrative of a resource or section as plain text."""
    text = resource.get("text")
    if not isinstance(text, dict) or text.get("status") == "empty":
        return ""
    return text_of_html(div).strip() if isinstance(div := text.get("div"), str) else ""


def _conclusion(resource: Resource) -> str:
    conclusion = resource.get("conclusion")
    return conclusion.strip() if isinstance(conclusion, str) else ""


def _holds(text: str, piece: str) -> bool:
    """Return whether a text says a piece word for word already."""
    return " ".join(piece.split()) in " ".join(text.split())


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _plain(kind: str) -> str:
    return kind if kind.isalpha() and len(kind) <= 40 else "an odd name"
