SELECT user_key, session_count, trace_count, first_seen, last_seen, usage FROM user
WHERE project_key = ?1 AND user_id = ?2
