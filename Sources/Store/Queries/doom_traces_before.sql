INSERT OR IGNORE INTO deletion (batch, session_key, trace_key)
SELECT ?1, 0, trace_key FROM trace WHERE end_time < ?2 AND session_key IS NULL
