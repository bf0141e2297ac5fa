SELECT base_key, raw_bytes, length(data) FROM outline WHERE block_key = ?1
