DELETE FROM call WHERE trace_key = ?1
