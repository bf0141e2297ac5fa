SELECT max(block_key) FROM search_block
