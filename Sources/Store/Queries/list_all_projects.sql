SELECT name, session_count, trace_count, span_count, first_seen, last_seen FROM project ORDER BY project_key
