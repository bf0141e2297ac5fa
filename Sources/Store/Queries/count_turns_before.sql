SELECT turn_count, detail FROM trace
WHERE session_key = ?1 AND turn_count > 0 AND start_time <= ?2 AND (start_time < ?2 OR trace_id < ?3)
ORDER BY start_time, trace_id
