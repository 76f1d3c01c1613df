"""Saving ratings of a study on a disk that fails, is full, read-only or loses its power."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.check_trail import check_trail
from medsdesk.services.list_trail import trail_head
from medsdesk.services.rate_study import StudySession
from medsdesk.store.study_ratings import count_ratings
from medsdesk.store.workspace import Workspace
from tests.bench import power_loss
from tests.made_studies import STUDY, made_plan, store_plan

WRITES = 200

# A limit on file size fails a write exactly as a failing disk does, at a byte of our choice: 200
# limits, each 250 bytes further into the log, walk through all that one rating and its row write.
FAILING = """
import json, resource, sys
from pathlib import Path
from medsdesk.core.errors import UserFacingError
from medsdesk.services.check_trail import check_trail
from medsdesk.services.rate_study import StudySession
from medsdesk.store.backup import faults
from medsdesk.store.study_ratings import count_ratings
from medsdesk.store.workspace import open_workspace

folder, study, writes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
told, wrong = {}, 0
with open_workspace(folder) as ws:
    ws.db.execute("PRAGMA wal_autocheckpoint = 0")
    log = ws.path.with_name(ws.path.name + "-wal")
    session = StudySession(ws, study, "Dr Ada")
    session.set_value("accurate", 1)
    for step in range(writes):
        before = count_ratings(ws, study)
        shown = session.view.values
        value = 2 + step % 3
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 250 * step, most))
        try:
            session.set_value("accurate", value)
        except UserFacingError as error:
            told[error.message] = told.get(error.message, 0) + 1
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            wrong += count_ratings(ws, study) != before or session.view.values != shown
            session.set_value("accurate", value)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        wrong += count_ratings(ws, study) != before + 1 or session.view.values["accurate"] != value
with open_workspace(folder) as ws:
    found = check_trail(ws)
    print(json.dumps({"told": told, "wrong": wrong, "faults": faults(ws.db.conn),
                      "intact": found.intact, "rows": found.rows, "ratings": found.ratings}))
"""


@pytest.fixture
def study(ws: Workspace) -> str:
    return store_plan(ws, made_plan())


def test_a_disk_that_fails_at_each_of_the_first_writes(ws: Workspace, study: str) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no limit on file size (RLIMIT_FSIZE) to fail a write with")
    ws.close()
    words = [sys.executable, "-c", FAILING, str(ws.directory), study, str(WRITES)]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    (message,) = found["told"]
    assert message.startswith("The disk failed while the workspace's database")
    assert found["told"][message] >= WRITES // 2
    assert (found["wrong"], found["faults"], found["intact"]) == (0, [], True)
    assert (found["ratings"], found["rows"]) == (WRITES + 1, WRITES + 2)


@pytest.mark.parametrize(
    ("trouble", "mended", "words"),
    [
        ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000", "no room left"),
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF", "cannot be written to"),
    ],
)
def test_a_full_and_a_read_only_disk(
    ws: Workspace, study: str, trouble: str, mended: str, words: str
) -> None:
    session = StudySession(ws, study, "Dr Ada")
    session.set_value("accurate", 2)
    before, rows = session.view.values, trail_head(ws).rows
    ws.db.execute(trouble)  # SQLite takes a limit below the size as the size
    with pytest.raises(UserFacingError, match=words):
        session.set_comment("Made-up remark. " * 5000)
    assert (session.view.values, trail_head(ws).rows) == (before, rows)
    assert count_ratings(ws, STUDY) == 1
    ws.db.execute(mended)
    session.set_comment("Made-up remark. " * 5000)
    assert check_trail(ws).intact
    assert trail_head(ws).rows == rows + 1


def test_a_power_cut_between_saves(tmp_path: Path) -> None:
    found = power_loss.trial(tmp_path, 15, 3, seed=5)
    assert found.images == 45
    assert found.checkpoints
    assert found.restarts
    assert (found.damaged, found.lost, found.broken) == (0, 0, 0)
