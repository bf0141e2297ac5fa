SELECT coalesce(session_key, 0), trace_key FROM trace WHERE trace_id = ?1
