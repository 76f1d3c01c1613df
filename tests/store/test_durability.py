"""No acknowledged rating is lost: not to a kill, not to a power cut, each one on the disk."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from medsdesk.store.backup import faults
from medsdesk.store.ratings import add_rating, rating_history
from medsdesk.store.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker

# Saves ratings of one question, each superseding the last, and names each one after its COMMIT.
SAVER = """
import sys
from pathlib import Path
from medsdesk.core.identity import new_id, utc_now
from medsdesk.core.rating import Rating
from medsdesk.store.ratings import add_rating
from medsdesk.store.workspace import open_workspace

folder, output_id, criterion, count = sys.argv[1:]
last = None
with open_workspace(Path(folder)) as ws:
    for number in range(int(count)):
        rating = Rating(new_id(), output_id, "Dr Ada", "workbench", 1, "d" * 64, criterion,
                        "ordinal", number % 5, "", "rated", 1.5, utc_now(), last)
        add_rating(ws, rating)
        print(rating.id, flush=True)
        last = rating.id
"""
KILLS = 25


def _killed_saver(folder: Path, output_id: str, criterion: str, delay: float) -> list[str]:
    command = [sys.executable, "-c", SAVER, str(folder), output_id, criterion, "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as saver:
        assert saver.stdout is not None
        lines = [saver.stdout.readline()]
        time.sleep(delay)
        saver.kill()
        lines += saver.stdout.readlines()
    return [line.strip() for line in lines if line.endswith("\n")]


def test_killed_at_random_moments(ws: Workspace, make: Maker, folder: Path) -> None:
    output_id = make.stored_output(ws).id
    ws.close()
    moments = random.Random(20260131)
    total = 0
    for kill in range(KILLS):
        acknowledged = _killed_saver(folder, output_id, f"q{kill}", moments.uniform(0.060, 0.350))
        with open_workspace(folder) as again:
            assert faults(again.db.conn) == ()
            ratings = [r for r in rating_history(again, output_id) if r.criterion == f"q{kill}"]
        stored = [rating.id for rating in ratings]
        assert stored[: len(acknowledged)] == acknowledged
        # At most the one whose COMMIT was through, but whose name was not yet written.
        assert len(stored) - len(acknowledged) <= 1
        assert [rating.supersedes for rating in ratings] == [None, *stored[:-1]]
        total += len(acknowledged)
    assert total >= KILLS


TAILS = ["nothing", "zeros", "noise", "half", "scrambled"]


def _tail(kind: str, rest: bytes, noise: random.Random) -> bytes:
    """What a power cut may leave of bytes that were written, but not yet on the disk."""
    match kind:
        case "zeros":
            return bytes(len(rest))
        case "noise":
            return noise.randbytes(len(rest))
        case "half":
            return rest[: noise.randrange(len(rest))]
        case "scrambled":
            sectors = [rest[at : at + 512] for at in range(0, len(rest), 512)]
            noise.shuffle(sectors)
            return b"".join(sectors)
    return b""


def test_power_cut_at_every_commit(
    ws: Workspace, make: Maker, folder: Path, tmp_path: Path
) -> None:
    """500 images: the log up to each commit that was on the disk, with five kinds of tail."""
    ws.db.execute("PRAGMA wal_autocheckpoint = 0")
    output_id = make.stored_output(ws).id
    log = ws.path.with_name(ws.path.name + "-wal")
    synced = [log.stat().st_size]
    ids: list[str] = []
    for number in range(101):
        rating = make.rating(output_id, value=number, supersedes=ids[-1] if ids else None)
        add_rating(ws, rating)
        ids.append(rating.id)
        synced.append(log.stat().st_size)
    database, whole = ws.path.read_bytes(), log.read_bytes()
    noise = random.Random(7)
    image = tmp_path / "image"
    image.mkdir()
    for count in range(1, 101):
        for kind in TAILS:
            (image / ws.path.name).write_bytes(database)
            tail = _tail(kind, whole[synced[count] : synced[count + 1]], noise)
            (image / log.name).write_bytes(whole[: synced[count]] + tail)
            with open_workspace(image) as after:
                assert faults(after.db.conn) == ()
                assert [r.id for r in rating_history(after, output_id)] == ids[:count], kind


def _syncs(folder: Path, output_id: str, criterion: str, count: int, report: Path) -> int:
    tracer = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", str(report)]
    saver = [sys.executable, "-c", SAVER, str(folder), output_id, criterion, str(count)]
    subprocess.run([*tracer, *saver], check=True, capture_output=True)
    return report.read_text(encoding="utf-8").count("sync(")


def test_every_rating_is_synced_to_the_disk(
    ws: Workspace, make: Maker, folder: Path, tmp_path: Path
) -> None:
    strace = shutil.which("strace")
    if (
        strace is None
        or subprocess.run([strace, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("strace is not installed here or may not trace: syncs cannot be counted")
    output_id = make.stored_output(ws).id
    few = _syncs(folder, output_id, "few", 5, tmp_path / "few")
    many = _syncs(folder, output_id, "many", 45, tmp_path / "many")
    assert many - few >= 40
