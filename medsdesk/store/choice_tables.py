"""The table of answers that a model could have given, beside the one it gave."""

from __future__ import annotations

from typing import Final

CHOICES: Final = """
CREATE TABLE choices ( -- of a closed set; only where an evaluation asked for them
    output_id TEXT NOT NULL REFERENCES outputs (id),
    place INTEGER NOT NULL, -- in the order asked for, from 0
    text TEXT NOT NULL,
    log_likelihood REAL, -- natural logarithm; NULL: the model could not tell
    PRIMARY KEY (output_id, place)
) WITHOUT ROWID;

CREATE TRIGGER choices_never_change BEFORE UPDATE ON choices
BEGIN SELECT RAISE(ABORT, 'choices never change'); END;
CREATE TRIGGER choices_never_go BEFORE DELETE ON choices
BEGIN SELECT RAISE(ABORT, 'choices never go'); END;
CREATE TRIGGER choices_are_not_replaced BEFORE INSERT ON choices
WHEN EXISTS (SELECT 1 FROM choices WHERE output_id = NEW.output_id AND place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'choices are not replaced'); END;
"""
