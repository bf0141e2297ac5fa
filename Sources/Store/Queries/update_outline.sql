UPDATE outline SET base_key = ?2, raw_bytes = ?3, data = ?4 WHERE block_key = ?1
