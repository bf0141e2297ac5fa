SELECT u.session_key FROM user_session u LEFT JOIN session s ON s.session_key = u.session_key
WHERE s.session_key IS NULL OR u.end_time <> s.end_time
