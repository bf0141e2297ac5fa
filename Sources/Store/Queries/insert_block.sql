INSERT INTO block (block_key, base_key, slots, raw_bytes, data) VALUES (?1, ?2, ?3, ?4, ?5)
