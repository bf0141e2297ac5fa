INSERT INTO session (
  session_key, id, project_key, name, start_time, end_time, duration, trace_count, turn_count, span_count,
  error_count, status, total_tokens, cost, first_message, last_message, first_reply, last_reply, tally, user_id
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
ON CONFLICT (session_key) DO UPDATE SET
  start_time = excluded.start_time, end_time = excluded.end_time, duration = excluded.duration,
  trace_count = excluded.trace_count, turn_count = excluded.turn_count, span_count = excluded.span_count,
  error_count = excluded.error_count, status = excluded.status, total_tokens = excluded.total_tokens,
  cost = excluded.cost, first_message = excluded.first_message, last_message = excluded.last_message,
  first_reply = excluded.first_reply, last_reply = excluded.last_reply, tally = excluded.tally,
  user_id = excluded.user_id
