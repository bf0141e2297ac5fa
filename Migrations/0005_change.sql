-- Which sessions and traces commits changed, a row for each commit, the latest of them only; IDs, never content.
-- change_key: the number of the commit's first change; each change has the next number.
-- things: 17 bytes for each change: 1 for a session, 2 for a trace, then its ID.
CREATE TABLE change (
  change_key INTEGER PRIMARY KEY,
  things BLOB NOT NULL
) STRICT;
