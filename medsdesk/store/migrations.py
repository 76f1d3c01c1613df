"""The database's tables, in steps that are only ever added to."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from medsdesk.core.identity import new_id, utc_now
from medsdesk.store.audit_chain import begin_chain
from medsdesk.store.audit_tables import AUDIT_CHAIN
from medsdesk.store.choice_tables import CHOICES
from medsdesk.store.export_tables import EXPORTS
from medsdesk.store.imported_tables import IMPORTED_RATINGS
from medsdesk.store.made_tables import KV_FIDELITIES, MADE_MODELS
from medsdesk.store.model_tables import MODEL_KEEPING
from medsdesk.store.study_tables import STUDIES

# "Meds" in the file's header: tells our databases from other programs'.
APPLICATION_ID = 0x4D656473

migrations = Migrations("medsdesk")


@migrations()
def m001_first_tables(db: Database) -> None:
    """Make everything that one run, its scores and its ratings need."""
    db.executescript(_M001_WORKSPACE)
    db.executescript(_M001_RUNS)
    db.executescript(_M001_RATINGS)
    db.executescript(_M001_VIEWS)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(
        "INSERT INTO workspace (id, schema, created_at) VALUES (?, 1, ?)", (new_id(), utc_now())
    )


@migrations()
def m002_evaluations(db: Database) -> None:
    """Make the queue of an evaluation: which item of which file is done, failed, or to come."""
    db.executescript(_M002_EVALUATIONS)


@migrations()
def m003_imported_ratings(db: Database) -> None:
    """Make room for ratings collected elsewhere, as they stood in their files."""
    db.executescript(IMPORTED_RATINGS)


@migrations()
def m004_model_keeping(db: Database) -> None:
    """Note how model files are kept and when they were last right, and accepted licences."""
    db.executescript(MODEL_KEEPING)


@migrations()
def m005_made_models(db: Database) -> None:
    """Make room for what models were made from, and for what their form costs."""
    db.executescript(MADE_MODELS)


@migrations()
def m006_kv_fidelities(db: Database) -> None:
    """Make room for what smaller ways to keep a context cost."""
    db.executescript(KV_FIDELITIES)


@migrations()
def m007_studies(db: Database) -> None:
    """Make room for rating studies, their ratings, and the trail of who did what."""
    db.executescript(STUDIES)


@migrations()
def m008_choices(db: Database) -> None:
    """Make room for how likely other answers would have been."""
    db.executescript(CHOICES)


@migrations()
def m009_audit_chain(db: Database) -> None:
    """Chain the rows of the trail, those there are and those to come."""
    db.executescript(AUDIT_CHAIN)
    begin_chain(db)


@migrations()
def m010_exports(db: Database) -> None:
    """Make room for the key of exports' pseudonyms, and for decisions that are imported."""
    db.executescript(EXPORTS)


# `id` columns hold random UUIDs, so that rows of several machines can be put together later;
# `seq` is this file's own order of writing, right also where a clock was set back.
_M001_WORKSPACE = """
CREATE TABLE workspace (
    id TEXT NOT NULL PRIMARY KEY,
    schema INTEGER NOT NULL, -- how many migrations this file has had
    created_at TEXT NOT NULL
);
CREATE TABLE models (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    architecture TEXT NOT NULL,
    quantisation TEXT NOT NULL,
    parameters INTEGER NOT NULL,
    context_train INTEGER NOT NULL,
    is_demo INTEGER NOT NULL CHECK (is_demo IN (0, 1)),
    added_at TEXT NOT NULL
);
CREATE INDEX models_by_sha256 ON models (sha256);
CREATE TABLE tasks ( -- tasks that were used, with the category they had then
    id TEXT NOT NULL PRIMARY KEY,
    category TEXT NOT NULL,
    name TEXT, -- NULL until the task's registry entry was stored
    title TEXT,
    metric TEXT
);
CREATE TABLE raters (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    added_at TEXT NOT NULL
);
"""

