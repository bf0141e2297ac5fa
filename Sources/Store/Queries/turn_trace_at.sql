SELECT trace_id, detail FROM trace
WHERE session_key = ?1 AND turn_count > 0 AND start_time = ?2 AND trace_id = ?3
