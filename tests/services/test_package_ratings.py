"""A package has everything, can be checked, and is there whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services import package_ratings as module
from medsdesk.services.codebook import CODEBOOK_COLUMNS
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.lock_study import lock_study
from medsdesk.services.package_ratings import package_ratings
from medsdesk.store.audit import list_entries
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, rate_all

FILES = ["SHA256SUMS", "codebook.csv", "manifest.json", "ratings-long.csv", "ratings-wide.csv"]


@pytest.fixture
def rated(ws: Workspace) -> Workspace:
    made = made_study(ws, form="workbench", n_items=4, repeat_share=0, attention_share=0)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    lock_study(ws, made.id, "", "Dr Owner")
    return ws


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_files_are_there_and_match_their_checksums(rated: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    found = package_ratings(rated, folder)
    assert sorted(p.name for p in folder.iterdir()) == FILES
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {line.partition("  ")[2]: line.partition("  ")[0] for line in lines}
    assert told == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES[1:]
    }
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, facts in manifest["files"].items():
        data = (folder / name).read_bytes()
        assert (facts["sha256"], facts["bytes"]) == (told[name], len(data))
        rows = _rows(folder / name)
        assert (facts["rows"], facts["columns"]) == (len(rows), len(rows[0]))
    assert manifest["files"]["ratings-long.csv"]["rows"] == found.ratings == manifest["ratings"]
    assert tuple(_rows(folder / "codebook.csv")[0]) == CODEBOOK_COLUMNS
    alone = tmp_path / "alone.csv"
    export_ratings(rated, alone)
    assert alone.read_bytes() == (folder / "ratings-long.csv").read_bytes()


def test_the_same_ratings_make_the_same_bytes(rated: Workspace, tmp_path: Path) -> None:
    for name in ("a", "b"):
        package_ratings(rated, tmp_path / name, profile="deidentified")
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    for name in ("c", "d"):
        package_ratings(rated, tmp_path / name, form="xlsx")
    for name in ("manifest.json", "ratings.xlsx"):
        assert (tmp_path / "c" / name).read_bytes() == (tmp_path / "d" / name).read_bytes()
    text = "".join((tmp_path / "a" / name).read_text(encoding="utf-8") for name in FILES)
    assert not any(word in text for word in ("Dr Roy", "Letters", "zebra", "Zebra"))


def test_what_is_there_stays_and_a_failure_leaves_nothing(
    rated: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "package"
    package_ratings(rated, folder, actor="Dr Owner")
    entries = list_entries(rated)
    assert (entries[-1].action, entries[-1].actor) == ("export", "Dr Owner")
    with pytest.raises(UserFacingError, match="already"):
        package_ratings(rated, folder)

    def fails(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "sums", fails)
    with pytest.raises(UserFacingError, match="No space left"):
        package_ratings(rated, tmp_path / "other")
    assert list_entries(rated) == entries
    assert sorted(p.name for p in tmp_path.iterdir()) == ["package", "workspace"]
