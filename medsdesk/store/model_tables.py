"""What migration m004 adds: how model files are kept, and which licences were accepted."""

from __future__ import annotations

MODEL_KEEPING = """
ALTER TABLE models ADD COLUMN modified_ns INTEGER NOT NULL DEFAULT 0; -- 0: not noted
ALTER TABLE models ADD COLUMN inode TEXT NOT NULL DEFAULT '';
ALTER TABLE models ADD COLUMN keeping TEXT NOT NULL DEFAULT 'referenced'
    CHECK (keeping IN ('referenced', 'copied', 'downloaded'));
ALTER TABLE models ADD COLUMN origin TEXT NOT NULL DEFAULT ''; -- repository@commit:path

CREATE TABLE accepted_licences (
    licence TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    accepted_at TEXT NOT NULL
);
CREATE TRIGGER accepted_licences_never_change BEFORE UPDATE ON accepted_licences
BEGIN SELECT RAISE(ABORT, 'an acceptance never changes'); END;
CREATE TRIGGER accepted_licences_never_go BEFORE DELETE ON accepted_licences
BEGIN SELECT RAISE(ABORT, 'an acceptance never goes'); END;
"""
