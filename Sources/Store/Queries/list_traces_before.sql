SELECT session_key, trace_key, end_time
FROM trace
WHERE end_time < ?1 AND end_time >= ?2 AND (end_time > ?2 OR trace_key > ?3)
ORDER BY end_time, trace_key
LIMIT ?4
