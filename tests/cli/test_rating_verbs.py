"""Ratings leave by the command line in every form, and come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.store.audit import list_entries
from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli

FOREIGN = (
    "study,item,rater,criterion,scale,value,comment\n"
    "Pilot,i1,Ann,accuracy,ordinal,4,\n"
    "Pilot,i1,Ann,comment,text,,Mr Ito\n"
)


@pytest.fixture(autouse=True)
def imported(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "foreign.csv"
    path.write_text(FOREIGN, encoding="utf-8")
    cli.json("ratings", "import", str(path))


def test_a_profile_says_what_it_leaves_out(cli: Cli, ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    options = ("--profile", "deidentified", "--by", "Dr Owner")
    code, out, err = cli("ratings", "export", "--out", str(path), *options)
    assert (code, out) == (0, f"1 rating written to {path.resolve()}\n")
    assert err == "Comments, corrections and marks left out: 1.\n"
    assert "Ann" not in path.read_text(encoding="utf-8")
    assert list_entries(ws)[-1].actor == "Dr Owner"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_package_is_a_new_folder(cli: Cli, tmp_path: Path, form: str) -> None:
    folder = tmp_path / "package"
    told = cli.json("ratings", "export", "--package", str(folder), "--format", form)
    assert told == {
        "file": str(folder.resolve()), "ratings": 2, "profile": "full", "notes": [],
    }  # fmt: skip
    assert (folder / "SHA256SUMS").is_file()
    code, _, err = cli("ratings", "export", "--package", str(folder))
    assert code == 1
    assert "already" in err


def test_a_workbook_comes_back(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    cli.json("ratings", "export", "--out", str(path), "--format", "xlsx")
    assert cli.json("ratings", "import", str(path))["already_there"] == 2
    code, _, err = cli("ratings", "import", str(path))
    assert (code, err) == (0, "")


def test_redcap_takes_a_folder_and_says_what_to_do(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("ratings", "export", "--out", str(tmp_path / "a.csv"), "--format", "redcap")
    assert (code, err.count("\n")) == (1, 2)
    folder = tmp_path / "redcap"
    told = cli.json("ratings", "export", "--package", str(folder), "--format", "redcap")
    assert "dictionary first" in told["notes"][0]
    assert sorted(path.name for path in folder.iterdir()) == [
        "SHA256SUMS", "manifest.json", "redcap-dictionary.csv", "redcap-import.csv",
    ]  # fmt: skip


def test_a_place_is_needed_and_only_one(cli: Cli, tmp_path: Path) -> None:
    assert cli("ratings", "export")[0] == 2
    both = ("--out", str(tmp_path / "a"), "--package", str(tmp_path / "b"))
    assert cli("ratings", "export", *both)[0] == 2
