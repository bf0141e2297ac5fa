SELECT data FROM search_block WHERE block_key = ?1
