INSERT OR IGNORE INTO deletion (batch, session_key, trace_key)
SELECT ?1, coalesce(session_key, 0), trace_key FROM trace WHERE user_key = ?2
