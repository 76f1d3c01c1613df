"""Put ratings that came back as files into their study; the same file twice changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.core.errors import UserFacingError
from medsdesk.services.bundle_study import study_with_plan
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.audit import add_entry, list_entries
from medsdesk.store.studies import is_locked, list_studies, lock, locks
from medsdesk.store.study_ratings import merge_ratings, ratings_of_study
from medsdesk.studies.bundle_file import MOST_BYTES, RatingFile, peek, read_ratings
from medsdesk.studies.merging import Current, current, merge, rating_set
from medsdesk.tasks.texts import bytes_of

if TYPE_CHECKING:
    from medsdesk.core.study_rating import StudyRating
    from medsdesk.store.studies import StudyRecord
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MergedFile:
    """What came of one file.

    Attributes:
        file: Its name.
        study: Name of the study.
        study_id: Id of the study.
        raters: Whose ratings it holds.
        new: Ratings that were not here before.
        known: Ratings that were here already.
        superseded: Answers that held before and were replaced by new ones.
        conflicts: Ids of ratings that are here with other content; these stay as they were.
        forked: Questions that one rater answered on two machines without knowing of it.
        clock_set_back: Changes with an earlier time than what they change; they hold all the
            same, since they came after it.
        waiting: Changes of ratings that are not here yet: an earlier file is missing.
        closed: Raters whose sets are closed now, as the file says.
    """

    file: str
    study: str
    study_id: str
    raters: tuple[str, ...]
    new: int
    known: int
    superseded: int
    conflicts: tuple[str, ...]
    forked: int
    clock_set_back: int
    waiting: int
    closed: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether everything of the file is in the study now."""
        return not self.conflicts


def merge_study(ws: Workspace, paths: Sequence[Path], actor: str) -> tuple[MergedFile, ...]:
    """Put files of ratings into their studies, each whole or not at all.

    All files are read before the first is put in, so that a bad one stops nothing half way.

    Raises:
        UserFacingError: A file is bad, of no study here, or has new ratings for a locked study.
    """
    read = [_read(ws, path) for path in paths]
    return tuple(_merge(ws, name, study, file, actor) for name, study, file in read)


def _read(ws: Workspace, path: Path) -> tuple[str, StudyRecord, RatingFile]:
    data = bytes_of(path, f"The file {path.name}", MOST_BYTES)
    manifest = peek(data)
    if manifest.study_id not in {study.id for study in list_studies(ws)}:
        raise UserFacingError(
            f"The file {path.name} is of the study '{manifest.study}', which is not in this "
            "workspace.",
            "Open the workspace in which that study was made.",
        )
    study, plan = study_with_plan(ws, manifest.study_id)
    return path.name, study, read_ratings(data, plan, study.plan_sha256)


def _merge(
    ws: Workspace, name: str, study: StudyRecord, file: RatingFile, actor: str
) -> MergedFile:
    with ws.transaction():
        here = ratings_of_study(ws, study.id)
        both = merge(rating_set(here), rating_set(file.rows))
        conflicts = tuple(conflict.id for conflict in both.conflicts)
        kept = [row for row in file.rows if row.id not in conflicts]
        after = {"file": name, "plan_sha256": study.plan_sha256, "conflicts": list(conflicts)}
        entry = trail_entry(ws, study.id, actor, "merge", after=after)
        new = merge_ratings(ws, kept, entry)
        _take_trail(ws, study.id, file)
        closed = tuple(
            rater
            for rater in file.manifest.closed
            if not is_locked(ws, study.id)
            and rater not in locks(ws, study.id)
            and lock(ws, study.id, rater, entry)
        )
    before, now = current(here), current((*here, *new))
    log.info("merged %d new ratings into study %s", len(new), study.id)
    return MergedFile(
        file=name,
        study=study.name,
        study_id=study.id,
        raters=file.manifest.raters,
        new=len(new),
        known=len({row.id for row in kept} & {row.id for row in here}),
        superseded=_superseded(before, now),
        conflicts=conflicts,
        forked=len(now.forks),
        clock_set_back=len(_of(now.earlier, new)),
        waiting=len(now.orphans),
        closed=closed,
    )


def _superseded(before: Current, now: Current) -> int:
    return sum(now.answers[question] != row for question, row in before.answers.items())


def _of(rows: Sequence[StudyRating], new: Sequence[StudyRating]) -> set[str]:
    return {row.id for row in rows} & {row.id for row in new}


def _take_trail(ws: Workspace, study_id: str, file: RatingFile) -> None:
    """Keep the other machine's trail beside our own: who did what there is told for good."""
    known = {entry.id for entry in list_entries(ws, study_id)}
    for entry in file.trail:
        if entry.id not in known and entry.study_id == study_id:
            known.add(entry.id)
            add_entry(ws, entry)
