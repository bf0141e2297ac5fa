SELECT trace_id FROM trace WHERE session_key = ?1 AND turn_count > 0
ORDER BY start_time, trace_id
