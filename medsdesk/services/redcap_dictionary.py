"""A REDCap data dictionary for ratings: one instrument for the answers, one for each form.

The 18 columns, their order, and the rules for names, choices and validation are those of REDCap's
own dictionaries. Names have at most 26 characters, as REDCap advises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from medsdesk.services.codebook import STATUS_LABELS, label_of, type_of
from medsdesk.services.spreadsheet import is_number

if TYPE_CHECKING:
    from medsdesk.core.rating import Criterion, Instrument
    from medsdesk.services.gather_ratings import RatingSet
    from medsdesk.services.rating_rows import RatingRow

DICTIONARY_COLUMNS = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note",
    "Text Validation Type OR Show Slider Number", "Text Validation Min", "Text Validation Max",
    "Identifier?", "Branching Logic (Show field only if...)", "Required Field?",
    "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?",
    "Field Annotation",
)  # fmt: skip
ANSWERS = "answers"
RECORD_ID = "record_id"
NO_FORM = "ratings"
"""What the instrument of ratings without a form is named after."""
ANSWER_COLUMNS = ("study", "item", "task", "category", "language", "model", "run", "output")
"""What is told once for each answer."""
RATER, ROLE, VERSION, SECONDS, RATED_AT = "rater", "role", "version", "seconds", "rated_at"
SIDE = "side"
ROLES = (("rater", "Rater"), ("adjudicator", "Adjudicator"))
TIME = "datetime_seconds_ymd"
NOT_A_VALUE = ("cannot_judge", "left_standing", "withdrawn")
"""Statuses that stand in place of a value."""

_LONGEST_NAME = 26
_LONGEST_FORM = 64
_SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class RedcapField:
    """One field of a REDCap project.

    Attributes:
        name: Its variable name.
        form: Its instrument.
        kind: ``text``, ``notes`` or ``radio``.
        label: For people.
        choices: Codes with labels; for ``radio``.
        codes: The code of each cell of the table of ratings, where the two differ.
        validation: REDCap's name of the validation; empty for none.
        low: Least value.
        identifier: Whether it may tell of whom or by whom.
        note: What stands below it.
    """

    name: str
    form: str
    kind: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    validation: str = ""
    low: str = ""
    identifier: bool = False
    note: str = ""

    def row(self) -> list[str]:
        """Return its row of the dictionary."""
        choices = " | ".join(f"{code}, {_plain(label)}" for code, label in self.choices)
        return [
            self.name, self.form, "", self.kind, _plain(self.label), choices, _plain(self.note),
            self.validation, self.low, "", "y" if self.identifier else "", *[""] * 7,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RedcapForm:
    """The instrument of a rating form.

    Attributes:
        name: Of the instrument.
        instrument: Id of the form.
        fields: What is told of each set of ratings: by ``RATER`` and the like.
        questions: Fields by the ids of questions.
        statuses: Fields of why there is no value, by the ids of questions, where the field of
            the answer has no place for it.
    """

    name: str
    instrument: str
    fields: Mapping[str, RedcapField]
    questions: Mapping[str, RedcapField]
    statuses: Mapping[str, RedcapField]


@dataclass(frozen=True, slots=True)
class RedcapProject:
    """All fields of a project.

    Attributes:
        answers: Fields of the first instrument by columns of the table; scores by their names.
        forms: One instrument for each form, by the form's id.
    """

    answers: Mapping[str, RedcapField]
    forms: Mapping[str, RedcapForm]

    def fields(self) -> Iterator[RedcapField]:
        """Yield all fields in the dictionary's order."""
        yield from self.answers.values()
        for form in self.forms.values():
            yield from form.fields.values()
            yield from form.questions.values()
            yield from form.statuses.values()


def redcap_project(found: RatingSet) -> RedcapProject:
    """Return the project that a set of ratings needs."""
    names = _Names()
    answers = {RECORD_ID: RedcapField(names.new(RECORD_ID), ANSWERS, "text", "Record ID")}
    for column in ANSWER_COLUMNS:
        name = names.new(f"a_{column}")
        answers[column] = RedcapField(name, ANSWERS, "text", label_of(column))
    for metric in found.metrics:
        kind = type_of(row.scores.get(metric) for row in found.rows)
        answers[f"metric:{metric}"] = RedcapField(
            names.new(f"m_{metric}"), ANSWERS, "text", f"Score {metric}",
            validation="" if kind == "text" else "number", note=metric,
        )  # fmt: skip
    taken = _Names(_LONGEST_FORM)
    taken.new(ANSWERS)
    by_form: dict[str, list[RatingRow]] = {}
    for row in found.rows:
        by_form.setdefault(row.text("instrument"), []).append(row)
    forms = {
        instrument: _Form(found, instrument, rows, names).made(
            taken.new(f"form_{instrument or NO_FORM}")
        )
        for instrument, rows in by_form.items()
    }
    return RedcapProject(answers, forms)


class _Names:
    """Makes variable names that are allowed, short enough and unique."""

    def __init__(self, longest: int = _LONGEST_NAME) -> None:
        self._longest = longest
        self._taken: set[str] = set()

    def new(self, wanted: str) -> str:
        """Return a name after the one wanted; a number tells it from another."""
        plain = _SIGNS.sub("_", wanted.casefold()).strip("_") or "x"
        plain = plain if plain[0].isalpha() else f"x_{plain}"
        name, number = plain[: self._longest].rstrip("_"), 1
        while name in self._taken:
            number += 1
            ending = f"_{number}"
            name = plain[: self._longest - len(ending)].rstrip("_") + ending
        self._taken.add(name)
        return name


