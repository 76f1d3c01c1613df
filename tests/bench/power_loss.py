"""Whether a power cut at any moment loses a rating of a study that was called saved.

``uv run python -m tests.bench.power_loss [SAVES] [--images N] [--seed N]``: rates a study with
small checkpoints, keeps database and log as they were after each save, and makes images of what a
power cut between two saves may leave. What was synced is there; of what was written since, each
sector of 512 bytes is there, is as before, is zeros or is noise, and the file may be too short.
SQLite's own order of syncs is kept to: the log's header before its frames, the log before the
database. Each image is opened: it is sound, every rating that was called saved is there with its
row of the trail, at most the one that was being saved besides, and the chain of the trail is whole.
The figure to hold: 500 images, nothing lost. The test suite does the same with a few.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from medsdesk.services.check_trail import check_trail
from medsdesk.services.rate_study import StudySession
from medsdesk.store.backup import faults
from medsdesk.store.study_ratings import ratings_of_study
from medsdesk.store.workspace import DATABASE_NAME, Workspace, open_workspace
from tests.made_studies import STUDY, made_plan, store_plan

SECTOR = 512
HEADER = 32  # of the log
PAGES = 60  # of the log before it is put into the database: several commits
ITEMS = 12
_QUESTIONS = ("accurate", "thorough", "useful", "succinct", "synthesized")


@dataclass(frozen=True, slots=True)
class State:
    """Database and log as they were when a save returned, and how many ratings there were."""

    database: bytes
    log: bytes
    ratings: int


@dataclass(slots=True)
class Report:
    """What was found in all images.

    Attributes:
        images: That were opened.
        checkpoints: Saves in which the log was put into the database.
        restarts: Saves in which the log began anew.
        damaged: Images that SQLite finds unsound.
        lost: Images that lack a rating that was called saved, or have more than one too many.
        broken: Images whose trail is not whole, or does not fit the ratings.
    """

    images: int = 0
    checkpoints: int = 0
    restarts: int = 0
    damaged: int = 0
    lost: int = 0
    broken: int = 0


def main() -> int:
    """Cut the power as often as asked and print what was found; 0 where nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("saves", type=int, nargs="?", default=100)
    parser.add_argument("--images", type=int, default=6, help="between two saves")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        found = trial(Path(base), args.saves, args.images, args.seed)
    print(
        f"{found.images} images of {args.saves} saves, {found.checkpoints} with a checkpoint, "
        f"{found.restarts} with a new log: {found.damaged} damaged, {found.lost} with a loss, "
        f"{found.broken} with a broken trail"
    )
    return 1 if found.damaged or found.lost or found.broken else 0


def trial(base: Path, saves: int, images: int, seed: int) -> Report:
    """Rate, make images of what a power cut leaves, and look at each."""
    dice, report = random.Random(seed), Report()
    with open_workspace(base / "workspace") as ws:
        states = list(_states(ws, saves))
    for old, new in itertools.pairwise(states):
        report.checkpoints += old.database != new.database
        report.restarts += old.log[:HEADER] != new.log[:HEADER]
        for _ in range(images):
            _look(base / "image", _image(old, new, dice), old.ratings, report)
    return report


def _states(ws: Workspace, saves: int) -> Iterator[State]:
    store_plan(ws, made_plan(ITEMS))
    ws.db.execute(f"PRAGMA wal_autocheckpoint = {PAGES}")
    session = StudySession(ws, STUDY, "Dr Ada")
    for number in range(saves + 1):
        if number % 7 == 6:
            session.set_comment(f"Made-up remark {number}: " + "stable. " * number)
        else:
            session.set_value(_QUESTIONS[number % len(_QUESTIONS)], 1 + (number // 5) % 5)
        log = ws.path.with_name(ws.path.name + "-wal")
        yield State(ws.path.read_bytes(), log.read_bytes(), number + 1)


def _image(old: State, new: State, dice: random.Random) -> tuple[bytes, bytes]:
    """Return a database and a log as a power cut between two states may leave them."""
    log = old.log
    if old.log[:HEADER] != new.log[:HEADER]:
        log = new.log[:HEADER] + old.log[HEADER:]
        if dice.random() < 0.2:  # only the header of the new log was on its way
            return old.database, dice.choice((old.log, log))
    if old.database != new.database and dice.random() < 0.6:  # the log is whole by then
        return _mixed(old.database, new.database, dice), new.log
    return old.database, _mixed(log, new.log, dice)


def _mixed(old: bytes, new: bytes, dice: random.Random) -> bytes:
    """Return a file of which some of the sectors that were written are there."""
    there = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
    size = dice.choice((len(old), len(new), dice.randint(*sorted((len(old), len(new))))))
    mixed = bytearray(old.ljust(len(new), b"\0"))
    for at in range(0, len(new), SECTOR):
        before, after = bytes(mixed[at : at + SECTOR]), new[at : at + SECTOR]
        if before[: len(after)] == after:
            continue
        if dice.random() < there:
            mixed[at : at + len(after)] = after
        elif dice.random() < 0.3:
            torn = dice.choice((bytes(len(after)), dice.randbytes(len(after))))
            # SQLite counts on it that a write harms no byte beside it, also in its sector.
            mixed[at : at + len(after)] = bytes(
                a if a == b else t for a, b, t in zip(after, before, torn, strict=False)
            )
    return bytes(mixed[: max(size, len(old))])


def _look(folder: Path, image: tuple[bytes, bytes], saved: int, report: Report) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / DATABASE_NAME).write_bytes(image[0])
    (folder / f"{DATABASE_NAME}-wal").write_bytes(image[1])
    report.images += 1
    with open_workspace(folder) as ws:
        report.damaged += bool(faults(ws.db.conn))
        report.lost += not 0 <= len(ratings_of_study(ws, STUDY)) - saved <= 1
        found = check_trail(ws)
        report.broken += not found.intact or found.rows != found.ratings + 1


if __name__ == "__main__":
    sys.exit(main())
