INSERT INTO trace_log (trace_id, block_key, first_slot, slot_count, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
