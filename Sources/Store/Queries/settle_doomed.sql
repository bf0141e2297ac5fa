DELETE FROM deletion WHERE batch = ?1 AND session_key = ?2 AND trace_key = ?3
