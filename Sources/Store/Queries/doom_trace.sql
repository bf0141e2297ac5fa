INSERT OR IGNORE INTO deletion (batch, session_key, trace_key)
SELECT ?1, coalesce(session_key, 0), trace_key FROM trace WHERE trace_id = ?2
