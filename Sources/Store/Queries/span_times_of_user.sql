SELECT min(start_time), max(end_time) FROM trace WHERE user_key = ?1
