"""Ratings as tables of numbers: who gave which answer what, question by question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from medsdesk.core.errors import UserFacingError
from medsdesk.core.imported_rating import DECIDED
from medsdesk.services.instruments import load_instrument
from medsdesk.services.spreadsheet import is_number

if TYPE_CHECKING:
    from medsdesk.agreement.alpha import Level
    from medsdesk.agreement.figures import Floats
    from medsdesk.core.rating import Instrument
    from medsdesk.services.rating_rows import RatingRow

_ORDER = ("study", "item", "model", "run", "output", "criterion", "rater", "value", "status")
# Questions on which a high number is bad: ours on harm and on what is wrong or missing, counts
# of errors above all, and others of that name.
_BAD = re.compile(
    r"harm|error|severity|risk|inappropriate|missing|missed|wrong|spurious|boundary|bias|omission"
    r"|false_finding|added_comparison",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """An answer that somebody rated.

    Attributes:
        item: The input it answers.
        model: The model, empty where none is named.
        column: The model's place in tables; a second answer of one model to one item, as of
            another run, has one of its own.
        category: Category of the task.
        metrics: Names of its scores, those without a number among them.
        scores: Scores by name, where they are numbers.
        length: Characters of the answer; None where it is not known.
        mirrored: Whether it is the second answer of a pair, whose values are those of the first
            with the other sign: they say nothing more of how far raters agree.
        paired: Whether it was rated beside another answer to the same item.
        run: The run it is of, empty where none is named.
        output: Id of the answer; empty where none is known.
        task: Id of the task; empty where none is known.
    """

    item: str
    model: str
    column: str
    category: str
    metrics: frozenset[str]
    scores: Mapping[str, float]
    length: int | None
    mirrored: bool = False
    paired: bool = False
    run: str = ""
    output: str = ""
    task: str = ""


@dataclass(slots=True)
class Question:
    """Everything said to one question of one study.

    Attributes:
        study: Its name; empty for ratings outside of studies.
        instrument: The form.
        criterion: The question.
        level: Kind of its scale.
        points: The points of the scale, where the form is known.
        place: Of the question in its form.
        answers: Rated answers, by what tells them apart.
        raters: Raters in the order they came.
        values: Numbers by answer and rater.
        excluded: Ratings that are no numbers, or no raters', by status.
        decided: What adjudicators decided, by answer; not on a nominal scale.
    """

    study: str
    instrument: str
    criterion: str
    level: Level
    points: tuple[float, ...] = ()
    place: int = 0
    answers: dict[str, RatedAnswer] = field(default_factory=dict)
    raters: dict[str, int] = field(default_factory=dict)
    values: dict[tuple[str, str], float] = field(default_factory=dict)
    excluded: Counter[str] = field(default_factory=Counter)
    decided: dict[str, float] = field(default_factory=dict)

    @property
    def higher_is_better(self) -> bool:
        """Whether a high number is good, told from the question's name."""
        return not is_bad(self.criterion)

    def table(self) -> Floats:
        """Return values, shape (answers, raters), NaN where there is none; a pair counts once."""
        import numpy as np

        counted = [key for key, answer in self.answers.items() if not answer.mirrored]
        table = np.full((len(counted), len(self.raters)), np.nan)
        places = {key: place for place, key in enumerate(counted)}
        for (answer, rater), value in self.values.items():
            if answer in places:
                table[places[answer], self.raters[rater]] = value
        return table


def is_bad(criterion: str) -> bool:
    """Say whether a high number is bad, told from the question's name."""
    return _BAD.search(criterion) is not None


def questions(
    rows: Sequence[RatingRow], study: str | None = None, forms: Sequence[Instrument] = ()
) -> tuple[Question, ...]:
    """Return the questions of all studies, or of one: those of a form in its order.

    Comments are no questions. Ratings of one question on another scale make a question of
    their own. The order of the rows changes nothing: items, models and raters are put in order
    by name, so that resamples draw the same.

    Args:
        rows: The ratings.
        study: Only this study's; None for all.
        forms: Own forms, whose points cannot be looked up otherwise.

    Raises:
        UserFacingError: There is no rating, or no such study.
    """
    if not rows:
        raise UserFacingError(
            "There are no ratings in this workspace yet.",
            "Rate answers in the window, or take ratings in with 'medsdesk ratings import'.",
        )
    if study is not None:
        rows = _of_study(rows, study)
    rows = sorted(rows, key=_in_order)
    made: dict[tuple[str, ...], Question] = {}
    answers = _answers(rows)
    labels = _labels(rows)
    for row in rows:
        key = _key(row)
        if row.text("scale") == "text":
            continue
        if key not in made:
            made[key] = _question(row, forms)
        _add(made[key], row, answers, labels.get(key, {}))
    return tuple(sorted(made.values(), key=_question_in_order))


