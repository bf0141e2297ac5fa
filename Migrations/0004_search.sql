-- What text search knows. All of it follows from the stored spans: it can be dropped and built again.
-- A message once per owner: a session, by its key, or a trace without a session, by its key with a minus.
-- digest: of its role and words. trace_key: the trace that said it first, by start time, then trace ID.
CREATE TABLE message (
  message_key INTEGER PRIMARY KEY,
  owner INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  trace_key INTEGER NOT NULL,
  role INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_digest ON message (owner, digest);

-- The messages that a trace says, histories included. messages: ascending keys, differences as varints.
CREATE TABLE trace_message (
  trace_key INTEGER PRIMARY KEY,
  owner INTEGER NOT NULL,
  messages BLOB NOT NULL
) STRICT;

-- Words of messages, in segments that are written once: Sources/Store/Search/SegmentFormat.swift.
-- segment_key: the key of its first block. documents, words: how many messages and words it holds.
CREATE TABLE search_segment (
  segment_key INTEGER PRIMARY KEY,
  first_message INTEGER NOT NULL,
  last_message INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  words INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  blocks INTEGER NOT NULL,
  directory BLOB NOT NULL,
  lengths BLOB NOT NULL
) STRICT;

CREATE TABLE search_block (
  block_key INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

-- Messages that are gone and whose words still stand in segments.
CREATE TABLE search_purge (
  message_key INTEGER PRIMARY KEY
) STRICT;
