INSERT INTO trace_block (trace_key, block_key, first_slot, slot_count, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
