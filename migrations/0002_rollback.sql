-- Rollbacks, each written down before the first file is touched. At most one is open: whoever starts next ends it.
CREATE TABLE rollback (
  id INTEGER PRIMARY KEY,
  is_done INTEGER NOT NULL DEFAULT 0,
  record TEXT NOT NULL             -- one JSON object: target, safety, plan, projection
) STRICT;
CREATE UNIQUE INDEX rollback_open ON rollback (is_done) WHERE is_done = 0;
