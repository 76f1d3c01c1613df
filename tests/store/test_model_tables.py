"""A workspace from before m004 keeps its models; their files' marks are then not noted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from medsdesk.store.migrations import migrations
from medsdesk.store.models import list_models
from medsdesk.store.workspace import DATABASE_NAME, open_workspace


def test_older_models_stay_and_have_no_marks(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME, isolation_level=None)) as connection:
        db = Database(connection)
        migrations.apply(db, stop_before="m004_model_keeping")
        db.execute(
            "INSERT INTO models"
            " VALUES ('a', 'A', '/a.gguf', ?, 5, 'llama', 'F16', 1, 2, 0, 'then')",
            ("a" * 64,),
        )
    with open_workspace(tmp_path) as ws:
        [model] = list_models(ws)
        assert (model.id, model.modified_ns, model.inode) == ("a", 0, "")
        assert (model.keeping, model.origin) == ("referenced", "")


def test_only_known_ways_of_keeping_are_stored(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as ws:
        ws.db.execute(
            "INSERT INTO models (id, name, path, sha256, size_bytes, architecture, quantisation,"
            " parameters, context_train, is_demo, added_at)"
            " VALUES ('a', 'A', '/a.gguf', ?, 5, 'llama', 'F16', 1, 2, 0, 'then')",
            ("a" * 64,),
        )
        with pytest.raises(sqlite3.IntegrityError):
            ws.db.execute("UPDATE models SET keeping = 'stolen'")
