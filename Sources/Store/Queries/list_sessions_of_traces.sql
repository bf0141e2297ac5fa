SELECT trace_key, session_key FROM trace WHERE session_key IS NOT NULL ORDER BY session_key
