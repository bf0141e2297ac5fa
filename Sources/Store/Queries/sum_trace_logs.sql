SELECT coalesce(sum(bytes), 0) FROM trace_log WHERE trace_id = ?1
