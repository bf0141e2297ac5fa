UPDATE call SET is_duplicate = ?5 WHERE session_key = ?1 AND response = ?2 AND trace_key = ?3 AND span_id = ?4
