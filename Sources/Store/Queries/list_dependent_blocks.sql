SELECT block_key FROM block WHERE base_key = ?1 ORDER BY block_key
