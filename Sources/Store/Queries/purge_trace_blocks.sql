INSERT INTO purge (block_key, first_slot, slot_count)
SELECT block_key, first_slot, slot_count FROM trace_block WHERE trace_key = ?1
