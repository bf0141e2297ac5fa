SELECT base_key, raw_bytes, data FROM block WHERE block_key = ?1
