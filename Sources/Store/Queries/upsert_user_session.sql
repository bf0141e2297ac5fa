INSERT INTO user_session (user_key, session_key, trace_count, end_time) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (user_key, session_key) DO UPDATE SET trace_count = excluded.trace_count, end_time = excluded.end_time
