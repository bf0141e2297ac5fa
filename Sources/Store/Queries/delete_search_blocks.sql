DELETE FROM search_block WHERE block_key >= ?1 AND block_key < ?2
