SELECT max(end_time) FROM trace WHERE session_key = ?1
