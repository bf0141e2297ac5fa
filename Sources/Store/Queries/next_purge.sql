SELECT max(block_key) FROM purge
