"""The tables of exports and of decisions that come back, as migration m010 makes them."""

from __future__ import annotations

from typing import Final

# The key of this workspace's pseudonyms. It stays here: who has it can tell ids back.
_KEYS: Final = """
CREATE TABLE export_keys (
    id INTEGER PRIMARY KEY CHECK (id = 1), -- one for the whole workspace, for good
    secret BLOB NOT NULL CHECK (length(secret) = 32),
    made_at TEXT NOT NULL
);
CREATE TRIGGER export_keys_never_change BEFORE UPDATE ON export_keys
BEGIN SELECT RAISE(ABORT, 'the key of exports never changes'); END;
CREATE TRIGGER export_keys_never_go BEFORE DELETE ON export_keys
BEGIN SELECT RAISE(ABORT, 'the key of exports never goes'); END;
CREATE TRIGGER export_keys_are_not_replaced BEFORE INSERT ON export_keys
WHEN EXISTS (SELECT 1 FROM export_keys)
BEGIN SELECT RAISE(ABORT, 'the key of exports is not replaced'); END;
"""

# An export has decisions between raters as rows of their own; the table of m003 had no place
# for them to come back to.
_DECISIONS: Final = """
CREATE TABLE imported_ratings_2 (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    file_id TEXT NOT NULL REFERENCES imported_files (id),
    study TEXT NOT NULL,
    item TEXT NOT NULL CHECK (item <> ''),
    task TEXT NOT NULL,
    category TEXT NOT NULL,
    language TEXT NOT NULL,
    model TEXT NOT NULL,
    run TEXT NOT NULL,
    output TEXT NOT NULL,
    rater TEXT NOT NULL CHECK (rater <> ''),
    instrument TEXT NOT NULL,
    instrument_version TEXT NOT NULL,
    criterion TEXT NOT NULL CHECK (criterion <> ''),
    scale TEXT NOT NULL CHECK (scale IN ('nominal', 'ordinal', 'interval', 'ratio', 'text')),
    value TEXT NOT NULL,
    side TEXT NOT NULL,
    strength TEXT NOT NULL,
    comment TEXT NOT NULL,
    seconds TEXT NOT NULL,
    rated_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN (
        'rated', 'cannot_judge', 'withdrawn', 'decided', 'left_standing'
    )),
    scores TEXT NOT NULL -- JSON object: score as text by name of its column
);
INSERT INTO imported_ratings_2 SELECT * FROM imported_ratings ORDER BY seq;
DROP TABLE imported_ratings;
ALTER TABLE imported_ratings_2 RENAME TO imported_ratings;
CREATE UNIQUE INDEX imported_ratings_once ON imported_ratings
    (study, item, model, run, output, rater, instrument, criterion);

CREATE TRIGGER imported_ratings_never_change BEFORE UPDATE ON imported_ratings
BEGIN SELECT RAISE(ABORT, 'imported ratings never change'); END;
CREATE TRIGGER imported_ratings_never_go BEFORE DELETE ON imported_ratings
BEGIN SELECT RAISE(ABORT, 'imported ratings never go'); END;
CREATE TRIGGER imported_ratings_are_not_replaced BEFORE INSERT ON imported_ratings
WHEN EXISTS (SELECT 1 FROM imported_ratings WHERE id = NEW.id OR seq = NEW.seq)
    OR EXISTS (
        SELECT 1 FROM imported_ratings
        WHERE study = NEW.study AND item = NEW.item AND model = NEW.model AND run = NEW.run
            AND output = NEW.output AND rater = NEW.rater AND instrument = NEW.instrument
            AND criterion = NEW.criterion
    )
BEGIN SELECT RAISE(ABORT, 'imported ratings are not replaced'); END;
"""

EXPORTS: Final = _KEYS + _DECISIONS
