SELECT session_key, id, trace_count FROM session WHERE end_time < ?1 ORDER BY end_time, session_key LIMIT ?2
