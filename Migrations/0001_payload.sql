-- What was sent, packed: spans and log records of one session (or of one trace without a session) in compressed blocks.
-- data: a zstd frame with checksum; inside, the block format of Sources/Store/Payload/BlockFormat.swift.
-- slots: how many of its slots are not deleted.
-- base_key: the earlier block of the same session whose end the frame takes as its prefix; NULL for none.
CREATE TABLE block (
  block_key INTEGER PRIMARY KEY,
  base_key INTEGER,
  slots INTEGER NOT NULL,
  raw_bytes INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE INDEX block_base ON block (base_key) WHERE base_key IS NOT NULL;

-- Where the spans of a trace lie: runs of slots of blocks. bytes: of their messages as sent.
CREATE TABLE trace_block (
  trace_key INTEGER NOT NULL,
  block_key INTEGER NOT NULL,
  first_slot INTEGER NOT NULL,
  slot_count INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (trace_key, block_key, first_slot)
) STRICT, WITHOUT ROWID;

-- Where the log records of a trace lie; by trace ID, since they may come before every span of it.
CREATE TABLE trace_log (
  trace_id BLOB NOT NULL,
  block_key INTEGER NOT NULL,
  first_slot INTEGER NOT NULL,
  slot_count INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (trace_id, block_key, first_slot)
) STRICT, WITHOUT ROWID;

-- Traces that are being deleted: large deletions take several transactions. Ordered so that sessions go whole.
CREATE TABLE deletion (
  batch INTEGER NOT NULL,
  session_key INTEGER NOT NULL,
  trace_key INTEGER NOT NULL,
  PRIMARY KEY (batch, session_key, trace_key)
) STRICT, WITHOUT ROWID;

-- Slots whose rows are deleted and whose bytes are still to be: their blocks are to be rewritten.
CREATE TABLE purge (
  block_key INTEGER NOT NULL,
  first_slot INTEGER NOT NULL,
  slot_count INTEGER NOT NULL,
  PRIMARY KEY (block_key, first_slot)
) STRICT, WITHOUT ROWID;

-- Counts of what leaves no row of its own: spans that were sent again.
CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
