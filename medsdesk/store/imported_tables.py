"""The tables of ratings collected elsewhere, as migration m003 makes them."""

from __future__ import annotations

# Cells are kept as text, as they stood: an export gives back the same bytes. The columns are
# those of the long form of ratings; empty means that the file had nothing there.
IMPORTED_RATINGS = """
CREATE TABLE imported_files (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    metrics TEXT NOT NULL, -- JSON list: names of its columns of scores
    imported_at TEXT NOT NULL
);
CREATE TABLE imported_ratings (
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
    status TEXT NOT NULL CHECK (status IN ('rated', 'cannot_judge', 'withdrawn')),
    scores TEXT NOT NULL -- JSON object: score as text by name of its column
);
CREATE UNIQUE INDEX imported_ratings_once ON imported_ratings
    (study, item, model, run, output, rater, instrument, criterion);

CREATE TRIGGER imported_files_never_change BEFORE UPDATE ON imported_files
BEGIN SELECT RAISE(ABORT, 'imported files never change'); END;
CREATE TRIGGER imported_files_never_go BEFORE DELETE ON imported_files
BEGIN SELECT RAISE(ABORT, 'imported files never go'); END;
CREATE TRIGGER imported_files_are_not_replaced BEFORE INSERT ON imported_files
WHEN EXISTS (SELECT 1 FROM imported_files WHERE id = NEW.id OR seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'imported files are not replaced'); END;
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
