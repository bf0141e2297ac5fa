UPDATE block SET base_key = ?2, slots = ?3, raw_bytes = ?4, data = ?5 WHERE block_key = ?1
