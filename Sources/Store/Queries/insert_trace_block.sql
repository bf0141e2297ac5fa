INSERT INTO trace_block (trace_key, block_key, first_slot, slot_count) VALUES (?1, ?2, ?3, ?4)
