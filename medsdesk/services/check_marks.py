"""Check marked stretches against the texts and the form they were made with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.rating import Instrument, MarkType
from medsdesk.core.study_rating import Mark, MarkTarget


def refuse_wrong_marks(
    marks: Sequence[Mark], texts: Mapping[MarkTarget, str], form: Instrument
) -> None:
    """Refuse marks that do not fit, so that a stored mark always points at what was seen.

    Args:
        marks: The marks.
        texts: The shown texts.
        form: The form.

    Raises:
        UserFacingError: A mark is outside its text, was made in another text, or is of a type
            or severity that the form does not have there.
    """
    if marks and not form.marks:
        raise UserFacingError(
            f"Nothing is marked in the form '{form.title}'.", "Answer its questions instead."
        )
    prints = {target: text_sha256(text) for target, text in texts.items()}
    for mark in marks:
        _refuse_wrong_place(mark, texts, prints)
        _refuse_wrong_type(mark, form)


def _refuse_wrong_place(
    mark: Mark, texts: Mapping[MarkTarget, str], prints: Mapping[MarkTarget, str]
) -> None:
    if mark.target not in texts:
        raise UserFacingError(
            "A mark is in a text that is not shown here.", "Mark it in one of the shown texts."
        )
    if mark.text_sha256 != prints[mark.target]:
        raise UserFacingError(
            "A mark was made in another text than the one that is shown.",
            "Look at the item again, and mark it anew.",
        )
    if not 0 <= mark.start < mark.end <= len(texts[mark.target]):
        raise UserFacingError(
            f"A mark from character {mark.start} to {mark.end} is outside its text, which has "
            f"{len(texts[mark.target])} characters, or is empty.",
            "Select at least one character of the text, then mark it.",
        )


def _refuse_wrong_type(mark: Mark, form: Instrument) -> None:
    kind = next((each for each in form.marks if each.id == mark.type), None)
    if kind is None:
        raise UserFacingError(
            f"The form '{form.title}' has no mark '{mark.type}'.",
            f"Choose one of {_labels(form.marks)}.",
        )
    part = "source" if mark.target == "source" else "output"
    if part not in kind.targets:
        raise UserFacingError(
            f"'{kind.label}' is not marked in the {part}.",
            f"Mark it in the {' or '.join(kind.targets)}.",
        )
    severities = [each.id for each in form.severities] or [""]
    if mark.severity not in severities:
        raise UserFacingError(
            f"A mark '{kind.label}' needs another severity than '{mark.severity}'."
            if form.severities
            else f"The form '{form.title}' asks for no severity.",
            f"Choose one of {_labels(form.severities)}."
            if form.severities
            else "Leave the severity out.",
        )


def _labels(kinds: Sequence[MarkType]) -> str:
    return ", ".join(kind.label for kind in kinds)
