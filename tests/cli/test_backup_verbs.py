"""Back up and restore on the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli
from tests.made_studies import stored_study


def test_there_and_back(cli: Cli, ws: Workspace, tmp_path: Path) -> None:
    stored_study(ws)
    file = tmp_path / "kept.sqlite"
    code, out, _ = cli("backup", str(file), "--by", "Dr Roy")
    assert code == 0
    assert "opened and checked" in out
    code, _, err = cli("backup", str(file))
    assert code == 1
    assert "already" in err
    assert cli("restore", str(file))[0] == 1  # it is open
    ws.close()
    code, out, _ = cli("restore", str(file))
    assert code == 0
    assert "What was there before is kept in" in out
    made = cli.json("restore", str(file), "--workspace", str(tmp_path / "new"))
    assert (made["replaced"], made["trail"]["intact"]) == ("", True)
    assert [row["action"] for row in cli.json("audit", "list")] == ["create", "import"]


def test_a_changed_trail_is_told_by_the_code(cli: Cli, ws: Workspace, tmp_path: Path) -> None:
    stored_study(ws)
    with closing(sqlite3.connect(ws.path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER audit_never_goes")
        db.execute("DELETE FROM audit")
    code, _, err = cli("backup", str(tmp_path / "kept.sqlite"))
    assert code == 3
    assert "missing" in err
    assert cli("restore", str(tmp_path / "none"))[0] == 1
