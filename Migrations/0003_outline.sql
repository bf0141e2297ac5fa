-- What lists and filters read of a block's spans: all but their long texts, which then are all that block.data holds.
-- A block without such a row (of log records, or older than this table) holds its items whole.
-- data: a zstd frame with checksum; inside, the form of Sources/Store/Payload/BlockFormat.swift.
-- base_key: the block, first of its chain, whose outline the frame takes as its prefix; NULL for none.
CREATE TABLE outline (
  block_key INTEGER PRIMARY KEY,
  base_key INTEGER,
  raw_bytes INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
