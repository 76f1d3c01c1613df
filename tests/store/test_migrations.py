"""The tables keep what they promise, whoever writes to them, and can be read by people."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database, Migrations

from medsdesk.core.run import Output
from medsdesk.store import upgrade
from medsdesk.store.backup import faults
from medsdesk.store.evaluations import add_evaluation, count_items
from medsdesk.store.migrations import m001_first_tables, migrations
from medsdesk.store.outputs import add_scores, list_answers
from medsdesk.store.ratings import add_rating
from medsdesk.store.runs import get_run
from medsdesk.store.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from tests.store.conftest import Maker

COPY = "INSERT OR REPLACE INTO {0} SELECT * FROM {0} LIMIT 1"
COLUMNS = (
    "output_id, rater, instrument, instrument_version, instrument_sha256, criterion, scale,"
    " value, comment, status, seconds, rated_at"
)
FIRST_AGAIN = f"SELECT 'third', {COLUMNS} FROM ratings WHERE id = 'first'"
FORK = f"SELECT 'third', {COLUMNS}, 'first' FROM ratings WHERE id = 'first'"
TAKEN_SEQ = f"SELECT 1, 'third', {COLUMNS}, 'second' FROM ratings WHERE id = 'first'"

# A step that was released is never renamed: new ones are added at the end.
STEPS = [
    "m001_first_tables",
    "m002_evaluations",
    "m003_imported_ratings",
    "m004_model_keeping",
    "m005_made_models",
    "m006_kv_fidelities",
    "m007_studies",
    "m008_choices",
    "m009_audit_chain",
    "m010_exports",
]

ITEM = "INTO evaluation_items (run_id, position, file, item_index)"
FIRST_ITEM = "FROM evaluation_items WHERE position = 0"
TAKEN = f"SELECT output_id {FIRST_ITEM}"


@pytest.fixture
def stranger(ws: Workspace, make: Maker) -> Iterator[sqlite3.Connection]:
    """Another program's plain connection to a workspace with a rating changed once."""
    output = make.stored_output(ws)
    add_scores(ws, output.id, [make.score()])
    first = make.rating(output.id, id="first")
    add_rating(ws, first)
    add_rating(ws, make.rating(output.id, id="second", value=1, supersedes="first"))
    with closing(sqlite3.connect(ws.path, isolation_level=None)) as connection:
        yield connection


def _all(connection: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    tables = ("samples", "runs", "outputs", "scores", "ratings")
    return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ratings SET value = 5",
        "UPDATE ratings SET rated_at = '2020-01-01' WHERE id = 'first'",
        "UPDATE OR REPLACE ratings SET id = 'second' WHERE id = 'first'",
        "DELETE FROM ratings",
        "DELETE FROM ratings WHERE id = 'second'",
        COPY.format("ratings"),
        f"INSERT OR REPLACE INTO ratings (id, {COLUMNS}) {FIRST_AGAIN}",
        f"INSERT OR REPLACE INTO ratings (id, {COLUMNS}, supersedes) {FORK}",
        f"REPLACE INTO ratings (seq, id, {COLUMNS}, supersedes) {TAKEN_SEQ}",
        "UPDATE outputs SET text = 'changed'",
        "DELETE FROM outputs",
        COPY.format("outputs"),
        "UPDATE scores SET value = 1.0",
        "DELETE FROM scores",
        COPY.format("scores"),
        "UPDATE samples SET input = 'changed'",
        "UPDATE runs SET manifest = '{}'",
        "INSERT INTO ratings (id, output_id) VALUES ('x', 'y') ON CONFLICT DO NOTHING",
    ],
)
def test_history_cannot_be_rewritten(stranger: sqlite3.Connection, statement: str) -> None:
    before = _all(stranger)
    with pytest.raises(sqlite3.IntegrityError):
        stranger.execute(statement)
    assert _all(stranger) == before


def test_steps_are_named_in_order_and_only_added_to() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        pending = migrations.pending(Database(connection))
    names = [step.name for step in pending]
    assert names == STEPS


def test_the_view_shows_ratings_beside_scores(ws: Workspace, make: Maker) -> None:
    output = make.stored_output(ws)
    bare = make.stored_output(ws, "No scores.")
    add_scores(ws, output.id, [make.score(value=0.0)])
    rescored = [make.score(value=50.0), make.score("f1", None)]
    add_scores(ws, output.id, [*rescored, make.score("bleu1", 12.5, protocol="medsbench")])
    first = make.rating(output.id)
    for rating in (
        first,
        make.rating(output.id, value=2, supersedes=first.id),
        make.rating(output.id, rater="Dr Bo", status="cannot_judge", value=None),
        make.rating(bare.id, criterion="clarity", value=5),
    ):
        add_rating(ws, rating)
    gone = make.rating(bare.id)
    add_rating(ws, gone)
    add_rating(ws, make.rating(bare.id, value=None, status="withdrawn", supersedes=gone.id))
    rows = list(ws.db.query("SELECT * FROM ratings_and_scores"))
    seen = [(r["output"], r["rater"], r["criterion"], r["value"], r["status"]) for r in rows]
    assert seen == [
        (output.id, "Dr Ada", "accuracy", 2, "rated"),
        (output.id, "Dr Bo", "accuracy", None, "cannot_judge"),
        (bare.id, "Dr Ada", "clarity", 5, "rated"),
    ]
    assert [(row["accuracy"], row["f1"]) for row in rows] == [
        (50.0, None),
        (50.0, None),
        (None,) * 2,
    ]
    assert [json.loads(row["scores"]) for row in rows] == [
        {"strict.accuracy": 50.0, "strict.f1": None, "medsbench.bleu1": 12.5},
        {"strict.accuracy": 50.0, "strict.f1": None, "medsbench.bleu1": 12.5},
        {},
    ]
    assert {row["task"] for row in rows} == {"task112"}
    assert {row["answer"] for row in rows} == {"Cough.", "No scores."}
    assert {row["model"] for row in rows} == {"Small"}


