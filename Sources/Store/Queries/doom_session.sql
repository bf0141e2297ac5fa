INSERT OR IGNORE INTO deletion (batch, session_key, trace_key)
SELECT ?1, session_key, trace_key FROM trace WHERE session_key = ?2