_M001_RUNS = """
CREATE TABLE samples (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    task_id TEXT NOT NULL REFERENCES tasks (id),
    category TEXT NOT NULL,
    input TEXT NOT NULL,
    targets TEXT NOT NULL, -- JSON list of reference answers
    language TEXT NOT NULL,
    origin TEXT NOT NULL,
    input_sha256 TEXT NOT NULL
);
CREATE TABLE runs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    task_ids TEXT NOT NULL, -- JSON list
    model_id TEXT NOT NULL, -- no foreign key: a model may be forgotten, its runs stay
    model_name TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    model_quantisation TEXT NOT NULL,
    model_is_demo INTEGER NOT NULL CHECK (model_is_demo IN (0, 1)),
    shots INTEGER NOT NULL,
    template_id TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    manifest TEXT NOT NULL -- JSON: all that is needed to repeat the run
);
CREATE TABLE outputs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    run_id TEXT NOT NULL REFERENCES runs (id),
    sample_id TEXT NOT NULL REFERENCES samples (id),
    prompt_sha256 TEXT NOT NULL,
    text TEXT NOT NULL,
    finish_reason TEXT NOT NULL
        CHECK (finish_reason IN ('stop', 'length', 'cancelled', 'died')),
    prompt_tokens INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    seconds REAL NOT NULL,
    prompt_seconds REAL NOT NULL,
    cut_tokens INTEGER NOT NULL,
    error TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX outputs_by_run ON outputs (run_id);
CREATE INDEX outputs_by_sample ON outputs (sample_id);
CREATE TABLE scores (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    output_id TEXT NOT NULL REFERENCES outputs (id),
    protocol TEXT NOT NULL,
    metric TEXT NOT NULL,
    value REAL, -- percent; NULL: unscored, which is not 0, and reason says why
    signature TEXT NOT NULL,
    answer TEXT,
    reason TEXT,
    details TEXT NOT NULL, -- JSON object of counts
    CHECK (value IS NOT NULL OR reason IS NOT NULL)
);
CREATE INDEX scores_by_output ON scores (output_id, protocol, metric, seq);

CREATE TRIGGER samples_never_change BEFORE UPDATE ON samples
BEGIN SELECT RAISE(ABORT, 'samples never change'); END;
CREATE TRIGGER runs_never_change BEFORE UPDATE ON runs
BEGIN SELECT RAISE(ABORT, 'runs never change'); END;
CREATE TRIGGER outputs_never_change BEFORE UPDATE ON outputs
BEGIN SELECT RAISE(ABORT, 'outputs never change'); END;
CREATE TRIGGER outputs_never_go BEFORE DELETE ON outputs
BEGIN SELECT RAISE(ABORT, 'outputs never go'); END;
CREATE TRIGGER scores_never_change BEFORE UPDATE ON scores
BEGIN SELECT RAISE(ABORT, 'scores never change'); END;
CREATE TRIGGER scores_never_go BEFORE DELETE ON scores
BEGIN SELECT RAISE(ABORT, 'scores never go'); END;
-- INSERT OR REPLACE deletes without asking the triggers above, unless the connection asked
-- for recursive triggers: so a row whose place is taken is refused before it comes to that.
CREATE TRIGGER outputs_are_not_replaced BEFORE INSERT ON outputs
WHEN EXISTS (SELECT 1 FROM outputs WHERE id = NEW.id OR seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'outputs are not replaced'); END;
CREATE TRIGGER scores_are_not_replaced BEFORE INSERT ON scores
WHEN EXISTS (SELECT 1 FROM scores WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'scores are not replaced'); END;
"""

