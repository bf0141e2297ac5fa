SELECT project_key, session_count, trace_count, span_count, first_seen, last_seen FROM project WHERE name = ?1
