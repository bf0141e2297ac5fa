SELECT end_time, span_count FROM trace WHERE session_key IS NULL ORDER BY end_time LIMIT ?1
