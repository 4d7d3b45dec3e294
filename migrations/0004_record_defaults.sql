-- Gives records of earlier versions the members that later ones have always.
UPDATE task SET record = json_set(record, '$.checkpoints', json('[]'))
WHERE json_type(record, '$.checkpoints') IS NULL;
UPDATE task SET record = json_set(record, '$.isTakenBack', json('false'))
WHERE json_type(record, '$.isTakenBack') IS NULL;
UPDATE task_counter SET record = json_set(record, '$.wasAskedAbout', json('false'))
WHERE json_type(record, '$.wasAskedAbout') IS NULL;
UPDATE task_counter SET record = json_set(record, '$.restores', 0)
WHERE json_type(record, '$.restores') IS NULL;
UPDATE run SET record = json_set(
  record, '$.reserveSpent', json('{"steps":0,"calls":0,"promptTokens":0,"outputTokens":0,"seconds":0.0}')
)
WHERE json_type(record, '$.reserveSpent') IS NULL;
UPDATE event SET payload = json_set(payload, '$.models', json('{}'))
WHERE type = 'run.resumed' AND json_type(payload, '$.models') IS NULL;
UPDATE event SET payload = json_set(payload, '$.sandbox', '')
WHERE type = 'run.resumed' AND json_type(payload, '$.sandbox') IS NULL;
