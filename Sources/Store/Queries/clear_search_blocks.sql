DELETE FROM search_block WHERE block_key IN (SELECT block_key FROM search_block ORDER BY block_key LIMIT ?1)
