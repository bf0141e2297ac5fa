INSERT INTO project (project_key, name, session_count, trace_count, span_count, first_seen, last_seen)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (project_key) DO UPDATE SET
  session_count = excluded.session_count, trace_count = excluded.trace_count, span_count = excluded.span_count,
  first_seen = excluded.first_seen, last_seen = excluded.last_seen
