INSERT OR IGNORE INTO deletion (batch, session_key, trace_key)
SELECT ?1, t.session_key, t.trace_key FROM session s JOIN trace t ON t.session_key = s.session_key WHERE s.end_time < ?2
