"""A clinician's own texts as they come out of files, and what could not be taken of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.texts import check_text

_TEXT, _REFERENCE = "The text", "The reference"


@dataclass(frozen=True, slots=True)
class OwnText:
    """One text that was read.

    Attributes:
        id: Where it comes from: the file's name within its folder, the table's own id or row,
            or type and id of a FHIR resource.
        text: The whole text.
        references: The right answers; none where none is known.
    """

    id: str
    text: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing that was not taken.

    Attributes:
        where: File, with row or resource.
        reason: Why, in words that quote nothing of it, without a full stop.
        way_out: One sentence that says what to do.
    """

    where: str
    reason: str
    way_out: str


@dataclass(slots=True)
class Reading:
    """What is told while texts are read.

    Attributes:
        left_out: What was not taken.
        notes: What is worth knowing of what was taken, a sentence each.
    """

    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def leave_out(self, where: str, reason: str, way_out: str) -> None:
        """Tell of something that was not taken."""
        self.left_out.append(LeftOut(where, reason, way_out))

    def fault(self, where: str, error: UserFacingError, name: str = "") -> None:
        """Tell of something that was not taken because of an error.

        Args:
            where: Where it is.
            error: What was raised.
            name: What the error calls it, which ``where`` says already.
        """
        reason = error.message.removesuffix(".")
        if name and reason.startswith(name):
            reason = f"it{reason[len(name) :]}"
        self.leave_out(where, reason, error.hint)

    def note(self, words: str) -> None:
        """Tell of something that is worth knowing, once."""
        if words not in self.notes:
            self.notes.append(words)


def checked(text: OwnText, where: str, reading: Reading) -> OwnText | None:
    """Return a text that can be worked with, or None and tell why it cannot."""
    name = _TEXT
    try:
        good = check_text(text.text, name=name)
        name = _REFERENCE
        references = tuple(check_text(r, name=name) for r in text.references if r.strip())
    except UserFacingError as error:
        reason = f"{name.lower()}{error.message.removeprefix(name)}".removesuffix(".")
        reading.leave_out(where, reason, "Mend it there and read it again.")
        return None
    return OwnText(text.id, good, references)
