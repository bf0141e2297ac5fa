SELECT base_key, raw_bytes, data FROM outline WHERE block_key = ?1