class _Form:
    """Makes the fields of one rating form.

    Args:
        found: The set of ratings.
        instrument: Id of the form.
        rows: Ratings given with it.
        names: Makes names.
    """

    def __init__(
        self, found: RatingSet, instrument: str, rows: Sequence[RatingRow], names: _Names
    ) -> None:
        self._instrument = instrument
        self._rows = rows
        self._names = names
        self._full = found.rewriting is None
        known = [form for (name, _), form in found.forms.items() if name == instrument]
        self._form: Instrument | None = known[-1] if known else None
        self._questions: dict[str, list[Criterion]] = {}
        for form in known:
            for asked in form.criteria:
                self._questions.setdefault(asked.id, []).append(asked)

    def made(self, name: str) -> RedcapForm:
        """Return the instrument."""
        told = [RATER, ROLE, VERSION, SECONDS, RATED_AT]
        if any(row.text("side") for row in self._rows):
            told.insert(3, SIDE)
        fields = {each: self._told(name, each) for each in told}
        questions, statuses = {}, {}
        for criterion in dict.fromkeys(row.text("criterion") for row in self._rows):
            rows = [row for row in self._rows if row.text("criterion") == criterion]
            made = self._question(name, criterion, rows)
            questions[criterion] = made
            missing = [s for s in NOT_A_VALUE if any(row["status"] == s for row in rows)]
            if missing and not set(missing) <= {code for code, _ in made.choices}:
                choices = tuple((status, STATUS_LABELS[status]) for status in missing)
                statuses[criterion] = RedcapField(
                    self._name(f"{criterion}_status"), name, "radio",
                    f"Why there is no value: {criterion}", choices,
                )  # fmt: skip
        return RedcapForm(name, self._instrument, fields, questions, statuses)

    def _name(self, what: str) -> str:
        return self._names.new(f"{(self._instrument or NO_FORM)[:9]}_{what}")

    def _told(self, form: str, what: str) -> RedcapField:
        name = self._name(what)
        if what == RATER:
            title = self._form.title if self._form is not None else self._instrument
            label = f"Who rated, or decided ({title or 'no form'})"
            return RedcapField(name, form, "text", label, identifier=self._full)
        if what == ROLE:
            return RedcapField(name, form, "radio", "Who says so", ROLES)
        if what == SIDE:
            sides = sorted({row.text("side") for row in self._rows} - {""})
            return _words(name, form, "Where the answer stood in the pair", sides)
        if what == VERSION:
            versions = [row.text("instrument_version") for row in self._rows]
            return RedcapField(
                name, form, "text", "Version of the form", validation=_validation(versions)
            )
        if what == SECONDS:
            seconds = [row.text("seconds") for row in self._rows]
            kind = "number" if _validation(seconds) else ""
            return RedcapField(name, form, "text", "Active time in seconds", validation=kind)
        times = [row.text("rated_at") for row in self._rows]
        readable = all(redcap_time(text) is not None for text in times if text)
        return RedcapField(
            name, form, "text", "When the last of it was rated" + (", in UTC" if readable else ""),
            validation=TIME if readable else "", identifier=self._full,
        )  # fmt: skip

    def _question(self, form: str, criterion: str, rows: Sequence[RatingRow]) -> RedcapField:
        name = self._name(criterion)
        asked = self._questions.get(criterion, [])
        label = f"{asked[-1].label}: {asked[-1].question}" if asked else criterion
        if all(row["scale"] == "text" for row in rows):
            return RedcapField(name, form, "notes", label, identifier=self._full, note=criterion)
        given = {row.text("value") for row in rows} - {""}
        points = {str(p.value): p.label for each in asked for p in each.anchors}
        # A list of choices that began with a minus would be a formula for a spreadsheet.
        if points and given <= set(points) and max(map(int, points)) >= 0:
            ordered = sorted(points.items(), key=lambda point: int(point[0]))
            if int(ordered[0][0]) < 0:
                ordered.reverse()
            missing = [s for s in NOT_A_VALUE if any(row["status"] == s for row in rows)]
            choices = (*ordered, *((s, STATUS_LABELS[s]) for s in missing))
            return RedcapField(name, form, "radio", label, choices, note=criterion)
        if not all(map(is_number, given)):
            return _words(name, form, label, sorted(given), criterion)
        low = "0" if asked and all(each.is_count for each in asked) else ""
        return RedcapField(
            name, form, "text", label, validation=_validation(given), low=low, note=criterion
        )


def redcap_time(text: str) -> str | None:
    """Return a time as REDCap takes it, in UTC; None where it cannot be read."""
    try:
        at = datetime.fromisoformat(text.strip())
        at = at if at.tzinfo is None else at.astimezone(UTC)
        return at.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
    except (ValueError, OverflowError):
        return None


def _words(name: str, form: str, label: str, words: Sequence[str], note: str = "") -> RedcapField:
    """Return a field whose choices are the words found, by number."""
    codes = {word: str(number) for number, word in enumerate(words, 1)}
    choices = tuple((code, word) for word, code in codes.items())
    return RedcapField(name, form, "radio", label, choices, codes, note=note)


def _validation(texts: Iterable[str]) -> str:
    kind = type_of(texts)
    return "" if kind == "text" else kind


def _plain(text: str) -> str:
    """Return a label on one line without the sign that parts choices."""
    return " ".join(text.replace("|", "/").split())
