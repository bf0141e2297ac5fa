INSERT OR IGNORE INTO deletion (batch, session_key, trace_key) VALUES (?1, ?2, ?3)