# The two unique indexes and the trigger `ratings_form_a_chain` make every rater's answers to
# one question about one output a single line: one first rating, each later one in its place.
_M001_RATINGS = """
CREATE TABLE ratings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    output_id TEXT NOT NULL REFERENCES outputs (id),
    rater TEXT NOT NULL REFERENCES raters (name),
    instrument TEXT NOT NULL,
    instrument_version INTEGER NOT NULL,
    instrument_sha256 TEXT NOT NULL,
    criterion TEXT NOT NULL,
    scale TEXT NOT NULL CHECK (scale IN ('nominal', 'ordinal', 'interval', 'ratio', 'text')),
    value INTEGER CHECK (value IS NULL OR typeof(value) = 'integer'),
    comment TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('rated', 'cannot_judge', 'withdrawn')),
    seconds REAL, -- active time before this answer; NULL: not measured
    rated_at TEXT NOT NULL,
    supersedes TEXT REFERENCES ratings (id),
    CHECK ((value IS NOT NULL) = (status = 'rated' AND scale <> 'text')),
    CHECK (supersedes IS NULL OR supersedes <> id)
);
CREATE UNIQUE INDEX ratings_have_one_first ON ratings (output_id, rater, instrument, criterion)
    WHERE supersedes IS NULL;
CREATE UNIQUE INDEX ratings_do_not_fork ON ratings (supersedes) WHERE supersedes IS NOT NULL;
CREATE INDEX ratings_by_output ON ratings (output_id, seq);

CREATE TRIGGER ratings_never_change BEFORE UPDATE ON ratings
BEGIN SELECT RAISE(ABORT, 'ratings never change'); END;
CREATE TRIGGER ratings_never_go BEFORE DELETE ON ratings
BEGIN SELECT RAISE(ABORT, 'ratings never go'); END;
CREATE TRIGGER ratings_are_not_replaced BEFORE INSERT ON ratings
WHEN EXISTS (
    SELECT 1 FROM ratings
    WHERE id = NEW.id OR seq = NEW.seq OR supersedes = NEW.supersedes
) OR NEW.supersedes IS NULL AND EXISTS (
    SELECT 1 FROM ratings
    WHERE supersedes IS NULL AND output_id = NEW.output_id AND rater = NEW.rater
        AND instrument = NEW.instrument AND criterion = NEW.criterion
)
BEGIN SELECT RAISE(ABORT, 'ratings are not replaced'); END;
CREATE TRIGGER ratings_form_a_chain BEFORE INSERT ON ratings
WHEN NEW.supersedes IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM ratings
    WHERE id = NEW.supersedes AND output_id = NEW.output_id AND rater = NEW.rater
        AND instrument = NEW.instrument AND criterion = NEW.criterion
)
BEGIN SELECT RAISE(ABORT, 'a rating supersedes one of its own kind'); END;
"""

_M001_VIEWS = """
CREATE VIEW latest_ratings AS
-- The last word of each rater on each question about each output, taken back or not.
SELECT * FROM ratings AS rating
WHERE NOT EXISTS (SELECT 1 FROM ratings AS newer WHERE newer.supersedes = rating.id);

CREATE VIEW latest_scores AS
-- An output that was scored again keeps its old scores in the table; these are the last ones.
SELECT * FROM scores AS score
WHERE NOT EXISTS (
    SELECT 1 FROM scores AS newer
    WHERE newer.output_id = score.output_id AND newer.protocol = score.protocol
        AND newer.metric = score.metric AND newer.seq > score.seq
);

CREATE VIEW ratings_and_scores AS
-- What people said beside what the metrics said: one row for each output, rater and criterion.
-- Ratings that were changed or taken back are left out ("ratings" has them all).
-- The columns accuracy to rouge_l_f are the scores of the strict protocol, in percent; NULL
-- means unscored. The column scores holds every score of the output as JSON, by the name
-- "protocol.metric"; null means unscored.
SELECT
    sample.task_id AS task,
    task.name AS task_name,
    sample.category,
    sample.language,
    run.model_name AS model,
    run.shots,
    run.id AS run,
    output.id AS output,
    output.text AS answer,
    output.finish_reason,
    rating.rater,
    rating.instrument,
    rating.instrument_version,
    rating.criterion,
    rating.scale,
    rating.value,
    rating.status,
    rating.comment,
    rating.seconds,
    rating.rated_at,
    score.accuracy,
    score.precision,
    score.recall,
    score.f1,
    score.bleu4,
    score.chrf,
    score.rouge1_f,
    score.rouge_l_f,
    coalesce(score.scores, '{}') AS scores
FROM latest_ratings AS rating
JOIN outputs AS output ON output.id = rating.output_id
JOIN samples AS sample ON sample.id = output.sample_id
JOIN tasks AS task ON task.id = sample.task_id
JOIN runs AS run ON run.id = output.run_id
LEFT JOIN (
    SELECT
        output_id,
        max(CASE WHEN protocol = 'strict' AND metric = 'accuracy' THEN value END) AS accuracy,
        max(CASE WHEN protocol = 'strict' AND metric = 'precision' THEN value END) AS precision,
        max(CASE WHEN protocol = 'strict' AND metric = 'recall' THEN value END) AS recall,
        max(CASE WHEN protocol = 'strict' AND metric = 'f1' THEN value END) AS f1,
        max(CASE WHEN protocol = 'strict' AND metric = 'bleu4' THEN value END) AS bleu4,
        max(CASE WHEN protocol = 'strict' AND metric = 'chrf' THEN value END) AS chrf,
        max(CASE WHEN protocol = 'strict' AND metric = 'rouge1_f' THEN value END) AS rouge1_f,
        max(CASE WHEN protocol = 'strict' AND metric = 'rouge_l_f' THEN value END) AS rouge_l_f,
        json_group_object(protocol || '.' || metric, value) AS scores
    FROM latest_scores
    GROUP BY output_id
) AS score ON score.output_id = output.id
WHERE rating.status <> 'withdrawn'
ORDER BY rating.seq;
"""

