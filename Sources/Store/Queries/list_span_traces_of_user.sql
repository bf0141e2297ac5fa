SELECT trace_key, metadata FROM trace WHERE user_key = ?1 ORDER BY end_time DESC
