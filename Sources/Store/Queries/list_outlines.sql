SELECT block_key, base_key, raw_bytes, data FROM outline ORDER BY block_key