_M002_EVALUATIONS = """
CREATE TABLE evaluation_files (
    run_id TEXT NOT NULL REFERENCES runs (id),
    file INTEGER NOT NULL, -- place in the run, from 0
    name TEXT NOT NULL,
    task_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (run_id, file)
) WITHOUT ROWID;
CREATE TABLE evaluation_items (
    run_id TEXT NOT NULL,
    position INTEGER NOT NULL, -- place in the run, from 0
    file INTEGER NOT NULL,
    item_index INTEGER NOT NULL, -- place in the file, from 0
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0, -- tries that came to an end
    output_id TEXT REFERENCES outputs (id),
    error TEXT,
    PRIMARY KEY (run_id, position),
    FOREIGN KEY (run_id, file) REFERENCES evaluation_files (run_id, file),
    CHECK ((state = 'done') = (output_id IS NOT NULL)),
    CHECK ((state = 'failed') = (error IS NOT NULL))
) WITHOUT ROWID;
CREATE UNIQUE INDEX evaluation_items_once ON evaluation_items (run_id, file, item_index);
CREATE UNIQUE INDEX evaluation_items_by_output ON evaluation_items (output_id)
    WHERE output_id IS NOT NULL;

CREATE TRIGGER evaluation_files_never_change BEFORE UPDATE ON evaluation_files
BEGIN SELECT RAISE(ABORT, 'the files of an evaluation never change'); END;
CREATE TRIGGER evaluation_files_never_go BEFORE DELETE ON evaluation_files
BEGIN SELECT RAISE(ABORT, 'the files of an evaluation never go'); END;
CREATE TRIGGER evaluation_items_keep_their_place
BEFORE UPDATE OF run_id, position, file, item_index ON evaluation_items
BEGIN SELECT RAISE(ABORT, 'the items of an evaluation keep their place'); END;
CREATE TRIGGER evaluation_items_done_stay_done BEFORE UPDATE ON evaluation_items
WHEN OLD.state = 'done'
BEGIN SELECT RAISE(ABORT, 'an item that is done stays done'); END;
CREATE TRIGGER evaluation_items_never_go BEFORE DELETE ON evaluation_items
BEGIN SELECT RAISE(ABORT, 'the items of an evaluation never go'); END;
CREATE TRIGGER evaluation_items_are_not_replaced BEFORE INSERT ON evaluation_items
WHEN EXISTS (
    SELECT 1 FROM evaluation_items WHERE run_id = NEW.run_id AND position = NEW.position
) OR EXISTS (
    SELECT 1 FROM evaluation_items
    WHERE run_id = NEW.run_id AND file = NEW.file AND item_index = NEW.item_index
)
BEGIN SELECT RAISE(ABORT, 'the items of an evaluation are not replaced'); END;

CREATE VIEW evaluation_queue AS
-- Every item of every evaluation with the file it is in.
SELECT
    item.run_id AS run, item.position, file.task_id AS task, file.name AS file,
    file.sha256 AS file_sha256, item.item_index AS item, item.state, item.attempts,
    item.output_id AS output, item.error
FROM evaluation_items AS item
JOIN evaluation_files AS file ON file.run_id = item.run_id AND file.file = item.file;
"""
