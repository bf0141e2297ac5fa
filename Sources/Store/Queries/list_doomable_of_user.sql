SELECT coalesce(session_key, 0), trace_key, end_time
FROM trace
WHERE user_key = ?1 AND end_time >= ?2 AND (end_time > ?2 OR trace_key > ?3)
ORDER BY end_time, trace_key
LIMIT ?4
