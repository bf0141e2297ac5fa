INSERT INTO user (
  user_key, project_key, user_id, session_count, trace_count, first_seen, last_seen, total_tokens, cost, usage
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (user_key) DO UPDATE SET
  session_count = excluded.session_count, trace_count = excluded.trace_count, first_seen = excluded.first_seen,
  last_seen = excluded.last_seen, total_tokens = excluded.total_tokens, cost = excluded.cost, usage = excluded.usage
