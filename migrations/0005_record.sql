-- What came into runs from outside, in order: answers of models, results of checks and searches, the user's changes.
CREATE TABLE record (
  position INTEGER PRIMARY KEY,
  event INTEGER NOT NULL,          -- the event that was stored with it, or that comes next
  kind TEXT NOT NULL,
  item BLOB NOT NULL               -- one JSON object, compressed
) STRICT;
CREATE INDEX record_by_event ON record (event);

-- What the record speaks of more than once, by the Git object id of the content.
CREATE TABLE record_content (
  id BLOB PRIMARY KEY,
  content BLOB NOT NULL            -- compressed
) STRICT, WITHOUT ROWID;
