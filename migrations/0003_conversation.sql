-- What models said to each other: append-only, never rewound.
CREATE TABLE conversation (
  thread TEXT NOT NULL,
  position INTEGER NOT NULL,
  time INTEGER NOT NULL,           -- milliseconds since 1970
  entry TEXT NOT NULL,             -- one JSON object
  PRIMARY KEY (thread, position)
) STRICT, WITHOUT ROWID;
