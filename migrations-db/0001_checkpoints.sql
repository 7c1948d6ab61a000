-- The checkpoint database. This file is never edited once released: its checksum stands in every database it made.
-- Every write to a run carries the run's claim; the journal is append-only, whoever writes.

-- What a run was made from; it never changes. Apart from what does, so that a commit writes little.
CREATE TABLE origins (
  run             TEXT NOT NULL PRIMARY KEY,
  machine_id      TEXT NOT NULL,
  machine_version TEXT NOT NULL,
  definition_hash TEXT NOT NULL,
  definition      TEXT NOT NULL,           -- canonical text, so that a difference can be shown
  choices         TEXT NOT NULL,           -- JSON
  created_at      TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  run             TEXT NOT NULL PRIMARY KEY REFERENCES origins (run),
  state           TEXT NOT NULL CHECK (state IN
                    ('running', 'paused', 'in-doubt', 'completed', 'rolled-back', 'refused', 'abandoned',
                     'closed')),
  reason          TEXT,                    -- JSON
  checkpoint      TEXT NOT NULL,           -- JSON: machine, version, definition hash, snapshot
  checkpoint_seq  INTEGER NOT NULL,        -- the journal row it was committed with
  claim           TEXT NOT NULL,           -- who may write
  last_seq        INTEGER NOT NULL,        -- head of the journal's chain
  last_hash       TEXT NOT NULL,
  updated_at      TEXT NOT NULL
) STRICT;

CREATE TABLE claims (
  run        TEXT NOT NULL REFERENCES runs (run),
  ordinal    INTEGER NOT NULL,             -- oldest first
  claim      TEXT NOT NULL UNIQUE,
  who        TEXT NOT NULL,
  host       TEXT NOT NULL,
  pid        INTEGER NOT NULL,
  start_time TEXT NOT NULL,
  boot_id    TEXT NOT NULL,
  database   TEXT NOT NULL,
  at         TEXT NOT NULL,
  PRIMARY KEY (run, ordinal)
) STRICT;

CREATE TABLE journal (
  run  TEXT NOT NULL REFERENCES runs (run),
  seq  INTEGER NOT NULL,
  at   TEXT NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL,                      -- canonical JSON
  prev TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER journal_is_never_updated BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE intents (
  run     TEXT NOT NULL REFERENCES runs (run),
  id      TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  phase   TEXT NOT NULL,
  step    TEXT NOT NULL,
  target  TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  round   INTEGER,                         -- one-shot steps only
  lap     INTEGER NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('open', 'succeeded', 'failed')),
  facts   TEXT,                            -- JSON
  error   TEXT,                            -- JSON
  due     TEXT,
  tries   INTEGER NOT NULL,
  PRIMARY KEY (run, id)
) STRICT;

-- Never again: a one-shot step has one intent for each thing that it is done to.
CREATE UNIQUE INDEX intents_one_shot ON intents (run, phase, step, target, round) WHERE round IS NOT NULL;
CREATE INDEX intents_of_step ON intents (run, phase, step, target, seq);
CREATE INDEX intents_open ON intents (run, seq) WHERE state = 'open';

CREATE TABLE requests (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  run      TEXT NOT NULL REFERENCES runs (run),
  kind     TEXT NOT NULL CHECK (kind IN ('pause')),
  by       TEXT NOT NULL,
  at       TEXT NOT NULL,
  before   TEXT,                           -- a phase; at once where it is NULL
  answered INTEGER                         -- the journal row that answered it
) STRICT;

CREATE INDEX requests_unanswered ON requests (run, id) WHERE answered IS NULL;
