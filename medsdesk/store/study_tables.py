"""The tables of rating studies and of the trail, as migration m007 makes them."""

from __future__ import annotations

from typing import Final

# Plans, keys and forms are kept as the text they came in, with its fingerprint: what a study
# was drawn from can be shown for good.
_STUDIES: Final = """
CREATE TABLE studies (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('single', 'pair')),
    received INTEGER NOT NULL CHECK (received IN (0, 1)), -- 1: it came as a bundle
    plan TEXT NOT NULL, -- JSON
    plan_sha256 TEXT NOT NULL,
    created_at TEXT NOT NULL, -- of the plan
    added_at TEXT NOT NULL -- to this workspace
);
CREATE TABLE study_keys ( -- the owner's: what unblinds a study
    study_id TEXT NOT NULL PRIMARY KEY REFERENCES studies (id),
    key TEXT NOT NULL, -- JSON
    key_sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE study_forms ( -- this workspace's own forms; a study has its forms in its plan
    sha256 TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    toml TEXT NOT NULL,
    added_at TEXT NOT NULL,
    UNIQUE (id, version)
) WITHOUT ROWID;

CREATE TRIGGER studies_never_change BEFORE UPDATE ON studies
BEGIN SELECT RAISE(ABORT, 'studies never change'); END;
CREATE TRIGGER studies_never_go BEFORE DELETE ON studies
BEGIN SELECT RAISE(ABORT, 'studies never go'); END;
CREATE TRIGGER studies_are_not_replaced BEFORE INSERT ON studies
WHEN EXISTS (SELECT 1 FROM studies WHERE id = NEW.id OR seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'studies are not replaced'); END;
CREATE TRIGGER study_keys_never_change BEFORE UPDATE ON study_keys
BEGIN SELECT RAISE(ABORT, 'keys of studies never change'); END;
CREATE TRIGGER study_keys_never_go BEFORE DELETE ON study_keys
BEGIN SELECT RAISE(ABORT, 'keys of studies never go'); END;
CREATE TRIGGER study_keys_are_not_replaced BEFORE INSERT ON study_keys
WHEN EXISTS (SELECT 1 FROM study_keys WHERE study_id = NEW.study_id)
BEGIN SELECT RAISE(ABORT, 'keys of studies are not replaced'); END;
CREATE TRIGGER study_forms_never_change BEFORE UPDATE ON study_forms
BEGIN SELECT RAISE(ABORT, 'a version of a form never changes'); END;
"""

# `seq` is this file's own order of writing, right also where a clock was set back.
_AUDIT: Final = """
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    study_id TEXT NOT NULL, -- empty for what concerns none
    at TEXT NOT NULL,
    actor TEXT NOT NULL CHECK (actor <> ''),
    action TEXT NOT NULL CHECK (action IN (
        'create', 'change', 'withdraw', 'flag', 'lock', 'reveal', 'bundle', 'import', 'merge',
        'export', 'adjudicate'
    )),
    subject TEXT NOT NULL, -- id of what it was done to
    before TEXT NOT NULL, -- JSON; empty for nothing
    after TEXT NOT NULL, -- JSON; empty for nothing
    why TEXT NOT NULL,
    machine TEXT NOT NULL -- id of the workspace
);
CREATE INDEX audit_by_study ON audit (study_id, seq);

CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the trail never changes'); END;
CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the trail never goes'); END;
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id OR seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the trail is not replaced'); END;

CREATE TABLE study_locks (
    study_id TEXT NOT NULL REFERENCES studies (id),
    rater TEXT NOT NULL, -- empty: the whole study
    locked_at TEXT NOT NULL,
    audit_id TEXT NOT NULL REFERENCES audit (id),
    PRIMARY KEY (study_id, rater)
) WITHOUT ROWID;
CREATE TRIGGER study_locks_never_change BEFORE UPDATE ON study_locks
BEGIN SELECT RAISE(ABORT, 'what is locked stays locked'); END;
CREATE TRIGGER study_locks_never_go BEFORE DELETE ON study_locks
BEGIN SELECT RAISE(ABORT, 'what is locked stays locked'); END;
CREATE TRIGGER study_locks_are_not_replaced BEFORE INSERT ON study_locks
WHEN EXISTS (SELECT 1 FROM study_locks WHERE study_id = NEW.study_id AND rater = NEW.rater)
BEGIN SELECT RAISE(ABORT, 'locks are not replaced'); END;
CREATE TRIGGER study_locks_are_on_the_trail BEFORE INSERT ON study_locks
WHEN NOT EXISTS (
    SELECT 1 FROM audit
    WHERE id = NEW.audit_id AND study_id = NEW.study_id AND action IN ('lock', 'merge')
)
BEGIN SELECT RAISE(ABORT, 'a lock needs its row of the trail'); END;
"""

