SELECT session_key, start_time, end_time, tally, project_key FROM session WHERE id = ?1
