SELECT base_key, slots, raw_bytes, length(data) FROM block WHERE block_key = ?1
