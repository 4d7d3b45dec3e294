-- The journal: append-only, never rewound.
CREATE TABLE event (
  sequence INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,           -- milliseconds since 1970
  run INTEGER,
  step INTEGER,
  type TEXT NOT NULL,
  payload TEXT NOT NULL            -- one JSON object
) STRICT;
CREATE INDEX event_by_step ON event (step) WHERE step IS NOT NULL;
CREATE INDEX event_by_type ON event (type);

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  record TEXT NOT NULL
) STRICT;

-- What was said to models and by them, one row a message.
CREATE TABLE transcript (
  step INTEGER NOT NULL,
  position INTEGER NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (step, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE question (
  id INTEGER PRIMARY KEY,
  task INTEGER,
  text TEXT NOT NULL,
  answer TEXT,
  is_applied INTEGER NOT NULL DEFAULT 0,
  is_closed INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Contents that must be had again, by their Git object id.
CREATE TABLE blob (
  id TEXT PRIMARY KEY,
  content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Counters outside the projection: nothing lowers them.
CREATE TABLE task_counter (
  task INTEGER PRIMARY KEY,
  record TEXT NOT NULL
) STRICT;

CREATE TABLE repeat (
  progress TEXT NOT NULL,
  action TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (progress, action)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The projection: what a checkpoint holds and a rollback replaces.
CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  status TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;

CREATE TABLE open_step (
  number INTEGER PRIMARY KEY,
  record TEXT NOT NULL
) STRICT;

CREATE TABLE check_status (
  name TEXT PRIMARY KEY,
  approved TEXT,
  latest TEXT
) STRICT, WITHOUT ROWID;

-- The files of the project as they were last known, and the by-products of checks.
CREATE TABLE file (
  path BLOB PRIMARY KEY,
  content TEXT,                    -- a Git object id; NULL for a by-product
  is_by_product INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Single values: the plan's version, the token ratios.
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
