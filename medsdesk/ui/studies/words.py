"""How studies, and what was done with them, are told in the window; without Qt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from medsdesk.ui.wording import count, day_and_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medsdesk.services.bundle_study import WrittenFile
    from medsdesk.services.create_study import CreatedStudy
    from medsdesk.services.export_corrected import CorrectedExport
    from medsdesk.services.import_bundle import ImportedStudy
    from medsdesk.services.lock_study import LockedStudy
    from medsdesk.services.merge_study import MergedFile
    from medsdesk.services.study_status import RaterStatus, StudyStatus

KINDS = {"single": "Rate each answer", "pair": "Compare two answers"}
COLUMNS = ("Study", "What is done", "Items", "Done", "State")
RATER_COLUMNS = ("Rater", "Done", "Cannot judge", "Usual time", "Set")

_MERGED = (
    ("superseded", "answer was changed by a later one", "answers were changed by later ones"),
    (
        "conflicts",
        "rating is here with another content and stayed as it was",
        "ratings are here with another content and stayed as they were",
    ),
    (
        "forked",
        "question was answered on two computers; the later answer holds",
        "questions were answered on two computers; the later answers hold",
    ),
    ("waiting", "change waits for an earlier file", "changes wait for an earlier file"),
    (
        "clock_set_back",
        "change has an earlier time than what it changes: a clock was set back",
        "changes have earlier times than what they change: a clock was set back",
    ),
)

EMPTY = (
    "In a study several clinicians rate answers of models, without seeing which model wrote "
    "what. Its plan is fixed before the first rating, and who rates on another computer gets "
    "everything in one file.\n\n"
    "There are two ways in: make a study from runs of this workspace, or open a study file that "
    "somebody gave you, for example on a USB stick."
)


def state_words(study: StudyStatus) -> str:
    """Return how a study stands, in one or two words."""
    if study.locked:
        return "Locked"
    done, total = done_of(study)
    if done == total and total:
        return "All rated"
    return "Being rated" if study.ratings else "Not begun"


def done_of(study: StudyStatus) -> tuple[int, int]:
    """Return how many items of all raters are done, and how many there are."""
    raters = study.raters
    return sum(r.complete for r in raters), sum(r.presentations for r in raters)


def study_cells(study: StudyStatus) -> tuple[str, ...]:
    """Return a study's row of the table."""
    done, total = done_of(study)
    part = f"{done:,} of {total:,}"
    return (study.name, KINDS[study.kind], f"{study.items:,}", part, state_words(study))


def rater_cells(rater: RaterStatus) -> tuple[str, ...]:
    """Return a rater's row of the table."""
    usual = f"{rater.seconds:.0f} s" if rater.seconds is not None else "–"
    closed = f"closed {day_and_time(rater.closed)}" if rater.closed else "open"
    part = f"{rater.complete:,} of {rater.presentations:,}"
    return (rater.rater, part, f"{rater.cannot_judge:,}", usual, closed)


def study_lines(study: StudyStatus) -> str:
    """Return what is to be known of a study beside its raters."""
    origin = "Made in this workspace" if study.owned else "Came as a file"
    lines = [f"{origin} on {day_and_time(study.created_at)}. {study.statement}"]
    lines += [
        f"{number:,} {words}"
        for number, words in (
            (study.forked, "answered by one rater on two computers; the later answer holds."),
            (study.waiting, "waiting for an earlier file of ratings."),
            (study.clock_set_back, "changed at an earlier time than before: a clock was set back."),
        )
        if number
    ]
    return "\n".join(lines)


def created_words(made: CreatedStudy) -> tuple[str, str]:
    """Return that a study was made, and what each rater has to do."""
    loads = ", ".join(f"{load.rater}: {load.presentations:,}" for load in made.raters)
    notes = " ".join(made.notes)
    return f"The study “{made.name}” is made and its plan is fixed.", (
        f"Items to rate by rater: {loads}. {notes}".strip()
    )


