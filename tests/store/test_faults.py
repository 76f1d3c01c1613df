"""Disks that are really full, failing or read-only: told in words, and nothing half written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from medsdesk.store.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker

COMMON = """
import json, sys
from pathlib import Path
from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import new_id, utc_now
from medsdesk.core.rating import Rating
from medsdesk.store.backup import faults
from medsdesk.store.ratings import add_rating, rating_history
from medsdesk.store.workspace import open_workspace

def rating(output_id, number, comment=""):
    return Rating(new_id(), output_id, "Dr Ada", "workbench", 1, "d" * 64, f"q{number}",
                  "text", None, comment, "rated", None, utc_now())

folder, output_id = Path(sys.argv[1]), sys.argv[2]
"""

# A limit on file size fails a write exactly as a failing disk does, at a byte of our choice.
# 200 limits, each 160 bytes further into the log, walk through everything one rating writes.
FAILING = (
    COMMON
    + """
import resource
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
told, stored = {}, []
with open_workspace(folder) as ws:
    ws.db.execute("PRAGMA wal_autocheckpoint = 0")
    log = ws.path.with_name(ws.path.name + "-wal")
    add_rating(ws, rating(output_id, "warm-up"))
    for step in range(200):
        wanted = rating(output_id, step)
        size = log.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 160 * step, most))
        try:
            add_rating(ws, wanted)
        except UserFacingError as error:
            told[error.message] = told.get(error.message, 0) + 1
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            assert wanted.id not in [r.id for r in rating_history(ws, output_id)]
            add_rating(ws, wanted)
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        stored.append(wanted.id)
with open_workspace(folder) as ws:
    kept = [r.id for r in rating_history(ws, output_id)][1:]
    print(json.dumps({"told": told, "kept": kept == stored, "faults": faults(ws.db.conn)}))
"""
)

FULL = (
    COMMON
    + """
ballast = folder / "ballast"
ballast.write_bytes(bytes(400_000))
stored = []
with open_workspace(folder) as ws:
    try:
        for number in range(1000):
            wanted = rating(output_id, number, "made up " * 1000)
            add_rating(ws, wanted)
            stored.append(wanted.id)
    except UserFacingError as error:
        told = error.message
    kept = [r.id for r in rating_history(ws, output_id)] == stored
    try:
        open_workspace(folder / "second").close()
        second = ""
    except UserFacingError as error:
        second = error.message
    ballast.unlink()
    add_rating(ws, wanted)
    again = rating_history(ws, output_id)[-1].id == wanted.id
    print(json.dumps({"told": told, "kept": kept, "second": second, "again": again,
                      "count": len(stored), "faults": faults(ws.db.conn)}))
"""
)

READ_ONLY = (
    COMMON
    + """
told = []
for place in (folder, folder / "new"):
    try:
        open_workspace(place).close()
    except UserFacingError as error:
        told.append(error.message)
print(json.dumps(told))
"""
)


def _result(command: list[str]) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _mounted(mount: str, script: str, folder: Path, output_id: str) -> Any:
    """Run a script in a process that sees a mount of its own, which ends with it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("this system has no private mounts (unshare): no disk of our own to be had")
    shell = [unshare, "-m", "sh", "-c"]
    trial = [*shell, 'mount -t tmpfs tmpfs "$1"', "sh", str(folder)]
    if subprocess.run(trial, check=False, capture_output=True).returncode:
        pytest.skip("private mounts are not allowed here: no disk of our own to be had")
    words = [f'{mount} && exec "$2" -c "$3" "$1" "$4"', "sh", str(folder), sys.executable]
    return _result([*shell, *words, script, output_id])


@pytest.fixture
def output_id(ws: Workspace, make: Maker) -> str:
    """An output in a workspace that is closed again, so that nothing is left in its log."""
    output = make.stored_output(ws).id
    ws.close()
    return output


def test_a_disk_that_fails_at_any_byte(output_id: str, folder: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no limit on file size (RLIMIT_FSIZE) to fail a write with")
    result = _result([sys.executable, "-c", FAILING, str(folder), output_id])
    assert result["kept"]
    assert result["faults"] == []
    (message,) = result["told"]
    assert message == f"The disk failed while the workspace's database in {folder} was in use."
    assert result["told"][message] >= 100


def test_a_full_disk(output_id: str, folder: Path) -> None:
    copy = 'cp "$1/medsdesk.sqlite" "$1.sqlite"'
    mount = 'mount -t tmpfs -o size=1500k tmpfs "$1" && mv "$1.sqlite" "$1/medsdesk.sqlite"'
    result = _mounted(f"{copy} && {mount}", FULL, folder, output_id)
    assert "no room left" in result["told"]
    assert result["kept"]
    assert result["count"] > 0
    assert result["second"]
    assert result["again"]
    assert result["faults"] == []


def test_a_read_only_disk(output_id: str, folder: Path) -> None:
    mount = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"'
    there, new = _mounted(mount, READ_ONLY, folder, output_id)
    assert "on a disk that can only be read" in there
    assert "on a disk that can only be read" in new
    open_workspace(folder).close()
