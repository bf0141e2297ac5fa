INSERT INTO outline (block_key, base_key, raw_bytes, data) VALUES (?1, ?2, ?3, ?4)