def most_items(kind: str, answered: Sequence[tuple[str, int]]) -> int:
    """Return how many items runs can give at the most.

    Args:
        kind: ``single`` or ``pair``; pairs are of two models, or of two runs of one model.
        answered: The model of each run, and how many answers the run has.
    """
    if kind == "single":
        return sum(number for _, number in answered)
    by_model: Counter[str] = Counter()
    for model, number in answered:
        by_model[model] += number
    numbers = by_model.values() if len(by_model) > 1 else [number for _, number in answered]
    fewer = sorted(numbers, reverse=True)
    return sum(place * number for place, number in enumerate(fewer))


def few_words(most: int, wanted: int, practice: int) -> str:
    """Return that runs cannot give as many items as are wanted; empty where they can."""
    if most >= wanted + practice:
        return ""
    left = max(0, most - practice)
    besides = f", {count(practice, 'item')} of them for practice" if practice else ""
    if not left:
        return f"The ticked runs have nothing to rate: {count(most, 'item')}{besides}."
    return (
        f"The ticked runs give {count(most, 'item')} at the most{besides}: the study will have "
        f"{left:,} instead of {wanted:,}."
    )


def imported_words(study: ImportedStudy) -> tuple[str, str]:
    """Return that a study file was opened."""
    if not study.new:
        return f"The study “{study.name}” is here already.", "Nothing was changed."
    raters = ", ".join(study.raters)
    items = count(study.presentations, "item")
    return f"The study “{study.name}” is here now.", f"{items} to rate, for {raters}."


def written_words(file: WrittenFile) -> tuple[str, str]:
    """Return that a file was written, and for whom."""
    if file.kind == "ratings":
        said = f"{count(file.ratings, 'rating')} of “{file.study}” written."
        return said, f"{file.file}. Give this file to the owner of the study."
    said = f"The study file of “{file.study}” is written, for {', '.join(file.raters)}."
    return said, f"{file.file}. It does not say which model wrote what."


def corrected_words(found: CorrectedExport) -> tuple[str, str]:
    """Return that corrected answers were written, and where."""
    said = f"{count(found.corrected, 'corrected answer')} of “{found.study}” written."
    where = ", ".join(file.file for file in found.files)
    return said, " ".join((f"{where}.", "Keep them as safe as the texts they are of."))


def merged_words(files: Sequence[MergedFile]) -> tuple[str, str]:
    """Return what came of files of ratings."""
    new, known = sum(f.new for f in files), sum(f.known for f in files)
    said = f"{count(new, 'new rating')} taken in from {count(len(files), 'file')}."
    hints = [f"{known:,} were here already." if known else ""]
    for what, one, many in _MERGED:
        number = sum(_number(getattr(file, what)) for file in files)
        hints.append(f"{number:,} {one if number == 1 else many}." if number else "")
    closed = sorted({rater for f in files for rater in f.closed})
    hints.append(f"Closed now: {', '.join(closed)}." if closed else "")
    return said, " ".join(filter(None, hints))


def locked_words(locked: LockedStudy) -> tuple[str, str]:
    """Return what was locked."""
    whose = f"The set of {locked.rater}" if locked.rater else "The study"
    if not locked.new:
        return f"{whose} in “{locked.name}” was locked already.", "Nothing was changed."
    missing = sum(locked.unanswered.values())
    lacking = f" {count(missing, 'item')} had no full answer." if missing else ""
    return (
        f"{whose} in “{locked.name}” is locked.",
        f"{count(locked.ratings, 'rating')} can be read and not changed any more.{lacking}",
    )


def missing_words(study: StudyStatus, rater: str) -> str:
    """Return how many items lack an answer in what is to be locked; empty for none."""
    open_ = [
        (each.rater, each.presentations - each.complete)
        for each in study.raters
        if rater in ("", each.rater) and each.complete < each.presentations
    ]
    if not open_:
        return ""
    told = ", ".join(f"{name} {number:,}" for name, number in open_)
    return f"Items without a full answer, by rater: {told}."


def _number(found: int | Sequence[str]) -> int:
    return found if isinstance(found, int) else len(found)
