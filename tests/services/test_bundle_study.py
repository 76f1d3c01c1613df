"""Files that carry a study: written whole with a row of the trail, or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.bundle_study import (
    bundle_study,
    known_rater,
    return_ratings,
    study_with_plan,
)
from medsdesk.store.audit import list_entries
from medsdesk.store.workspace import Workspace
from medsdesk.studies.bundle_file import read_bundle, read_ratings
from tests.made_runs import MODELS
from tests.rated_studies import RATERS, made_study, rate_all


def test_a_bundle_is_written_with_its_row_of_the_trail(ws: Workspace, tmp_path: Path) -> None:
    made = made_study(ws)
    written = bundle_study(ws, "Letters", ["dr roy"], tmp_path / "for Roy", "Dr Owner")
    assert written.file == str(tmp_path / "for Roy.medsstudy")
    data = Path(written.file).read_bytes()
    assert hashlib.sha256(data).hexdigest() == written.sha256
    assert read_bundle(data).manifest.raters == ("Dr Roy",)
    entry = list_entries(ws, made.id)[-1]
    assert entry.action == "bundle"
    assert written.sha256 in entry.after
    everybody = bundle_study(ws, made.id, [], tmp_path / "all.medsstudy", "Dr Owner")
    assert everybody.raters == RATERS[:2]


def test_nothing_in_the_bundle_unblinds(ws: Workspace, tmp_path: Path) -> None:
    made = made_study(ws, attention_share=0.2, repeat_share=0.2, n_calibration=2)
    written = bundle_study(ws, made.id, [], tmp_path / "all", "Dr Owner")
    data = Path(written.file).read_bytes()
    stored = ws.db.execute("SELECT id, run_id, sample_id FROM outputs").fetchall()
    key = ws.db.execute("SELECT key FROM study_keys").fetchone()[0]
    secrets = {*MODELS, *(word for name in MODELS for word in name.split())}
    secrets |= {value for row in stored for value in row} | {"ab" * 32}
    secrets |= {'"ordinary"', '"attention"', '"repeat"', "dose_times_ten", "bleu4", "zebra"}
    assert "dose_times_ten" in key  # else the scan would scan for nothing
    for secret in secrets:
        assert secret.encode() not in data


def test_ratings_go_back_with_their_trail(ws: Workspace, tmp_path: Path) -> None:
    made = made_study(ws)
    with pytest.raises(UserFacingError, match="Nothing has been rated"):
        return_ratings(ws, made.id, tmp_path / "back", "Dr Roy")
    rate_all(ws, made.id, "Dr Roy")
    written = return_ratings(ws, made.id, tmp_path / "back", "Dr Roy")
    study, plan = study_with_plan(ws, made.id)
    file = read_ratings(Path(written.file).read_bytes(), plan, study.plan_sha256)
    assert len(file.rows) == written.ratings
    assert {row.id for row in file.rows} <= {entry.subject for entry in file.trail}
    assert list_entries(ws, made.id)[-1].action == "export"


def test_what_cannot_be_written_leaves_nothing(ws: Workspace, tmp_path: Path) -> None:
    made = made_study(ws)
    before = list_entries(ws, made.id)
    (tmp_path / "there.medsstudy").write_text("kept", encoding="utf-8")
    for out, sentence in (("there", "already"), ("no/folder", "not there")):
        with pytest.raises(UserFacingError, match=sentence):
            bundle_study(ws, made.id, [], tmp_path / out, "Dr Owner")
    with pytest.raises(UserFacingError, match="no rater 'Dr Who'"):
        bundle_study(ws, made.id, ["Dr Who"], tmp_path / "who", "Dr Owner")
    with pytest.raises(UserFacingError, match="no study 'nowhere'"):
        bundle_study(ws, "nowhere", [], tmp_path / "who", "Dr Owner")
    assert (tmp_path / "there.medsstudy").read_text(encoding="utf-8") == "kept"
    assert list_entries(ws, made.id) == before
    assert not list(tmp_path.glob("*who*"))


def test_raters_are_known_by_name(ws: Workspace) -> None:
    made = made_study(ws)
    _, plan = study_with_plan(ws, made.id)
    assert known_rater(plan, " DR SATO ") == "Dr Sato"
