"""The tables of models that were made here and of their fidelity, as migration m005 makes them."""

from __future__ import annotations

from typing import Final

MADE_MODELS: Final = """
CREATE TABLE model_origins ( -- how a model file came to be, where it was made here
    sha256 TEXT NOT NULL PRIMARY KEY, -- of the file
    how TEXT NOT NULL CHECK (how IN ('converted', 'quantised')),
    kind TEXT NOT NULL, -- form of the weights, such as F16 or Q4_K_M
    parent_id TEXT, -- of the model it was quantised from, as it was called then
    parent_sha256 TEXT,
    parent_kind TEXT, -- form of the parent's weights
    repository TEXT NOT NULL DEFAULT '', -- of the checkpoint it was converted from
    revision TEXT NOT NULL DEFAULT '',
    licence TEXT NOT NULL DEFAULT '',
    made_with TEXT NOT NULL, -- program and version
    made_at TEXT NOT NULL,
    CHECK ((how = 'quantised') = (parent_sha256 IS NOT NULL))
) WITHOUT ROWID;
CREATE TABLE fidelities ( -- what a form of a model costs, against another form of it
    model_sha256 TEXT NOT NULL,
    reference_sha256 TEXT NOT NULL,
    text_sha256 TEXT NOT NULL, -- of the passages it was measured on
    figures TEXT NOT NULL, -- JSON
    measured_at TEXT NOT NULL,
    PRIMARY KEY (model_sha256, reference_sha256, text_sha256)
) WITHOUT ROWID;
"""
