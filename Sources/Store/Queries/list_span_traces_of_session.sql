SELECT trace_key, metadata FROM trace WHERE session_key = ?1 ORDER BY start_time