# A rating given here names a row of the trail of its own; ratings that were merged name the row
# of their merge. Only merged ones may fork: one rater at two machines may answer a question
# twice. What a merged row supersedes may come with a later file, so it is no foreign key.
_RATINGS: Final = """
CREATE TABLE study_ratings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    study_id TEXT NOT NULL REFERENCES studies (id),
    plan_sha256 TEXT NOT NULL,
    presentation_id TEXT NOT NULL,
    rater TEXT NOT NULL CHECK (rater <> ''),
    role TEXT NOT NULL CHECK (role IN ('rater', 'adjudicator')),
    form TEXT NOT NULL,
    form_version INTEGER NOT NULL,
    form_sha256 TEXT NOT NULL,
    criterion TEXT NOT NULL CHECK (criterion <> ''),
    scale TEXT NOT NULL CHECK (
        scale IN ('nominal', 'ordinal', 'interval', 'ratio', 'text', 'marks', 'edit')
    ),
    value INTEGER CHECK (value IS NULL OR typeof(value) = 'integer'),
    text TEXT NOT NULL, -- the comment, or the whole corrected output
    marks TEXT NOT NULL, -- JSON list: all marks of the presentation
    status TEXT NOT NULL CHECK (status IN ('rated', 'cannot_judge', 'withdrawn')),
    seconds REAL, -- active time before this answer; NULL: not measured
    rated_at TEXT NOT NULL,
    supersedes TEXT,
    machine TEXT NOT NULL, -- id of the workspace it was given in
    audit_id TEXT NOT NULL REFERENCES audit (id),
    CHECK (
        (value IS NOT NULL) = (status = 'rated' AND scale NOT IN ('text', 'marks', 'edit'))
    ),
    CHECK (text = '' OR (status = 'rated' AND scale IN ('text', 'edit'))),
    CHECK (marks = '[]' OR (status = 'rated' AND scale = 'marks')),
    CHECK (supersedes IS NULL OR supersedes <> id)
);
CREATE INDEX study_ratings_by_rater ON study_ratings (study_id, rater);
CREATE INDEX study_ratings_by_question ON study_ratings (presentation_id, criterion);
CREATE INDEX study_ratings_by_superseded ON study_ratings (supersedes)
    WHERE supersedes IS NOT NULL;
CREATE INDEX study_ratings_by_audit ON study_ratings (audit_id);

CREATE TRIGGER study_ratings_never_change BEFORE UPDATE ON study_ratings
BEGIN SELECT RAISE(ABORT, 'ratings never change'); END;
CREATE TRIGGER study_ratings_never_go BEFORE DELETE ON study_ratings
BEGIN SELECT RAISE(ABORT, 'ratings never go'); END;
CREATE TRIGGER study_ratings_are_not_replaced BEFORE INSERT ON study_ratings
WHEN EXISTS (SELECT 1 FROM study_ratings WHERE id = NEW.id OR seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'ratings are not replaced'); END;
CREATE TRIGGER study_ratings_are_on_the_trail BEFORE INSERT ON study_ratings
WHEN NOT EXISTS (
    SELECT 1 FROM audit
    WHERE id = NEW.audit_id AND study_id = NEW.study_id AND (
        action = 'merge'
        OR subject = NEW.id AND machine = NEW.machine
            AND action IN ('create', 'change', 'withdraw', 'adjudicate')
    )
)
BEGIN SELECT RAISE(ABORT, 'a rating needs its row of the trail'); END;
CREATE TRIGGER study_ratings_end_with_the_lock BEFORE INSERT ON study_ratings
WHEN EXISTS (SELECT 1 FROM study_locks WHERE study_id = NEW.study_id AND rater = '')
    OR NEW.role = 'rater'
        AND EXISTS (SELECT 1 FROM audit WHERE id = NEW.audit_id AND action <> 'merge')
        AND EXISTS (
            SELECT 1 FROM study_locks WHERE study_id = NEW.study_id AND rater = NEW.rater
        )
BEGIN SELECT RAISE(ABORT, 'what is locked takes no ratings'); END;
CREATE TRIGGER study_ratings_given_here_form_a_chain BEFORE INSERT ON study_ratings
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.audit_id AND action <> 'merge') AND (
    NEW.supersedes IS NULL AND EXISTS (
        SELECT 1 FROM study_ratings
        WHERE study_id = NEW.study_id AND rater = NEW.rater
            AND presentation_id = NEW.presentation_id AND role = NEW.role
            AND criterion = NEW.criterion
    )
    OR NEW.supersedes IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM study_ratings
        WHERE id = NEW.supersedes AND study_id = NEW.study_id AND rater = NEW.rater
            AND presentation_id = NEW.presentation_id AND role = NEW.role
            AND criterion = NEW.criterion
    )
    OR EXISTS (
        SELECT 1 FROM study_ratings
        WHERE supersedes = NEW.supersedes AND study_id = NEW.study_id AND rater = NEW.rater
            AND presentation_id = NEW.presentation_id AND role = NEW.role
            AND criterion = NEW.criterion
    )
)
BEGIN SELECT RAISE(ABORT, 'a rating given here supersedes the latest of its own kind'); END;
"""

# What may change: words not yet committed, and where a rater is.
_PLACES: Final = """
CREATE TABLE drafts (
    study_id TEXT NOT NULL REFERENCES studies (id),
    rater TEXT NOT NULL,
    presentation_id TEXT NOT NULL,
    criterion TEXT NOT NULL,
    text TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (study_id, rater, presentation_id, criterion)
) WITHOUT ROWID;
CREATE TABLE rating_places ( -- what a rater looked at last
    study_id TEXT NOT NULL REFERENCES studies (id),
    rater TEXT NOT NULL,
    presentation_id TEXT NOT NULL,
    PRIMARY KEY (study_id, rater)
) WITHOUT ROWID;
CREATE TABLE rating_visits ( -- what a rater did with a presentation besides answering
    study_id TEXT NOT NULL REFERENCES studies (id),
    rater TEXT NOT NULL,
    presentation_id TEXT NOT NULL,
    flagged INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
    skipped INTEGER NOT NULL DEFAULT 0 CHECK (skipped IN (0, 1)),
    seconds REAL NOT NULL DEFAULT 0, -- active time, also without an answer
    PRIMARY KEY (study_id, rater, presentation_id)
) WITHOUT ROWID;
"""

STUDIES: Final = _STUDIES + _AUDIT + _RATINGS + _PLACES
