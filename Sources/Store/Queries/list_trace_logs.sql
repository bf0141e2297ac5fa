SELECT block_key, first_slot, slot_count FROM trace_log WHERE trace_id = ?1 ORDER BY block_key, first_slot
