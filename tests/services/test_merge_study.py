"""Ratings that come back from machines that never met: merged once, in any order, all or none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.rating_view import RatingView
from medsdesk.core.study_rating import StudyRating
from medsdesk.services.bundle_study import bundle_study, return_ratings, study_with_plan
from medsdesk.services.create_study import CreatedStudy
from medsdesk.services.import_bundle import import_bundle
from medsdesk.services.lock_study import lock_study
from medsdesk.services.merge_study import merge_study
from medsdesk.services.rate_study import StudySession
from medsdesk.store.audit import list_entries, set_back
from medsdesk.store.studies import is_locked, locks
from medsdesk.store.study_ratings import ratings_of_study
from medsdesk.store.workspace import Workspace, open_workspace
from medsdesk.studies.bundle_file import write_ratings
from tests.rated_studies import elsewhere, made_study


@pytest.fixture
def study(ws: Workspace) -> CreatedStudy:
    return made_study(ws, n_items=4, repeat_share=0, attention_share=0)


def _highest(view: RatingView, criterion: str) -> int:
    [asked] = [each for each in view.form.criteria if each.id == criterion]
    return max(anchor.value for anchor in asked.anchors) if asked.anchors else 7


def _content(rows: tuple[StudyRating, ...]) -> set[StudyRating]:
    return set(rows)


def test_two_machines_come_together_in_any_order(
    ws: Workspace, study: CreatedStudy, tmp_path: Path
) -> None:
    roy = elsewhere(ws, study.id, "Dr Roy", tmp_path / "roy")
    sato = elsewhere(ws, study.id, "Dr Sato", tmp_path / "sato", _highest)
    shutil.copytree(ws.path.parent, tmp_path / "copy")
    first, second = merge_study(ws, [roy, sato], "Dr Owner")
    assert (first.new, first.known, first.raters) == (
        len(ratings_of_study(ws, study.id)) // 2,
        0,
        ("Dr Roy",),
    )
    assert second.complete
    with open_workspace(tmp_path / "copy") as other:
        merge_study(other, [sato], "Dr Owner")
        merge_study(other, [roy, sato, roy], "Dr Owner")
        assert _content(ratings_of_study(other, study.id)) == _content(
            ratings_of_study(ws, study.id)
        )


def test_twice_changes_nothing(ws: Workspace, study: CreatedStudy, tmp_path: Path) -> None:
    roy = elsewhere(ws, study.id, "Dr Roy", tmp_path / "roy")
    [once] = merge_study(ws, [roy], "Dr Owner")
    rows, trail = ratings_of_study(ws, study.id), list_entries(ws)
    [twice] = merge_study(ws, [roy], "Dr Owner")
    assert (twice.new, twice.known, twice.superseded) == (0, once.new, 0)
    assert ratings_of_study(ws, study.id) == rows
    assert list_entries(ws) == trail


def test_the_other_machines_trail_comes_along(
    ws: Workspace, study: CreatedStudy, tmp_path: Path
) -> None:
    roy = elsewhere(ws, study.id, "Dr Roy", tmp_path / "roy")
    merge_study(ws, [roy], "Dr Owner")
    entries = list_entries(ws, study.id)
    rated = {entry.subject for entry in entries if entry.actor == "Dr Roy"}
    assert rated >= {row.id for row in ratings_of_study(ws, study.id)}
    assert len({entry.machine for entry in entries}) == 2
    assert not set_back(ws)  # their rows are older than our own, and no clock was set back


def _again(ws: Workspace, folder: Path, change: Callable[[StudySession], object]) -> Path:
    """Go on rating on the other machine, and return a new file."""
    with open_workspace(folder / "workspace") as other:
        [name] = {row[0] for row in other.db.execute("SELECT id FROM studies").fetchall()}
        change(StudySession(other, name, "Dr Roy"))
        return Path(return_ratings(other, name, folder / "again", "Dr Roy").file)


def test_changes_supersede_also_out_of_order(
    ws: Workspace, study: CreatedStudy, tmp_path: Path
) -> None:
    roy = elsewhere(ws, study.id, "Dr Roy", tmp_path / "roy")

    def change(session: StudySession) -> None:
        criterion = session.view.form.criteria[0]
        session.set_value(criterion.id, criterion.anchors[0].value if criterion.anchors else 5)

    again = _again(ws, tmp_path / "roy", change)
    merge_study(ws, [roy], "Dr Owner")
    [found] = merge_study(ws, [again], "Dr Owner")
    assert (found.new, found.superseded, found.forked, found.waiting) == (1, 1, 0, 0)
    [late] = merge_study(ws, [roy], "Dr Owner")
    assert (late.new, late.superseded) == (0, 0)


def _edited(ws: Workspace, study: CreatedStudy, rows: list[StudyRating], path: Path) -> Path:
    record, plan = study_with_plan(ws, study.id)
    path.write_bytes(write_ratings(plan, record.plan_sha256, rows, [], [], "0"))
    return path


def test_a_rating_with_other_content_is_named_and_left_out(
    ws: Workspace, study: CreatedStudy, tmp_path: Path
) -> None:
    roy = elsewhere(ws, study.id, "Dr Roy", tmp_path / "roy")
    merge_study(ws, [roy], "Dr Owner")
    rows = list(ratings_of_study(ws, study.id))
    forged = replace(rows[0], seconds=99.0)
    new = replace(rows[0], id="7" * 32, supersedes=rows[0].id)
    file = _edited(ws, study, [forged, new, *rows[1:]], tmp_path / "forged.medsratings")
    [found] = merge_study(ws, [file], "Dr Owner")
    assert (found.conflicts, found.new, found.complete) == ((rows[0].id,), 1, False)
    assert rows[0] in ratings_of_study(ws, study.id)


def test_forks_missing_files_and_clocks_are_told(
    ws: Workspace, study: CreatedStudy, tmp_path: Path
) -> None:
    roy = elsewhere(ws, study.id, "Dr Roy", tmp_path / "roy")
    merge_study(ws, [roy], "Dr Owner")
    first, second = ratings_of_study(ws, study.id)[:2]
    early = "2020-01-01T00:00:00.000+00:00"
    rows = [
        replace(first, id="7" * 32, supersedes=None, machine="m2"),
        replace(second, id="8" * 32, supersedes=second.id, rated_at=early),
        replace(second, id="9" * 32, criterion="other", supersedes="6" * 32),
    ]
    [found] = merge_study(ws, [_edited(ws, study, rows, tmp_path / "f.medsratings")], "Dr Owner")
    assert (found.forked, found.clock_set_back, found.waiting) == (1, 1, 1)


def test_one_bad_file_stops_all_before_anything_is_put_in(
    ws: Workspace, study: CreatedStudy, tmp_path: Path
) -> None:
    roy = elsewhere(ws, study.id, "Dr Roy", tmp_path / "roy")
    bad = tmp_path / "bad.medsratings"
    bad.write_bytes(roy.read_bytes()[:-30])
    with pytest.raises(UserFacingError, match="cut off"):
        merge_study(ws, [roy, bad], "Dr Owner")
    assert not ratings_of_study(ws, study.id)
    bundle = bundle_study(ws, study.id, [], tmp_path / "all", "Dr Owner")
    with pytest.raises(UserFacingError, match="study bundle, not a rating file"):
        merge_study(ws, [Path(bundle.file)], "Dr Owner")
    with (
        open_workspace(tmp_path / "elsewhere") as other,
        pytest.raises(UserFacingError, match="'Letters', which is not in this workspace"),
    ):
        merge_study(other, [roy], "Dr Owner")


def test_a_closed_set_stays_closed_at_the_owners(
    ws: Workspace, study: CreatedStudy, tmp_path: Path
) -> None:
    folder = tmp_path / "roy"
    roy = elsewhere(ws, study.id, "Dr Roy", folder)
    with open_workspace(folder / "workspace") as other:
        lock_study(other, study.id, "dr roy", "Dr Roy")
        closed = Path(return_ratings(other, study.id, folder / "closed", "Dr Roy").file)
        session = StudySession(other, study.id, "Dr Roy")
        with pytest.raises(UserFacingError, match="closed"):
            session.set_cannot_judge(session.view.form.criteria[0].id)
    [found] = merge_study(ws, [closed], "Dr Owner")
    assert found.closed == ("Dr Roy",)
    assert list(locks(ws, study.id)) == ["Dr Roy"]
    [late] = merge_study(ws, [roy, closed], "Dr Owner")[:1]
    assert (late.new, late.closed) == (0, ())


def test_a_locked_study_takes_nothing_new(
    ws: Workspace, study: CreatedStudy, tmp_path: Path
) -> None:
    roy = elsewhere(ws, study.id, "Dr Roy", tmp_path / "roy")
    sato = elsewhere(ws, study.id, "Dr Sato", tmp_path / "sato")
    merge_study(ws, [roy], "Dr Owner")
    lock_study(ws, study.id, "", "Dr Owner", incomplete=True)
    assert merge_study(ws, [roy], "Dr Owner")[0].new == 0
    with pytest.raises(UserFacingError, match="is locked"):
        merge_study(ws, [sato], "Dr Owner")
    assert is_locked(ws, study.id)


def test_a_bundle_can_be_opened_by_the_rater_alone(
    ws: Workspace, study: CreatedStudy, tmp_path: Path
) -> None:
    file = Path(bundle_study(ws, study.id, ["Dr Roy"], tmp_path / "b", "Dr Owner").file)
    with open_workspace(tmp_path / "other") as other:
        assert import_bundle(other, file, "Dr Roy").raters == ("Dr Roy",)
