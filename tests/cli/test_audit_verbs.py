"""The trail on the command line: checked, shown, exported, its head printed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli
from tests.made_studies import give, stored_study


def test_a_whole_trail_is_said_to_be_whole(cli: Cli, ws: Workspace) -> None:
    stored_study(ws)
    code, out, _ = cli("audit", "verify")
    assert code == 0
    assert "Rows of the trail: 1; ratings compared with them: 0." in out
    assert "Nothing was changed" in out
    found = cli.json("audit", "verify")
    assert (found["intact"], found["rows"], found["problems"]) == (True, 1, [])


def test_the_first_bad_row_is_named_and_the_code_is_3(cli: Cli, ws: Workspace) -> None:
    stored_study(ws)
    head = cli.json("audit", "head")["head"]
    with closing(sqlite3.connect(ws.path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER audit_never_changes")
        db.execute("UPDATE audit SET actor = 'Dr Bo'")
    code, out, _ = cli("audit", "verify")
    assert code == 3
    assert "NOT as it was written" in out
    assert "Row 1 is not as it was written" in out
    code, out, _ = cli("audit", "verify", "--json", "--head", head)
    assert code == 3
    assert json.loads(out)["problems"][0]["row"] == 1


def test_a_head_is_printed_in_groups_and_taken_back(cli: Cli, ws: Workspace) -> None:
    stored_study(ws)
    _, out, _ = cli("audit", "head")
    printed = out.splitlines()[-1].removeprefix("head").strip()
    assert len(printed.split()) == 8
    code, _, err = cli("audit", "verify", "--head", printed)
    assert code == 0
    assert "is that of row 1" in err
    assert cli("audit", "verify", "--head", "0" * 64)[0] == 3
    assert cli("audit", "verify", "--head", "some words")[0] == 1


def test_rows_are_listed_and_exported(cli: Cli, ws: Workspace, tmp_path: Path) -> None:
    assert cli("audit", "list")[:2] == (0, "")
    stored_study(ws)
    for number in range(3):
        give(ws, presentation_id=f"p{number}")
    code, out, err = cli("audit", "list", "--last", "2")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "The last 2 of 4 rows" in err
    assert len(cli.json("audit", "list", "--last", "0", "--study", "Made-up study")) == 4
    out_file = tmp_path / "trail.csv"
    made = cli.json("audit", "export", "--out", str(out_file), "--by", "Dr Roy")
    assert made == {"file": str(out_file), "rows": 4}
    # The first export is on the trail too.
    assert "5 rows written" in cli("audit", "export", "--out", str(out_file))[1]
    assert cli("audit", "export", "--out", str(ws.path))[0] == 1


def test_the_place_of_the_key_is_told(cli: Cli, ws: Workspace) -> None:
    assert cli.json("audit", "key", "status") == {"place": "workspace"}
    code, out, _ = cli("audit", "key", "workspace", "--by", "Dr Roy")
    assert code == 0
    assert "in the workspace itself" in out
    assert len(cli.json("audit", "list")) == 1