def test_the_view_explains_itself(ws: Workspace) -> None:
    (sql,) = ws.db.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'ratings_and_scores'"
    ).fetchone()
    assert "-- What people said beside what the metrics said" in sql


@pytest.mark.parametrize(
    "metric",
    ["accuracy", "precision", "recall", "f1", "bleu4", "chrf", "rouge1_f", "rouge_l_f"],
)
def test_every_strict_score_has_a_column(ws: Workspace, make: Maker, metric: str) -> None:
    output = make.stored_output(ws)
    add_scores(ws, output.id, [make.score(metric, 12.5), make.score(metric, 1.0, protocol="other")])
    add_rating(ws, make.rating(output.id))
    (row,) = ws.db.query("SELECT * FROM ratings_and_scores")
    assert row[metric] == 12.5


@pytest.fixture
def first_version(folder: Path, make: Maker, monkeypatch: pytest.MonkeyPatch) -> Output:
    """A workspace as the first version made it, with a rated and scored answer in it."""
    first = Migrations("medsdesk")
    first()(m001_first_tables)
    with monkeypatch.context() as then:
        then.setattr(upgrade, "migrations", first)
        with open_workspace(folder) as ws:
            output = make.stored_output(ws)
            add_scores(ws, output.id, [make.score()])
            add_rating(ws, make.rating(output.id))
            # The manifests of that version knew nothing of evaluations.
            (manifest,) = ws.db.execute("SELECT manifest FROM runs").fetchone()
            older = {k: v for k, v in json.loads(manifest).items() if k != "evaluation"}
            ws.db.execute("DROP TRIGGER runs_never_change")
            ws.db.execute("UPDATE runs SET manifest = ?", (json.dumps(older),))
    return output


def test_the_first_versions_rows_come_through_whole_and_can_be_added_to(
    first_version: Output, folder: Path, make: Maker
) -> None:
    with open_workspace(folder) as ws:
        assert ws.db.execute("SELECT schema FROM workspace").fetchone() == (len(STEPS),)
        assert faults(ws.db.conn) == ()
        [row] = list_answers(ws)
        assert row.output == first_version
        assert (len(row.scores), len(row.ratings)) == (1, 1)
        assert get_run(ws, first_version.run_id).evaluation is None
        assert count_items(ws, first_version.run_id).items == 0
        run = make.evaluation(2)
        assert add_evaluation(ws, run, [(0, 0), (0, 1)]) == 2
        assert get_run(ws, run.id) == run


@pytest.fixture
def queue(ws: Workspace, make: Maker) -> Iterator[sqlite3.Connection]:
    """Another program's connection to a workspace with an evaluation: one done, one to come."""
    make.stored_evaluation(ws, done=1, pending=1)
    with closing(sqlite3.connect(ws.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_items SET state = 'pending', output_id = NULL WHERE position = 0",
        "UPDATE evaluation_items SET attempts = 9 WHERE position = 0",
        "UPDATE evaluation_items SET item_index = 9 WHERE position = 1",
        "UPDATE evaluation_items SET state = 'done' WHERE position = 1",
        "UPDATE evaluation_items SET state = 'failed' WHERE position = 1",
        "UPDATE evaluation_items SET state = 'lost' WHERE position = 1",
        "UPDATE evaluation_items SET state = 'done', output_id = 'none' WHERE position = 1",
        f"UPDATE evaluation_items SET state = 'done', output_id = ({TAKEN}) WHERE position = 1",
        "DELETE FROM evaluation_items WHERE position = 1",
        COPY.format("evaluation_items"),
        f"INSERT OR REPLACE {ITEM} SELECT run_id, 7, file, item_index {FIRST_ITEM}",
        f"INSERT {ITEM} SELECT run_id, 7, 7, 7 {FIRST_ITEM}",
        "UPDATE evaluation_files SET sha256 = ''",
        "DELETE FROM evaluation_files",
    ],
)
def test_a_queue_cannot_be_bent(queue: sqlite3.Connection, statement: str) -> None:
    state = "SELECT * FROM evaluation_items", "SELECT * FROM evaluation_files"
    before = [queue.execute(select).fetchall() for select in state]
    with pytest.raises(sqlite3.IntegrityError):
        queue.execute(statement)
    assert [queue.execute(select).fetchall() for select in state] == before


def test_the_queue_can_be_read_by_people(queue: sqlite3.Connection) -> None:
    columns = "position, task, file, item, state, attempts"
    rows = queue.execute(f"SELECT {columns} FROM evaluation_queue ORDER BY position").fetchall()
    assert rows == [
        (0, "task112", "task112_first.json", 0, "done", 1),
        (1, "task112", "task112_first.json", 1, "pending", 0),
    ]
