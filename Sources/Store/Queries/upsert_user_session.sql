INSERT INTO user_session (user_key, session_key, trace_count) VALUES (?1, ?2, ?3)
ON CONFLICT (user_key, session_key) DO UPDATE SET trace_count = excluded.trace_count
