"""The tables of models made here and of fidelity, as migrations m005 and m006 make them."""

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

KV_FIDELITIES: Final = """
CREATE TABLE kv_fidelities ( -- what a smaller way to keep the context costs a model
    model_sha256 TEXT NOT NULL,
    kv_cache TEXT NOT NULL CHECK (kv_cache <> 'f16'), -- which is what it is measured against
    text_sha256 TEXT NOT NULL, -- of the passages it was measured on
    figures TEXT NOT NULL, -- JSON
    measured_at TEXT NOT NULL,
    PRIMARY KEY (model_sha256, kv_cache, text_sha256)
) WITHOUT ROWID;
"""
