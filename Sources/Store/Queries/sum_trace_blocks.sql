SELECT coalesce(sum(bytes), 0) FROM trace_block WHERE trace_key = ?1
