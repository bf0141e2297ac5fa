SELECT end_time, span_count FROM session ORDER BY end_time LIMIT ?1
