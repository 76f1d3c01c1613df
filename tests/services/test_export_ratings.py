"""Ratings leave whole, with a row of the trail, and come back byte for byte."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.core.imported_rating import RATING_COLUMNS, ImportedFile, ImportedRating
from medsdesk.core.rating_export import RatingProfile
from medsdesk.core.rating_view import RatedValue
from medsdesk.services import export_ratings as module
from medsdesk.services.adjudicate import decide
from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.services.csv_tables import write_rows
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.find_disagreements import disagreements
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.lock_study import lock_study
from medsdesk.services.rate_study import StudySession
from medsdesk.services.rating_file import read_rating_table
from medsdesk.services.rating_rows import imported_row, long_table, rating_rows
from medsdesk.store.audit import list_entries
from medsdesk.store.imported_ratings import add_imported
from medsdesk.store.workspace import Workspace, open_workspace
from tests.rated_studies import made_study, rate_all

PLAIN = {"form": "summary", "n_items": 8, "repeat_share": 0, "attention_share": 0}
SECRETS = ("Dr Roy", "Dr Sato", "Mr Ito", "Letters", "zebra", "okapi")


def _locked(ws: Workspace, **changes: Any) -> None:
    made = made_study(ws, **{**PLAIN, **changes})
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    StudySession(ws, made.id, "Dr Roy").set_comment("Mr Ito, bed 4, seen on 2026-01-31.")
    lock_study(ws, made.id, "", "Dr Owner")


@pytest.mark.parametrize("profile", ["full", "deidentified"])
def test_an_export_leaves_one_row_on_the_trail(
    ws: Workspace, tmp_path: Path, profile: RatingProfile
) -> None:
    _locked(ws)
    before = list_entries(ws)
    path = tmp_path / "ratings.csv"
    found = export_ratings(ws, path, profile=profile, actor="Dr Owner")
    [entry] = list_entries(ws)[len(before) :]
    assert (entry.action, entry.actor, entry.study_id) == ("export", "Dr Owner", "")
    told = json.loads(entry.after)
    assert told == {
        "holds": "ratings", "rows": found.ratings, "profile": profile, "file": path.name,
        "format": "csv", "shape": "long", "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }  # fmt: skip


def test_a_file_that_fails_leaves_the_old_one_and_no_row(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("old", encoding="utf-8")
    before = list_entries(ws)

    def full_disk(file: io.TextIOBase, *_: object) -> int:
        file.write("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_rows", full_disk)
    with pytest.raises(UserFacingError, match="No space left"):
        export_ratings(ws, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list_entries(ws) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ratings.csv", "workspace"]


def test_no_name_word_or_date_is_in_a_deidentified_file(ws: Workspace, tmp_path: Path) -> None:
    _locked(ws)
    told, hidden = tmp_path / "full.csv", tmp_path / "hidden.csv"
    export_ratings(ws, told)
    found = export_ratings(ws, hidden, profile="deidentified")
    full, text = told.read_text(encoding="utf-8"), hidden.read_text(encoding="utf-8")
    assert all(secret in full for secret in SECRETS)
    assert not any(secret in text for secret in SECRETS)
    for row in rating_rows(ws)[0]:
        for column in ("item", "output", "run", "rated_at"):
            assert row.text(column) not in text
    assert found.notes == ("Comments, corrections and marks left out: 1.",)
    assert text == _again(ws, tmp_path)


def _again(ws: Workspace, folder: Path) -> str:
    path = folder / "again.csv"
    export_ratings(ws, path, profile="deidentified")
    return path.read_text(encoding="utf-8")


def test_intervals_within_a_case_are_kept(ws: Workspace, tmp_path: Path) -> None:
    from datetime import datetime

    _locked(ws)
    path = tmp_path / "hidden.csv"
    export_ratings(ws, path, profile="deidentified")
    with path.open(encoding="utf-8", newline="") as file:
        hidden = [datetime.fromisoformat(row["rated_at"]) for row in csv.DictReader(file)]
    rows = [row for row in rating_rows(ws)[0] if row["scale"] != "text"]
    shifts: dict[str, set[float]] = {}
    for row, at in zip(rows, hidden, strict=True):
        shift = datetime.fromisoformat(row.text("rated_at")) - at
        shifts.setdefault(row.case, set()).add(shift.total_seconds())
    assert len(shifts) > 1
    assert all(len(each) == 1 for each in shifts.values())
    assert len({shift for each in shifts.values() for shift in each}) == len(shifts)


def test_a_deidentified_file_is_taken_in_and_compared(ws: Workspace, tmp_path: Path) -> None:
    _locked(ws)
    path = tmp_path / "hidden.csv"
    export_ratings(ws, path, profile="deidentified")
    with open_workspace(tmp_path / "other") as other:
        found = import_ratings(other, path)
        assert found.complete
        assert found.imported == len(path.read_bytes().splitlines()) - 1
        [study] = found.studies
        theirs = compare(other, CompareOptions(study=study.study, resamples=20))
    ours = compare(ws, CompareOptions(study="Letters", resamples=20))
    told = [(r.criterion, r.value, r.n_items) for r in theirs.agreement]
    assert told
    # What was marked is no rating and left out.
    assert told == [
        (r.criterion, r.value, r.n_items)
        for r in ours.agreement
        if not r.criterion.startswith("marks")
    ]


_WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_TEXT = st.one_of(
    _WORD,
    st.sampled_from(["=1+1", "'=1", "'tis", "\r", "a\r\nb", '"', "\ufeff=x", "-5", " ", "\0"]),
)
_NAME = _TEXT.filter(lambda text: text.strip() != "")
_NUMBER = st.sampled_from(["", "3", "-2", "0.50", "1e-05", "+4", "007"])
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "study": _TEXT, "item": _NAME, "task": _TEXT, "category": _TEXT, "language": _TEXT,
            "model": _TEXT, "run": _TEXT, "output": _TEXT, "rater": _NAME, "instrument": _TEXT,
            "instrument_version": _NUMBER, "criterion": _NAME,
            "scale": st.sampled_from(["nominal", "ordinal", "interval", "ratio", "text"]),
            "value": st.sampled_from(["1", "-2", "0.50", "1e3"]), "side": _TEXT,
            "strength": _NUMBER, "comment": _TEXT, "seconds": _NUMBER, "rated_at": _TEXT,
            "status": st.sampled_from(["rated", "cannot_judge", "withdrawn", "decided"]),
        }
    ),
    min_size=1, max_size=4,
    unique_by=lambda row: tuple(row[name] for name in (
        "study", "item", "model", "run", "output", "rater", "instrument", "criterion"
    )),
)  # fmt: skip


def _ratings(rows: list[dict[str, str]]) -> list[ImportedRating]:
    for row in rows:
        if row["scale"] == "text" or row["status"] not in ("rated", "decided"):
            row["value"] = ""
    return [
        ImportedRating(tuple(row[name] for name in RATING_COLUMNS), {"bleu": "0.50"})
        for row in rows
    ]


@settings(max_examples=150, deadline=None)
@given(_ROWS)
def test_a_file_is_read_as_it_was_written(rows: list[dict[str, str]]) -> None:
    ratings = _ratings(rows)
    file = io.StringIO()
    write_rows(file, *long_table([imported_row(rating) for rating in ratings], ("bleu",)))
    found = read_rating_table(file.getvalue().encode(), "r.csv")
    assert list(found.rows.values()) == ratings


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(_ROWS)
def test_export_import_export_is_byte_identical(rows: list[dict[str, str]]) -> None:
    ratings = _ratings(rows)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{n}.csv" for n in range(2)]
        with open_workspace(Path(folder) / "first") as ws:
            add_imported(ws, ImportedFile("f", "f.csv", "0" * 64, ("bleu",), "now"), ratings)
            export_ratings(ws, files[0])
        with open_workspace(Path(folder) / "second") as ws:
            assert import_ratings(ws, files[0]).imported == len(ratings)
            export_ratings(ws, files[1])
        assert files[0].read_bytes() == files[1].read_bytes()


def test_a_study_with_decisions_comes_back_in_an_empty_workspace(
    ws: Workspace, tmp_path: Path
) -> None:
    made = made_study(ws, kind="pair", form="preference")
    rate_all(ws, made.id, "Dr Roy", lambda *_: -1)
    rate_all(ws, made.id, "Dr Sato", lambda *_: 1)
    for number, row in enumerate(disagreements(ws, made.id).rows[:4]):
        decided: RatedValue = 1 if number else "cannot_judge"
        decide(ws, made.id, row.item_id, row.criterion, decided, "Dr Ada")
    lock_study(ws, made.id, "", "Dr Owner")
    files = [tmp_path / f"{n}.csv" for n in range(2)]
    export_ratings(ws, files[0])
    with open_workspace(tmp_path / "other") as other:
        assert import_ratings(other, files[0]).complete
        export_ratings(other, files[1])
    assert b"left_standing" in files[0].read_bytes()
    assert files[0].read_bytes() == files[1].read_bytes()
