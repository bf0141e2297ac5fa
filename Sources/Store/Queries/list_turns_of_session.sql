SELECT trace_id, turn_count, detail FROM trace
WHERE session_key = ?1 AND turn_count > 0
ORDER BY start_time, trace_id
