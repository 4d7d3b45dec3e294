-- What models have cost, by the day on which the run was started or went on; append-only, never rewound.
CREATE TABLE spending (
  day TEXT NOT NULL,               -- as 2026-11-01, in UTC
  model TEXT NOT NULL,             -- name@server
  calls INTEGER NOT NULL,
  microdollars INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,       -- calls whose price was not known
  PRIMARY KEY (day, model)
) STRICT, WITHOUT ROWID;

-- How tasks of a kind went with models of a tier, in thousandths, as older runs count less.
CREATE TABLE routing_outcome (
  kind TEXT NOT NULL,
  tier TEXT NOT NULL,
  successes INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  PRIMARY KEY (kind, tier)
) STRICT, WITHOUT ROWID;

-- Of the price of what was asked before, nothing is known.
UPDATE run SET record = json_set(
  record,
  '$.spent.microdollars', 0, '$.spent.unpricedCalls', json_extract(record, '$.spent.calls'), '$.spent.freeSeconds', 0.0,
  '$.reserveSpent.microdollars', 0, '$.reserveSpent.unpricedCalls', json_extract(record, '$.reserveSpent.calls'),
  '$.reserveSpent.freeSeconds', 0.0
)
WHERE json_type(record, '$.spent.microdollars') IS NULL;
