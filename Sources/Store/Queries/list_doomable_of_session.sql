SELECT coalesce(session_key, 0), trace_key, start_time
FROM trace
WHERE session_key = ?1 AND start_time >= ?2 AND (start_time > ?2 OR trace_key > ?3)
ORDER BY start_time, trace_key
LIMIT ?4