def _in_order(row: RatingRow) -> tuple[str, ...]:
    return tuple(row.text(name) for name in _ORDER)


def _question_in_order(question: Question) -> tuple[str, str, int, str, str]:
    place = question.place
    return question.study, question.instrument, place, question.criterion, question.level


def _of_study(rows: Sequence[RatingRow], study: str) -> Sequence[RatingRow]:
    found = [row for row in rows if row.text("study") == study]
    if found:
        return found
    known = sorted({row.text("study") for row in rows} - {""})
    raise UserFacingError(
        f"There is no study '{study}' with ratings in this workspace.",
        f"Choose one of {', '.join(known)}." if known else "Leave --study out: there is none yet.",
    )


def _key(row: RatingRow) -> tuple[str, ...]:
    return tuple(row.text(name) for name in ("study", "instrument", "criterion", "scale"))


def _question(row: RatingRow, forms: Sequence[Instrument]) -> Question:
    study, instrument, criterion, scale = _key(row)
    form = _form(instrument, row.text("instrument_version"), forms)
    criteria = form.criteria if form else ()
    asked = [each.id for each in criteria]
    return Question(
        study,
        instrument,
        criterion,
        cast("Level", scale),
        tuple(float(a.value) for each in criteria if each.id == criterion for a in each.anchors),
        asked.index(criterion) if criterion in asked else len(asked),
    )


def _form(name: str, version: str, forms: Sequence[Instrument]) -> Instrument | None:
    own = (form for form in forms if (form.id, str(form.version)) == (name, version))
    try:
        known = load_instrument(name) if re.fullmatch(r"[\w-]+", name) else None
    except UserFacingError:
        known = None
    return known or next(own, None)


def _add(
    question: Question,
    row: RatingRow,
    answers: Mapping[str, RatedAnswer],
    labels: Mapping[str, float],
) -> None:
    if row["status"] != "rated":
        question.excluded[row.text("status")] += 1
        if row["status"] == DECIDED and row["scale"] != "nominal":
            question.decided[_answer_key(row)] = float(row.text("value"))
        return
    answer, rater = _answer_key(row), row.text("rater")
    question.answers.setdefault(answer, answers[answer])
    question.raters.setdefault(rater, len(question.raters))
    value = row.text("value")
    number = labels[value] if labels else float(value)
    question.values[answer, rater] = number


def _labels(rows: Iterable[RatingRow]) -> dict[tuple[str, ...], dict[str, float]]:
    """Number the values of each nominal question."""
    values: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        if row["scale"] == "nominal" and row["status"] == "rated":
            values.setdefault(_key(row), set()).add(row.text("value"))
    return {
        key: {value: float(number) for number, value in enumerate(sorted(found))}
        for key, found in values.items()
    }


def _answer_key(row: RatingRow) -> str:
    """Return what tells an answer from others: study and its id, else study, item, model and run.

    Each study has measures of its own of the same answer. An answer that stands in several pairs
    is told apart by the pair, which is the item.
    """
    parts = [row.text(name) for name in ("study", "item", "model", "run")]
    if row["output"]:
        own = [row.text("item")] if row["side"] else []
        parts = [row.text("study"), row.text("output"), *own]
    return "\x1f".join(parts)


def _answers(rows: Iterable[RatingRow]) -> dict[str, RatedAnswer]:
    made: dict[str, RatedAnswer] = {}
    repeats: Counter[tuple[str, str, str]] = Counter()
    pairs: set[tuple[str, str]] = set()
    for row in rows:
        key = _answer_key(row)
        if key in made:
            continue
        item, model = row.text("item"), row.text("model")
        number = repeats[row.text("study"), item, model]
        repeats[row.text("study"), item, model] += 1
        scores = {
            name: round(float(score), 9)
            for name, score in row.scores.items()
            if score is not None and is_number(str(score))
        }
        column = f"{model}#{number}" if number else model
        pair = (row.text("study"), item)
        mirrored = bool(row["side"]) and pair in pairs
        pairs.add(pair)
        made[key] = RatedAnswer(
            item, model, column, row.text("category"), frozenset(row.scores), scores, row.length,
            mirrored, bool(row["side"]), row.text("run"), row.text("output"), row.text("task"),
        )  # fmt: skip
    return made
