"""A study that came as a file: taken in once, and refused where it is not what it says."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.bundle_study import bundle_study
from medsdesk.services.import_bundle import import_bundle
from medsdesk.store.audit import list_entries
from medsdesk.store.studies import has_key, list_studies
from medsdesk.store.workspace import Workspace, open_workspace
from tests.rated_studies import made_study


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "other") as workspace:
        yield workspace


@pytest.fixture
def bundle(ws: Workspace, tmp_path: Path) -> Path:
    made = made_study(ws)
    return Path(bundle_study(ws, made.id, ["Dr Roy"], tmp_path / "roy", "Dr Owner").file)


def test_a_study_is_taken_in_once(ws: Workspace, other: Workspace, bundle: Path) -> None:
    found = import_bundle(other, bundle, "Dr Roy")
    [record] = list_studies(ws)
    assert (found.id, found.name, found.new) == (record.id, "Letters", True)
    assert found.plan_sha256 == record.plan_sha256
    assert found.raters == ("Dr Roy",)
    assert found.presentations == 14  # twelve, a repeat and a damaged copy
    assert not has_key(other, found.id)
    assert list_studies(other)[0].received
    assert not import_bundle(other, bundle, "Dr Roy").new
    assert [entry.action for entry in list_entries(other)] == ["import"]


def test_the_owner_has_it_already(ws: Workspace, bundle: Path) -> None:
    assert not import_bundle(ws, bundle, "Dr Owner").new
    assert has_key(ws, list_studies(ws)[0].id)


def _with_plan(data: bytes, edit: Callable[[dict[str, Any]], None]) -> bytes:
    """Return a bundle whose plan was edited by somebody who knows how fingerprints are made."""
    from medsdesk.studies.plan_format import fingerprint

    with zipfile.ZipFile(io.BytesIO(data)) as old:
        manifest, plan = (json.loads(old.read(n)) for n in ("manifest.json", "plan.json"))
    edit(plan)
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    manifest["plan_sha256"] = fingerprint(text)
    manifest["parts"]["plan.json"] = {"sha256": fingerprint(text), "bytes": len(text)}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.writestr("manifest.json", json.dumps(manifest))
        new.writestr("plan.json", text)
    return made.getvalue()


def _other_form(plan: dict[str, Any]) -> None:
    plan["forms"][0]["toml"] += "\n# more"


def _other_name(plan: dict[str, Any]) -> None:
    plan["name"] = "Other letters"


def test_a_study_with_another_plan_or_another_form_is_refused(
    ws: Workspace, other: Workspace, bundle: Path, tmp_path: Path
) -> None:
    forged = tmp_path / "forged.medsstudy"
    forged.write_bytes(_with_plan(bundle.read_bytes(), _other_form))
    with pytest.raises(UserFacingError, match="is not the one it was made with"):
        import_bundle(other, forged, "Dr Roy")
    assert not list_studies(other)
    import_bundle(other, bundle, "Dr Roy")
    forged.write_bytes(_with_plan(bundle.read_bytes(), _other_name))
    with pytest.raises(UserFacingError, match="with another plan"):
        import_bundle(other, forged, "Dr Roy")


def test_files_that_are_no_bundles_are_named(
    other: Workspace, bundle: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.medsstudy"
    cut.write_bytes(bundle.read_bytes()[:-40])
    with pytest.raises(UserFacingError, match="cut off"):
        import_bundle(other, cut, "Dr Roy")
    with pytest.raises(UserFacingError, match="no file"):
        import_bundle(other, tmp_path / "nowhere", "Dr Roy")
    assert not list_entries(other)
