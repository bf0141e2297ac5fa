SELECT first_slot, slot_count FROM purge WHERE block_key = ?1 ORDER BY first_slot
