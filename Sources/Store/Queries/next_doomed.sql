SELECT trace_key FROM deletion WHERE batch = ?1 LIMIT 1
